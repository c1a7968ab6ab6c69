"""A report as lines for the terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

from rubrics.report import CriterionReport, Report

VERDICTS: Mapping[str, str] = {
    "met": "做到",
    "partly": "部分做到",
    "not_met": "没做到",
    "cannot_judge": "无法判断",
}
NOTICE = "模拟成绩，非职业资格证书"


def report_lines(report: Report) -> Iterator[str]:
    """The whole report, from the total to the single checks."""
    yield from _head(report)
    for moment in report.costliest:
        yield ""
        yield f"你说：{moment.you_said}" if moment.you_said else f"没有说到：{moment.missed}"
        yield f"可以这样说：{moment.better}"
    for criterion in report.criteria:
        yield ""
        yield from _criterion(criterion)
    for hit in report.red_lines:
        yield f"红线 {hit.id}：第 {hit.quote.turn} 句“{hit.quote.quote}”"
    if report.review_reasons:
        yield ""
        yield "请考评员看一看：" + "；".join(report.review_reasons)
    if report.second is not None:
        yield ""
        yield _second(report.second)
    if report.effort is not None:
        yield ""
        yield effort_line(report.effort.as_json())
    yield ""
    yield NOTICE


def _head(report: Report) -> Iterator[str]:
    if report.total is None:
        yield f"没有评分：{report.reason}"
        return
    yield f"总分 {report.total:g}（{report.cut_score} 分合格）  {'通过' if report.passed else '未通过'}"
    yield report.verdict


def _criterion(criterion: CriterionReport) -> Iterator[str]:
    mark = "未评分" if criterion.points is None else f"{criterion.points:g}/{criterion.max_points:g}"
    codes = "、".join(code for code, _ in criterion.standard)
    yield f"【{criterion.title}】 {mark}  {codes}"
    for text, check in criterion.checks:
        quotes = "".join(f"“{quote.quote}”" for quote in check.evidence)
        yield f"  {VERDICTS[str(check.verdict)]}  {text}  {quotes}".rstrip()
    if criterion.advice:
        yield f"  建议：{criterion.advice}"


def _second(told: Mapping[str, Any]) -> str:
    who = told["judge"]["model"] or {"builtin": "内置评分员"}.get(told["judge"]["kind"], "另一个评分员")
    if told["total"] is None:
        return f"另一个评分员（{who}）没有评分：{told['reason']}"
    gap = f"，相差 {told['gap']:g} 分" if told["gap"] is not None else ""
    return f"另一个评分员（{who}）评 {told['total']:g} 分{gap}"


def effort_line(effort: Mapping[str, Any]) -> str:
    """What asking the model took, in one sentence; `effort` as in a report or summed over several."""
    parts = [f"模型回答了 {effort.get('calls', 0)} 次"]
    parts += [f"另有 {effort['kept']} 次用了上次的回答"] if effort.get("kept") else []
    parts += [f"重发 {effort['retries']} 次"] if effort.get("retries") else []
    tokens = f"输入 {effort.get('input_tokens', 0)}、输出 {effort.get('output_tokens', 0)} token"
    cached = f"（其中 {effort['cached_tokens']} 接口读过）" if effort.get("cached_tokens") else ""
    parts.append(tokens + cached)
    parts += [f"有 {effort['untold']} 次接口没有说用了多少"] if effort.get("untold") else []
    parts += [f"费用 {effort['cost']:.4g}"] if effort.get("cost") is not None else []
    return "，".join(parts) + "。"
