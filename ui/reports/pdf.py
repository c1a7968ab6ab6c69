"""A report on A4, in the order of the page: the result, what cost most, why, the talk, what made the mark."""

from datetime import UTC, datetime

from rubrics.sheets import when
from ui.i18n import Texts
from ui.reports import evidence
from ui.reports.blocks import heading, note, rows, split
from ui.reports.font import clean
from ui.reports.paper import INNER, LEFT, Block, Paper, Picture, Row
from ui.reports.press import press
from ui.reports.typeset import Run
from ui.views import charts, radar, tension
from ui.views.render import SHOWN, mark
from ui.views.report_view import CriterionView, Moment, ReportView

RING = 32.0
COLUMN = 83.0
"Of two beside each other."


def document(view: ReportView, t: Texts) -> bytes:
    """The PDF; the same report gives the same bytes."""
    paper = Paper()
    _head(paper, view, t)
    _moments(paper, view, t)
    _bars(paper, view, t)
    _tension(paper, view, t)
    evidence.look(paper, view, t)
    evidence.criteria(paper, view, t)
    evidence.history(paper, view, t)
    evidence.talk(paper, view, t)
    evidence.provenance(paper, view, t)
    title = " · ".join(filter(None, (view.title, view.name, t("report.label"))))
    made = None if view.made_at is None else datetime.fromtimestamp(view.made_at, UTC)
    return press(paper, clean(title), f"{t('app.name')} · {t('app.disclaimer')}", made)


def _head(paper: Paper, view: ReportView, t: Texts) -> None:
    line = t("report.line", n=mark(view.cut))
    figure = "—" if view.total is None else mark(view.total)
    ring = charts.ring_drawing(
        view.total, view.cut, passed=bool(view.passed), figure=figure, line=line, label=figure
    )
    x, wide = LEFT + RING + 8, INNER - RING - 8
    about = f"{view.title}　" if view.title else ""
    words = [
        *rows((Run(about, 10.5), Run(view.about, 9, "soft")), wide, 6),
        Row(11, ((0, (Run(t(f"report.{view.outcome}"), 21, "pass" if view.passed else "ink", bold=True),)),)),
        *(rows((Run(view.verdict, 10.5),), wide, 6) if view.verdict else ()),
    ]
    if line := "　".join(filter(None, (view.name, "" if view.made_at is None else when(view.made_at)))):
        words = [*rows((Run(line, 9, "soft"),), wide, 5), *words]
    if view.waiting:
        words += rows((Run(t("report.review"), 8.5, "soft"),), wide, 5)
    words += rows((Run(t("app.disclaimer"), 8.5, "soft"),), wide, 5)
    picture = Row(RING, pictures=(Picture(0, RING, ring),))
    paper.beside((Block((picture,), LEFT, RING), Block(words, x, wide)))
    for red in view.red_lines:
        if red.effect != "dismissed":
            title = Run(f"{t('report.red')} · {red.title}", 10, "hot", bold=True)
            effect = Run(f"　{t(f'report.red_{red.effect}')}", 9, "soft")
            said = Run(f"“{red.quote}”", 9.5)
            paper.space(2)
            inside = INNER - 8
            body = [*rows((title, effect), inside, 6), *rows((said,), inside, 5.4)]
            paper.put(Block(body, ground="hot-wash", edge="hot", pad=2.5))


def _moments(paper: Paper, view: ReportView, t: Texts) -> None:
    if view.total is None:
        return
    heading(paper, t("report.moments" if len(view.moments) == 3 else "report.moments_few"))
    if not view.moments:
        note(paper, t("report.moments_none"))
    for n, moment in enumerate(view.moments, 1):
        paper.put(Block(_moment(n, moment, view, t), ground="wash", edge="accent", pad=2.4))
        paper.space(1.8)


def _moment(n: int, moment: Moment, view: ReportView, t: Texts) -> list[Row]:
    from rubrics.advice import clip

    inside = INNER - 4.8 - 3
    lost = Run(t("report.lost", n=mark(moment.lost)), 9, "hot", bold=True)
    label = 21.0
    out = split((Run(f"{n}　{moment.missed}", 10.5, bold=True),), lost, inside, 6)
    if moment.said:
        number = evidence.number(moment.turn, view, t)
        said = (Run(f"“{clip(moment.said, SHOWN)}”", 9.5, "soft"), Run(number, 8, "soft"))
        out += rows(said, inside - label, 5.4, before=(Run(t("report.said"), 8.5, "soft"), label))
    better = (Run(moment.better, 10, bold=True),)
    return [*out, *rows(better, inside - label, 5.6, before=(Run(t("report.better"), 8.5, "soft"), label))]


def _bars(paper: Paper, view: ReportView, t: Texts) -> None:
    wide = COLUMN if view.shares else INNER
    marks = [row for each in view.criteria for row in _bar(each, view, wide, t)]
    left = Block([*_title(t("report.criteria")), *marks], LEFT, wide)
    if not view.shares:
        paper.space(2)
        paper.need(left.height if left.height < 200 else 40)
        paper.put(left)
        note(paper, t("report.bar_note_paper", n=mark(view.cut)))
        return
    x = LEFT + INNER - COLUMN
    right = [*_title(t("report.functions")), *_functions(view)]
    paper.space(0.5)
    paper.beside((left, Block(right, x, COLUMN)))
    note(paper, t("report.bar_note_paper", n=mark(view.cut)) + t("report.functions_note"))


def _title(text: str) -> list[Row]:
    return [Row(2), Row(6, ((0.0, (Run(text, 11, bold=True),)),)), Row(1)]


def _bar(each: CriterionView, view: ReportView, wide: float, t: Texts) -> list[Row]:
    if each.points is None:
        kind = "not_applicable" if each.outcome == "not_applicable" else "unscored"
        return [*split((Run(each.title, 9.5),), Run(t(f"report.{kind}"), 9, "soft"), wide, 5.2), Row(3.8)]
    share = each.points / each.weight if each.weight else 0.0
    bar = charts.bar(share, view.cut, each.weight, view.heaviest, each.title)
    return [
        *split((Run(each.title, 9.5),), Run(evidence.points(each, t), 9, "soft"), wide, 5.2),
        Row(3.8, pictures=(Picture(0, wide, bar),)),
        Row(0.8),
    ]


def _functions(view: ReportView) -> list[Row]:
    if view.radar:
        drawing = radar.radar(view.shares, view.cut, radar.told(view.shares))
        return [Row(COLUMN * drawing.height / drawing.width, pictures=(Picture(0, COLUMN, drawing),))]
    out: list[Row] = []
    for share in view.shares:
        bar = charts.bar(share.share, view.cut, 1, 1, share.name, steps=1)
        out += split((Run(share.name, 9.5),), Run(f"{share.share:.0%}", 9, "soft"), COLUMN, 5.2)
        out += [Row(3.8, pictures=(Picture(0, COLUMN, bar),)), Row(1)]
    return out


def _tension(paper: Paper, view: ReportView, t: Texts) -> None:
    if view.course is None:
        return
    drawing = tension.curve(view.course, "", t("report.hot"), t("report.calm"))
    height = INNER * drawing.height / drawing.width
    heading(paper, t("report.curve"), height)
    paper.put(Block([Row(height, pictures=(Picture(0, INNER, drawing),))]))
    note(paper, t("report.curve_note_paper"))
    for n, change, point in view.course.movers():
        turn = f"{tension.arrow(change)} {abs(change)}　{t('report.turn', n=n)}"
        before = (Run(turn, 8.5, bold=True), 24.0)
        why = "；".join(tension.moving(point.reasons, change))
        paper.put(Block([*rows((Run(why, 8.5, "soft"),), INNER - 24, 4.6, before=before), Row(0.8)]))
