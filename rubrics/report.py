"""The result of marking one talk: `koushi.report/1` of `interfaces.md`, and what the pages show besides."""

from dataclasses import dataclass
from typing import Any, Literal

from rubrics.advice import Moment
from rubrics.ports import CheckVerdict, Effort, JudgeInfo
from rubrics.score import RedLineHit

FORMAT = "koushi.report/1"
Outcome = Literal["scored", "unscored", "not_applicable"]


@dataclass(frozen=True, slots=True)
class CriterionReport:
    """One criterion as reported; figures are None when it is unscored."""

    id: str
    title: str
    standard: tuple[tuple[str, str], ...]
    "(code, text of the item)."
    weight: int
    outcome: Outcome
    band: int | None
    points: float | None
    max_points: float
    checks: tuple[tuple[str, CheckVerdict], ...]
    "(text of the check, its verdict)."
    rationale: str
    advice: str
    anchor: str | None
    "What the band reached looks like."
    anchors: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """One entry of `criteria`."""
        seen: dict[tuple[int, str, str | None], None] = {}
        for _, check in self.checks:
            seen.update(dict.fromkeys((q.turn, q.quote, q.behaviour) for q in check.evidence))
        return {
            "id": self.id,
            "title": self.title,
            "standard": [code for code, _ in self.standard],
            "weight": self.weight,
            "outcome": self.outcome,
            "band": self.band,
            "points": self.points,
            "max_points": self.max_points,
            "checks": [_check_json(text, check) for text, check in self.checks],
            "evidence": [
                {"turn": turn, "quote": quote, "behaviour": behaviour}
                for turn, quote, behaviour in sorted(seen, key=lambda each: (each[0], each[1], each[2] or ""))
            ],
            "rationale": self.rationale,
            "advice": self.advice,
            "anchor": self.anchor,
            "anchors": list(self.anchors),
            "items": [{"code": code, "text": text} for code, text in self.standard],
        }


def _check_json(text: str, check: CheckVerdict) -> dict[str, Any]:
    return {
        "id": check.id,
        "verdict": str(check.verdict),
        "text": text,
        "confidence": check.confidence,
        "evidence": [{"turn": q.turn, "quote": q.quote} for q in check.evidence],
    }


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about one marked talk. Frozen: examiners' changes are appended elsewhere."""

    transcript: str
    transcript_hash: str
    station: str | None
    rubric: str
    judge: JudgeInfo
    outcome: Literal["scored", "unscored"]
    reason: str | None
    total: float | None
    cut_score: int
    passed: bool | None
    criteria: tuple[CriterionReport, ...]
    red_lines: tuple[RedLineHit, ...]
    flags: tuple[str, ...]
    needs_review: bool
    review_reasons: tuple[str, ...]
    confidence: float
    "Chance that pass or fail is right, 0–1; 0 when unscored."
    standard_error: float | None
    "Of the total, in points."
    verdict: str
    costliest: tuple[Moment, ...]
    provenance: tuple[tuple[str, str], ...]
    effort: Effort | None = None
    "What asking the model took; None for the built-in judge."
    second: dict[str, Any] | None = None
    "The other judge's opinion (`rubrics/second.py`), where it was asked for."

    def as_json(self) -> dict[str, Any]:
        """The contract's shape, with added fields."""
        taken = self.effort.criteria if self.effort else ()
        samples = {name: {"samples": count, "agreement": share} for name, count, share in taken}
        return {
            "format": FORMAT,
            "transcript": self.transcript,
            "station": self.station,
            "rubric": self.rubric,
            "judge": self.judge.as_json(),
            "outcome": self.outcome,
            "reason": self.reason,
            "total": self.total,
            "cut_score": self.cut_score,
            "passed": self.passed,
            "criteria": [each.as_json() | samples.get(each.id, {}) for each in self.criteria],
            "red_lines": [_red_line_json(hit) for hit in self.red_lines],
            "flags": list(self.flags),
            "needs_review": self.needs_review,
            "review_reasons": list(self.review_reasons),
            "confidence": self.confidence,
            "standard_error": self.standard_error,
            "verdict": self.verdict,
            "costliest": [_moment_json(each) for each in self.costliest],
            "provenance": dict(self.provenance),
            "effort": self.effort.as_json() if self.effort else None,
            "second": self.second,
        }


def _red_line_json(hit: RedLineHit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "turn": hit.quote.turn,
        "quote": hit.quote.quote,
        "effect": hit.effect,
        "title": hit.title,
        "upheld": hit.upheld,
        "cap": hit.cap,
    }


def _moment_json(moment: Moment) -> dict[str, Any]:
    return {
        "turn": moment.turn,
        "criterion": moment.criterion,
        "check": moment.check,
        "you_said": moment.you_said,
        "missed": moment.missed,
        "better": moment.better,
        "lost": moment.lost,
    }
