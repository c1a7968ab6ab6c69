"""A rule that was misstated costs marks, and the report says how the rule reads."""

import asyncio

from rubrics.playtest import play
from scenarios.loading import find_station

CLINIC = find_station("l2-clinic-know-all")


def test_the_report_tells_the_rule_that_was_misstated() -> None:
    lines = list(CLINIC.players["strong"].says)
    _, right, _ = asyncio.run(play(CLINIC, lines, 1))
    wrong = [*lines[:2], lines[2] + "我们的报告一般是十五个工作日内出。", *lines[3:]]
    _, report, _ = asyncio.run(play(CLINIC, wrong, 1))
    checks = {check.id: check for each in report.criteria for _, check in each.checks}
    assert str(checks["no-misstatement"].verdict) == "not_met"
    assert report.total is not None
    assert right.total is not None
    assert report.total < right.total
    advice = "".join(each.advice for each in report.criteria)
    assert "七个工作日内出具" in advice
