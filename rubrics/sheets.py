"""Marks as a spreadsheet and as CSV, for `koushi prescreen` and `/review` alike: the marks that stand."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from rubrics.standing import RED, Standing, standing

Value = str | int | float | None
LONGEST = 32_000
"Characters of a cell; Excel takes 32 767."
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"What a spreadsheet may take for the beginning of a formula: what candidates say is text."
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
OUTCOMES = {True: "通过", False: "未通过", None: "未评分"}
EFFECTS = {"fail": "判不通过", "cap": "封顶", "review": "待复核", "dismissed": "不成立"}
TOTALS = (
    ("文件", 34), ("结果", 9), ("总分", 8), ("合格线", 8), ("机评总分", 9), ("改动", 6), ("需复核", 8),
    ("复核原因", 40), ("红线", 24), ("标记", 22), ("把握", 8), ("标准误", 8), ("看过的人", 12),
    ("看过的时间", 18), ("题目", 28), ("评分标准", 26), ("评分员", 18), ("对话编号", 20),
)  # fmt: skip
CRITERIA = (
    ("文件", 34), ("评分项", 24), ("标准条目", 26), ("权重", 7), ("机评档次", 9), ("档次", 7), ("得分", 8),
    ("理由", 60), ("原话", 60),
)  # fmt: skip
CHANGES = (
    ("文件", 34), ("评分项", 24), ("原来", 10), ("改为", 10), ("理由", 50), ("谁", 12), ("时间", 18),
)  # fmt: skip
BESIDE = (("校准参考分", 11), ("校准说明", 40))
FAILURES = (("文件", 34), ("原因", 100))


@dataclass(frozen=True, slots=True)
class Result:
    """One file of a batch: its report with the mark that stands, or why there is none."""

    name: str
    body: Mapping[str, Any] | None = None
    error: str = ""
    stands: Standing | None = None
    "None: as the report has it."
    seen: tuple[str, float] | None = None
    "Who looked at it last, and when (seconds since 1970)."
    told: str = "读不了"
    "What stands for the outcome where there is no report."
    final: Standing = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.body is not None:
            object.__setattr__(self, "final", self.stands or standing(self.body))


Beside = Callable[[Result], tuple[Value, Value]]
Extra = tuple[str, Sequence[tuple[str, int]], Iterable[list[Value]]]
"(name, columns, rows) of a sheet."


def from_line(line: Mapping[str, Any]) -> Result:
    """A line of `reports.jsonl`."""
    if "error" in line:
        return Result(line["file"], error=line["error"] or "")
    return Result(line["file"], line)


def when(at: float) -> str:
    """A moment as this machine's clock shows it, to the minute."""
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")


def totals(result: Result) -> list[Value]:
    """The row of `TOTALS`; for a failure its reason stands where the reasons for review do."""
    body = result.body
    who, at = (result.seen[0], when(result.seen[1])) if result.seen else ("", "")
    if body is None:
        return [result.name, result.told, *[None] * 4, "是", result.error, *[None] * 4, who, at, *[None] * 4]
    final, judge = result.final, body["judge"]
    return [
        result.name,
        OUTCOMES[final.passed],
        final.total,
        body["cut_score"],
        body["total"],
        len(final.changes),
        "是" if body["needs_review"] else "",
        "；".join(body["review_reasons"]) or final.reason,
        "；".join(f"{_red_title(each)}（{EFFECTS[final.red[each['id']]]}）" for each in body["red_lines"]),
        "、".join(body["flags"]),
        body["confidence"],
        body["standard_error"],
        who,
        at,
        body["station"],
        body["rubric"],
        " ".join(filter(None, (judge["kind"], judge["version"], judge["model"]))),
        body["transcript"],
    ]


def _red_title(hit: Mapping[str, Any]) -> str:
    return str(hit.get("title") or hit["id"])


def criteria(result: Result) -> Iterable[list[Value]]:
    """The rows of `CRITERIA`."""
    for each in result.body["criteria"] if result.body else ():
        yield [
            result.name,
            each["title"],
            "、".join(each["standard"]),
            each["weight"],
            each["band"],
            result.final.bands[each["id"]],
            result.final.points[each["id"]],
            each["rationale"],
            "\n".join(f"第 {e['turn']} 句：{e['quote']}" for e in each["evidence"]),
        ]


def changes(result: Result) -> Iterable[list[Value]]:
    """The rows of `CHANGES`, in the order in which they were made."""
    if result.body is None:
        return
    titles = {each["id"]: each["title"] for each in result.body["criteria"]}
    reds = {RED + each["id"]: f"红线：{_red_title(each)}" for each in result.body["red_lines"]}
    for each in result.final.changes:
        about = {**titles, **reds}.get(each.criterion, each.criterion)
        red = each.criterion.startswith(RED)
        before, after = (_decided(each.before), _decided(each.after)) if red else (each.before, each.after)
        yield [result.name, about, before, after, each.reason, each.who, when(each.at)]


def _decided(value: int | None) -> str:
    return {None: "", 0: "不成立", 1: "成立"}.get(value, "")


def write_xlsx(
    results: Iterable[Result],
    target: Path | IO[bytes],
    *,
    reviewed: bool = False,
    beside: Beside | None = None,
    more: Sequence[Extra] = (),
) -> None:
    """A workbook: 总分, 评分项, 读不了的文件, and 改动 of people. Rows go to disk as they come.

    Args:
        beside: gives the two cells of `BESIDE`, in columns of their own behind the totals.
        more: further sheets.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheets = {"总分": (*TOTALS, *(BESIDE if beside else ())), "评分项": CRITERIA} | (
        {"改动": CHANGES} if reviewed else {}
    )
    made = {
        name: add_sheet(book, name, columns) for name, columns in {**sheets, "读不了的文件": FAILURES}.items()
    }
    for result in results:
        row = [*totals(result), *(beside(result) if beside else ())]
        made["总分"].append([cell(made["总分"], each) for each in row])
        rows = {"评分项": criteria(result), "改动": changes(result) if reviewed else ()}
        if result.body is None:
            rows["读不了的文件"] = [[result.name, result.error]]
        for name, lines in rows.items():
            for row in lines:
                made[name].append([cell(made[name], each) for each in row])
    for name, columns, lines in more:
        sheet = add_sheet(book, name, columns)
        for row in lines:
            sheet.append([cell(sheet, each) for each in row])
    book.save(target)


def add_sheet(book: Any, name: str, columns: Sequence[tuple[str, int]]) -> Any:
    """A sheet of a write-only workbook with its head: (title, width in characters)."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    sheet.freeze_panes = "B2"
    for n, (_, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    head = [WriteOnlyCell(sheet, title) for title, _ in columns]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    return sheet


def cell(sheet: Any, value: Value) -> Any:
    """Text stays text: what looks like a formula is none, now or when somebody edits the cell."""
    if not isinstance(value, str):
        return value
    text = clean(value)
    if not text.startswith(_FORMULA):
        return text
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.style = _as_text(sheet)
    return cell


def _as_text(sheet: Any) -> str:
    from openpyxl.styles import NamedStyle

    book, name = sheet.parent, "koushi-text"
    if name not in book.named_styles:
        book.add_named_style(NamedStyle(name, number_format="@"))
    return name


def clean(text: str) -> str:
    """Without what no spreadsheet may hold, and not longer than a cell."""
    plain = _CONTROL.sub("", text)
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"


def write_csv(results: Iterable[Result], folder: Path) -> tuple[Path, Path]:
    """`reports.csv`, a file a line, and `criteria.csv`, a criterion a line; UTF-8 with its mark."""
    first, second = folder / "reports.csv", folder / "criteria.csv"
    with (
        first.open("w", encoding="utf-8-sig", newline="") as whole,
        second.open("w", encoding="utf-8-sig", newline="") as parts,
    ):
        all_, each_ = csv.writer(whole), csv.writer(parts)
        all_.writerow([title for title, _ in TOTALS])
        each_.writerow([title for title, _ in CRITERIA])
        for result in results:
            all_.writerow(map(_plain, totals(result)))
            each_.writerows([list(map(_plain, row)) for row in criteria(result)])
    return first, second


def _plain(value: Value) -> Value:
    """CSV knows no text cells: an apostrophe keeps a spreadsheet from reckoning."""
    if not isinstance(value, str):
        return value
    text = clean(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
