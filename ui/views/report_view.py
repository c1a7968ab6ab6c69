"""One marked talk as it is shown: on both pages, exported, on paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ui.views.radar import Share
from ui.views.tension import Course

Outcome = Literal["pass", "fail", "unscored"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of an utterance and the criteria (by id) they are evidence for."""

    text: str
    criteria: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance, cut where evidence begins and ends. `turn` counts in the whole transcript from 0."""

    turn: int
    mine: bool
    pieces: tuple[Piece, ...]
    heard: str = ""
    "What the recogniser of speech wrote, where it was corrected."
    change: int | None = None
    "Of the counterpart's tension by this turn; None where it is not shown."
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check with its quotes as (turn, words)."""

    text: str
    verdict: str
    quotes: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class CriterionView:
    """One criterion: the band that stands, the machine's, and what it rests on."""

    id: str
    title: str
    weight: int
    outcome: Literal["scored", "unscored", "not_applicable"]
    band: int | None
    machine: int | None
    points: float | None
    rationale: str
    advice: str
    anchors: tuple[str, ...]
    checks: tuple[CheckRow, ...]
    standard: tuple[tuple[str, str], ...]
    "(code, text)."


@dataclass(frozen=True, slots=True)
class RedLine:
    """A red line that was touched. `effect`: `fail`, `cap`, `review` or `dismissed`."""

    id: str
    title: str
    turn: int
    quote: str
    effect: str
    decided: int | None = None
    "What an examiner decided: 1 upheld, 0 dismissed."


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One decision of an examiner, in words."""

    about: str
    before: str
    after: str
    reason: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Where marks were lost: what was missing, what was said in that turn, and a better wording."""

    title: str
    "Of the criterion."
    missed: str
    lost: float
    "Points of the total."
    turn: int
    said: str
    "Empty where it is the whole of a letter."
    better: str
    question: str = ""
    "What to ask the tutor about it."


@dataclass(frozen=True, slots=True)
class ReportView:
    """A talk beside its mark."""

    name: str
    "Of the file or the candidate; may be empty."
    title: str
    "Of the station, or empty."
    about: str
    "Level, trade and the like in one line."
    total: float | None
    machine_total: float | None
    passed: bool | None
    cut: float
    verdict: str
    "One sentence; for an unscored talk the reason."
    reasons: tuple[str, ...]
    "Why a person should look."
    needs_review: bool
    flags: tuple[str, ...]
    moments: tuple[Moment, ...]
    said: tuple[Said, ...]
    criteria: tuple[CriterionView, ...]
    shares: tuple[Share, ...]
    "By function of the standard, where there are at least two."
    radar: bool
    "Whether the shares may be drawn as a radar: three or more, each with marks of its own."
    red_lines: tuple[RedLine, ...]
    course: Course | None
    "Of the counterpart's tension; None where it is not known, or has none."
    provenance: tuple[tuple[str, str], ...]
    confidence: float = 0.0
    standard_error: float | None = None
    changes: tuple[ChangeRow, ...] = ()
    seen: str = ""
    "Who looked at it last and when."
    made_at: float | None = None
    "When it was marked, seconds since 1970; None where it does not matter."

    @property
    def outcome(self) -> Outcome:
        """Passed, failed, or not scored."""
        return "unscored" if self.total is None else "pass" if self.passed else "fail"

    @property
    def waiting(self) -> bool:
        """Whether a person should look at it and nobody has yet."""
        return self.needs_review and not self.changes and not self.seen

    @property
    def rounds(self) -> Mapping[int, int]:
        """Index of a candidate's turn to its number among them, from 1; empty where there is only one."""
        mine = [each.turn for each in self.said if each.mine]
        return {turn: n for n, turn in enumerate(mine, 1)} if len(mine) > 1 else {}

    @property
    def heaviest(self) -> int:
        """The greatest weight of a criterion."""
        return max((each.weight for each in self.criteria), default=0)
