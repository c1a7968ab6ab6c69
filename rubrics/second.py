"""A second opinion: the other judge on the same talk. It changes no mark; a wide gap goes to the examiner."""

from dataclasses import dataclass, replace
from typing import Any

from rubrics.ports import JudgeInfo
from rubrics.report import Report
from rubrics.score import Score

GAP = 15.0
"""Points between the totals above which an examiner looks (`marking.md`)."""
FLAG = "second_opinion"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the other judge makes of a talk."""

    judge: JudgeInfo
    total: float | None
    passed: bool | None
    reason: str | None
    "Why there is no total, in Chinese."

    @classmethod
    def of(cls, judge: JudgeInfo, made: Score) -> "Opinion":
        """From its score."""
        return cls(judge, made.total, made.passed, made.reason)

    def as_json(self, beside: float | None) -> dict[str, Any]:
        """`second` of a report whose own total is `beside`."""
        gap = None if self.total is None or beside is None else round(abs(self.total - beside), 1)
        return {
            "judge": self.judge.as_json(),
            "total": self.total,
            "passed": self.passed,
            "reason": self.reason,
            "gap": gap,
        }


def beside(report: Report, opinion: Opinion) -> Report:
    """The report with the other judge's opinion in it; with a wide gap it needs review."""
    told = opinion.as_json(report.total)
    if told["gap"] is None or told["gap"] <= GAP:
        return replace(report, second=told)
    names = {"builtin": "内置评分员", "llm": "语言模型"}
    other = names.get(opinion.judge.kind, opinion.judge.kind)
    reason = f"{other}评 {opinion.total:g} 分，相差 {told['gap']:g} 分"
    return replace(
        report,
        second=told,
        flags=(*report.flags, FLAG),
        needs_review=True,
        review_reasons=(*report.review_reasons, reason),
    )
