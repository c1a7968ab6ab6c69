"""`koushi agreement` for people: the bars, the totals, criterion by criterion, in tables."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from rubrics.agreement.figures import Figure
from rubrics.agreement.report import BARS, Agreement, Bar, OfMachine, OfRubric
from rubrics.agreement.study import Study
from rubrics.calibration_files import Calibration

WIDE = 110
"Columns where nobody watches: a file, a pipe."
HOLDS = {True: "达到", False: "没达到", None: "还没测出"}
BAR_NAMES = {
    "criterion_qwk": "QWK",
    "criterion_gap": "比考评员之间差",
    "total_r": "总分相关 r",
    "total_mae": "总分平均相差",
}
UNITS = {"total_mae": "分"}
NO_MARKS = (
    "还没有考评员给的分，一致性还测不出来。",
    "在阅卷页放进一批对话，其中一成会先请考评员盲评；或者写一份空表发给考评员：",
    "koushi agreement --template 评分表.xlsx --batch 批次编号或结果文件夹",
)
Line = tuple[str, Figure, str]
"(name, figure, unit)."
Notes = dict[str, dict[str, None]]
"Why there is no figure → of what there is none."
KINDS = {"linear": "直线", "isotonic": "保序"}


def show(found: Agreement, in_force: Sequence[Mapping[str, Any]], made: Sequence[Calibration]) -> None:
    """All of it to standard output."""
    console = Console(file=sys.stdout, highlight=False, emoji=False, markup=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(file=sys.stdout, highlight=False, emoji=False, markup=False, width=WIDE)
    if not found.machines:
        for line in NO_MARKS:
            console.print(line)
        _bars(console, found.bars)
        return
    _head(console, found)
    _bars(console, found.bars)
    for machine in found.machines:
        _machine(console, machine, alone=len(found.machines) == 1)
    _calibrations(console, in_force, made)


def _head(console: Console, found: Agreement) -> None:
    blind = [each.blind for each in found.machines if each.blind]
    people = {name for each in blind for name in each.examiners}
    seen = sum(each.seen.talks for each in found.machines if each.seen)
    console.print(f"盲评 {found.n} 场，考评员 {len(people)} 位；看过机评再定的 {seen} 场。")
    console.print("只有盲评的算数：看过机评的分会被机评带着走，放在旁边只作参考。")


def _bars(console: Console, bars: Iterable[Bar]) -> None:
    table = _table("要求", "要求什么", "是哪一项", "测得", "95% 区间", "场", "应当", "结果")
    notes: Notes = {}
    for bar in bars:
        about = f"{bar.rubric} {bar.title}".strip() or bar.judge
        value, interval = _value(bar.figure, UNITS.get(bar.name, "")), _interval(bar.figure)
        limit = BARS[bar.name].replace(">=", "≥ ").replace("<=", "≤ ")
        table.add_row(BAR_NAMES[bar.name], about, value, interval, str(bar.figure.n), limit, HOLDS[bar.holds])
        if bar.figure.refused:
            _note(notes, BAR_NAMES[bar.name], bar.figure)
    console.print(table)
    _notes(console, notes)


def _machine(console: Console, of: OfMachine, *, alone: bool) -> None:
    console.print()
    console.print(f"评分员 {of.judge}" + ("" if alone else "（不同的评分员分开算）"))
    notes: Notes = {}
    table = _table("总分（各评分标准合在一起）", "指标", "盲评", "看过机评再定")
    columns = [_totals(each) for each in (of.blind, of.seen)]
    for at, (name, _, _) in enumerate(_totals(of.blind or of.seen)):
        table.add_row(name, *(_cell(column[at], notes) if column else "" for column in columns))
    console.print(table)
    _notes(console, notes)
    _beside(console, of)
    for rubric in of.rubrics:
        _rubric(console, rubric)


def _totals(of: Study | None) -> list[Line]:
    if of is None:
        return []
    whole, both, decided = of.whole, of.whole.machine, of.whole.decisions
    return [
        ("ICC(2,1)", both.icc, ""),
        ("相关 r", both.r, ""),
        ("平均相差 MAE", both.mae, "分"),
        ("均方根相差 RMSE", both.rmse, "分"),
        ("标准化均差 SMD（机评减考评员，±0.15 以内为好）", both.smd, ""),
        ("偏差（机评减考评员）", both.limits.bias, "分"),
        ("95% 的相差不低于", both.limits.lower, "分"),
        ("95% 的相差不高于", both.limits.upper, "分"),
        ("通过与否 κ", decided.kappa, ""),
        ("通过与否相同", decided.consistent, "%"),
        ("考评员没通过、机评通过的", decided.false_pass, "%"),
        ("考评员通过、机评没通过的", decided.false_fail, "%"),
        ("机评没请人看的里，通过与否相同", decided.left_alone, "%"),
        ("考评员之间平均相差", whole.examiners_mae, "分"),
        ("考评员之间 ICC(2,1)", whole.examiners_icc, ""),
        ("考评员之间 α", whole.alpha, ""),
        ("边缘回归：考评员的分数线", whole.borderline.cut, "分"),
        ("边缘回归：机评的分数线", whole.borderline_machine.cut, "分"),
    ]


def _beside(console: Console, of: OfMachine) -> None:
    """What belongs beside the figures: spread, the 2×2 table, the statutory line."""
    for name, each in (("盲评", of.blind), ("看过机评再定", of.seen)):
        if each is None:
            continue
        both, decided = each.whole.machine, each.whole.decisions
        if both.spreads and both.means:
            means, spreads = both.means, both.spreads
            console.print(
                f"{name}：总分平均 机评 {means[0]:.1f}、考评员 {means[1]:.1f}；"
                f"标准差 机评 {spreads[0]:.1f}、考评员 {spreads[1]:.1f}；红线压住的机评 {each.whole.red} 场。"
            )
        if each.whole.unscored:
            console.print(f"{name}：机评没给总分的 {each.whole.unscored} 场，不在上面的数里。")
        console.print(
            f"{name}：都通过 {decided.both_pass}，只有机评通过 {decided.machine_only}，"
            f"只有考评员通过 {decided.examiner_only}，都没通过 {decided.both_fail}；"
            f"机评请人看的 {decided.referred}。"
        )
    console.print("合格线是职业标准定的 60 分。边缘回归只放在旁边看，从不改动它。")


def _rubric(console: Console, of: OfRubric) -> None:
    for name, each in (("盲评", of.blind), ("看过机评再定，只作参考", of.seen)):
        if each is None:
            continue
        title = f"{of.rubric}（{name}，{each.talks} 场，两人以上评的 {each.doubled} 场）"
        table = _table(
            title, "评分项", "QWK", "κ", "同档", "差一档内", "考评员之间 QWK", "比他们差", "考评员之间 α"
        )
        notes: Notes = {}
        for one in each.criteria:
            machine, people = one.machine, one.examiners
            table.add_row(
                one.title,
                _cell(("QWK", machine.qwk, ""), notes),
                _cell(("κ", machine.kappa, ""), notes, short=True),
                _cell(("同档", machine.exact, "%"), notes, short=True),
                _cell(("差一档内", machine.adjacent, "%"), notes, short=True),
                _cell(("考评员之间 QWK", people.qwk, ""), notes, short=True),
                _cell(("比他们差", one.gap, ""), notes, short=True),
                _cell(("考评员之间 α", one.alpha, ""), notes, short=True),
            )
        console.print()
        console.print(table)
        _notes(console, notes)


def _calibrations(
    console: Console, in_force: Sequence[Mapping[str, Any]], made: Sequence[Calibration]
) -> None:
    new = {(each.rubric, each.judge) for each in made}
    for each in in_force:
        if not each["in_force"]:
            console.print(f"校准 {each['rubric']}：{each['why']}")
            continue
        told = each["calibration"]
        fit = told["fit"]
        head = "新做的校准" if (each["rubric"], each["judge"]) in new else "校准"
        console.print(
            f"{head} {each['rubric']} 第 {told['version']} 版：{KINDS[fit['kind']]}，{fit['n']} 场；"
            f"没学过的对话上平均误差 {fit['mae']:.1f} 分，原分 {fit['raw_mae']:.1f} 分"
            + ("。" if told["helps"] else "，不比原分好，别用它。")
        )
    if in_force:
        console.print("校准过的分只在表里另列一栏，机评的原分从不改动。")


# -- cells ------------------------------------------------------------------------------------------------


def _table(title: str, *heads: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", pad_edge=False, box=SIMPLE)
    for at, head in enumerate(heads):
        table.add_column(head, justify="left" if at == 0 else "right", overflow="fold")
    return table


def _cell(of: Line, notes: Notes, *, short: bool = False) -> str:
    """Value and interval, or a dash with its reason among the notes."""
    name, figure, unit = of
    if figure.refused:
        _note(notes, name, figure)
        return "—"
    interval = "" if short else _interval(figure, unit)
    return f"{_value(figure, unit)} {interval}".strip()


def _value(figure: Figure, unit: str = "") -> str:
    if figure.value is None:
        return "—"
    return _number(figure.value, unit) + unit


def _interval(figure: Figure, unit: str = "") -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f"[{_number(figure.low, unit)}, {_number(figure.high, unit)}]"


def _number(value: float, unit: str) -> str:
    text = {"%": f"{value:.0%}".removesuffix("%"), "分": f"{value:.1f}"}.get(unit, f"{value:.2f}")
    return text.removeprefix("-") if float(text) == 0 else text


def _note(notes: Notes, name: str, figure: Figure) -> None:
    notes.setdefault(figure.refused, {})[name.partition("（")[0]] = None


def _notes(console: Console, notes: Notes) -> None:
    for why, names in notes.items():
        console.print(f"— {'、'.join(names)}：{why}。")
