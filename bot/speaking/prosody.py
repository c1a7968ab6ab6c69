"""How a mood sounds. Anger lives in wording, rate and pauses: none of the voices has emotions to set.

A tension of 40 is a person's plain voice. Age slows and lowers a little.
"""

from dataclasses import dataclass

from scenarios.parts import Voice

PLAIN = 40
"The tension at which nothing is changed."


@dataclass(frozen=True, slots=True)
class Manner:
    """Changes to the plain voice."""

    rate: int
    "Percent faster (negative: slower)."
    pitch: int
    "Hertz higher."
    volume: int
    "Percent louder."


def manner(voice: Voice, mood: int) -> Manner:
    """What a tension of `mood` (0–100, clipped) does to `voice`: at most +21 % rate, +12 Hz, +15 %."""
    heat = min(100, max(0, mood)) - PLAIN
    old = max(0, voice.age - 50)
    return Manner(round(0.35 * heat - old / 3), round(0.2 * heat - old / 8), round(0.25 * heat))


def speed(voice: Voice, mood: int) -> float:
    """The rate as a factor, for services that take one."""
    return round(1 + manner(voice, mood).rate / 100, 2)
