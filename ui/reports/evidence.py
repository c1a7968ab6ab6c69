"""The second half of a report on paper: what each mark rests on, who changed it, what was said."""

from collections.abc import Iterator

from ui.i18n import Texts
from ui.reports.blocks import heading, note, rows, split
from ui.reports.paper import INNER, Block, Paper, Row
from ui.reports.typeset import Run
from ui.views.drawing import Ink
from ui.views.render import mark
from ui.views.report_view import CheckRow, CriterionView, ReportView, Said
from ui.views.tension import arrow

LABEL = 16.0
"Room for what a check came to, left of it."
WHO = 27.0
"Room for who speaks, left of the words."
VERDICTS: dict[str, Ink] = {"met": "accent", "partly": "ink", "not_met": "hot", "cannot_judge": "soft"}


def points(each: CriterionView, t: Texts) -> str:
    """Band and points of a criterion, and the machine's band where it was changed."""
    if each.points is None:
        return t("report.not_applicable" if each.outcome == "not_applicable" else "report.unscored")
    told = t("report.points", n=mark(each.points), max=each.weight)
    if each.band is not None:
        told = f"{t('report.band', n=each.band)} · {told}"
    if each.band == each.machine:
        return told
    machine = "—" if each.machine is None else t("report.band", n=each.machine)
    return f"{told}（{t('review.machine', n=machine)}）"


def look(paper: Paper, view: ReportView, t: Texts) -> None:
    """Why an examiner should look at it."""
    flags = (t(f"review.flag_{f.partition(':')[0]}") for f in view.flags if f != "low_confidence")
    reasons = [*view.reasons, *flags]
    if not reasons:
        return
    heading(paper, t("report.look"))
    for reason in reasons:
        paper.put(Block(rows((Run(reason, 9),), INNER - 4, 5, before=(Run("·", 9), 4.0))))
    if view.standard_error is not None and not view.changes:
        note(paper, t("report.sure", error=f"{view.standard_error:.1f}", n=f"{100 * view.confidence:.0f}"))


def criteria(paper: Paper, view: ReportView, t: Texts) -> None:
    """Each criterion: the band reached, its checks, the words they rest on, the items of the standard."""
    heading(paper, t("report.why"))
    for each in view.criteria:
        head = _head(each, t)
        paper.need(sum(row.height for row in head) + 12)
        paper.put(Block(head))
        for block in _grounds(each, view, t):
            paper.put(Block(block))
        paper.space(1.8)


def _head(each: CriterionView, t: Texts) -> list[Row]:
    out = split((Run(each.title, 9.5, bold=True),), Run(points(each, t), 9, "soft"), INNER, 5.4)
    if each.band is not None and each.anchors:
        out += rows((Run(each.anchors[each.band], 8.5, "soft"),), INNER, 4.3)
    return out


def _grounds(each: CriterionView, view: ReportView, t: Texts) -> Iterator[list[Row]]:
    """Check by check; what was rightly left undone in one line; advice that the first page lacks."""
    if not each.checks:
        yield rows((Run(each.rationale, 8.5),), INNER, 4.3)
    quiet = [check for check in each.checks if check.verdict == "met" and not check.quotes]
    for check in each.checks:
        if check not in quiet:
            yield _check(check, view, t)
    if quiet:
        yield _check(CheckRow("；".join(check.text for check in quiet), "met", ()), view, t)
    told = any(moment.better and moment.better in each.advice for moment in view.moments)
    lost = each.points is not None and each.points < each.weight
    if each.advice and lost and not told:
        label = Run(t("report.next"), 8, "soft")
        yield rows((Run(each.advice, 8.5),), INNER - LABEL, 4.3, before=(label, LABEL))
    standard = "　".join(f"{code} {text}" for code, text in each.standard)
    if standard:
        label = Run(t("report.tied"), 7.5, "soft")
        yield rows((Run(standard, 7.5, "soft"),), INNER - LABEL, 4.2, before=(label, LABEL))


def _check(check: CheckRow, view: ReportView, t: Texts) -> list[Row]:
    ink = VERDICTS.get(check.verdict, "soft")
    verdict = Run(t(f"report.check_{check.verdict}"), 8, ink, bold=check.verdict != "cannot_judge")
    told = [Run(check.text, 8.5)]
    for turn, words in check.quotes:
        told.append(Run(f" “{words}”{number(turn, view, t)}", 8.5, "soft"))
    return rows(told, INNER - LABEL, 4.3, before=(verdict, LABEL))


def history(paper: Paper, view: ReportView, t: Texts) -> None:
    """What examiners changed: what, from what to what, why, who, when."""
    if not view.changes:
        return
    heading(paper, t("review.history"))
    for each in view.changes:
        told = (
            Run(f"{each.about} {each.before} → {each.after}　", 9, bold=True),
            Run(f"“{each.reason}”　", 9),
            Run(f"{each.who} {each.when}", 8.5, "soft"),
        )
        paper.put(Block([*rows(told, INNER, 5), Row(1)]))
    if view.seen:
        note(paper, t("review.seen_by", who=view.seen))


def talk(paper: Paper, view: ReportView, t: Texts) -> None:
    """The whole talk; what is evidence is underlined."""
    blocks = [
        Block(_said(said, view, t), ground="accent-wash" if said.mine else None, pad=0.9)
        for said in view.said
    ]
    heading(paper, t("report.transcript"), blocks[0].height if blocks else 0)
    for block in blocks:
        paper.put(block)
        paper.space(0.4)


def _said(said: Said, view: ReportView, t: Texts) -> list[Row]:
    who = t("review.candidate") + number(said.turn, view, t) if said.mine else t("review.counterpart")
    moved = "" if said.change is None else f"　{arrow(said.change)}{abs(said.change)}"
    words = (Run(p.text, 8.5, marked=bool(p.criteria)) for p in said.pieces)
    out = rows(words, INNER - WHO - 1.8, 4.4, before=(Run(who + moved, 7.5, "soft"), WHO))
    if said.heard:
        heard = Run(t("talk.heard_note", text=said.heard), 8, "soft")
        out += rows((heard,), INNER - WHO - 1.8, 4.4, before=(Run(""), WHO))
    return out


def number(turn: int, view: ReportView, t: Texts) -> str:
    """The round of a candidate's turn, where there are several."""
    return f" {t('report.turn', n=view.rounds[turn])}" if turn in view.rounds else ""


def provenance(paper: Paper, view: ReportView, t: Texts) -> None:
    """What the mark was made with."""
    told = "　".join(f"{name}: {value}" for name, value in view.provenance)
    block = Block(rows((Run(told, 7.5, "soft"),), INNER, 4.2))
    heading(paper, t("report.provenance"), block.height)
    paper.put(block)
