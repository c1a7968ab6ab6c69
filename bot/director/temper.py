"""Temperaments as parameters with documented meaning."""

from dataclasses import dataclass

from scenarios.station import Temperament


@dataclass(frozen=True, slots=True)
class Temper:
    """How a counterpart takes things. Factors multiply the effects of `effects.py`."""

    warms: float = 1.0
    "On what lowers tension or raises trust."
    flares: float = 1.0
    "On what raises tension."
    opens_at: int = 22
    "Trust from which a hidden concern begins to show."
    drifts: int = 2
    "Tension gained by a turn that brings nothing."
    tests: float = 0.6
    "Chance (by seed) that a promised time is questioned before agreeing."
    presses: float = 0.45
    "Chance (by seed) that an answer is followed by what they want."
    reports_up: float = 0.3
    "Chance (by seed) that they take it to a higher place instead of walking out."
    cites: bool = False
    "Knows the rules and says how they read."


TEMPERS: dict[Temperament, Temper] = {
    Temperament.HOT: Temper(warms=1.05, flares=1.2, opens_at=20, drifts=3, presses=0.5),
    Temperament.COLD: Temper(warms=0.8, flares=0.9, opens_at=32, drifts=1, presses=0.25, tests=0.7),
    Temperament.ANXIOUS: Temper(warms=1.15, flares=0.9, opens_at=18, tests=0.9, presses=0.6),
    Temperament.KNOW_ALL: Temper(warms=0.85, opens_at=28, tests=0.8, cites=True),
    Temperament.LITIGIOUS: Temper(warms=0.85, flares=1.1, opens_at=30, reports_up=0.8, tests=0.8, cites=True),
    Temperament.SILENT: Temper(warms=0.9, flares=0.8, opens_at=30, drifts=1, presses=0.1, tests=0.3),
    Temperament.MANIPULATIVE: Temper(warms=0.9, opens_at=30, presses=0.7, reports_up=0.5),
    Temperament.IMPATIENT: Temper(flares=1.15, drifts=4, presses=0.6, opens_at=24),
    Temperament.DATA_MINDED: Temper(warms=0.95, drifts=2, presses=0.45, tests=0.8, opens_at=26, cites=True),
    Temperament.POLITICAL: Temper(warms=0.9, opens_at=30, tests=0.5, reports_up=0.5),
    Temperament.DEFENSIVE: Temper(warms=0.9, flares=1.15, opens_at=28, tests=0.3),
    Temperament.DISCOURAGED: Temper(flares=0.7, opens_at=22, drifts=1, presses=0.15, tests=0.2),
    Temperament.OVERCONFIDENT: Temper(warms=0.85, flares=1.05, opens_at=30, tests=0.3),
}
