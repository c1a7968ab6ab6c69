"""Examiners' marks from a filled sheet: all of it, or a list of what is wrong and where."""

import difflib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from retrieval.errors import InputError, ManyInputErrors
from rubrics.agreement import cells
from rubrics.agreement.borderline import RATINGS
from rubrics.agreement.cells import Row, Sheet
from rubrics.agreement.marks import Crossed, Mark, Talk, machine_of, merged, total_of
from rubrics.agreement.reports_in import Lookup, Marked
from rubrics.agreement.template import NO, YES
from rubrics.blind import red_lines_of
from rubrics.standing import RED

TOLD = 20
"Mistakes told at once."
FILLED = ("band", "total", "rating")
YESNO = {YES: True, NO: False, "yes": True, "no": False, "y": True, "n": False, "1": True, "0": False}


@dataclass(slots=True)
class _Mark:
    """One examiner's mark of one talk, row by row."""

    of: Marked
    examiner: str
    row: Row
    bands: dict[str, int] = field(default_factory=dict)
    crossed: list[Crossed] = field(default_factory=list)
    total: float | None = None
    rating: int | None = None
    blind: bool | None = None
    candidate: str = ""
    named: set[str] = field(default_factory=set)


def from_sheet(path: Path, reports: Callable[[Sheet], Iterable[Marked]]) -> tuple[Talk, ...]:
    """Every talk with the marks the sheet gives it.

    Args:
        reports: what the sheet's talks are looked up in.

    Raises:
        InputError: it cannot be read, or nothing is filled in.
        ManyInputErrors: cells that are wrong, each with sheet, row and column; nothing is taken.
    """
    sheet = cells.read(path)
    filled = [row for row in sheet.rows if any(key in row.cells for key in FILLED)]
    if not filled:
        raise InputError("表里还没有填一个档次", mend="填了“档次”再来", file=path)
    lookup, errors = Lookup(list(reports(sheet))), list[InputError]()
    made: dict[tuple[str, str, str], _Mark] = {}
    for row in filled:
        try:
            _take(sheet, row, lookup, made)
        except InputError as error:
            errors.append(error)
    if errors:
        raise ManyInputErrors(_first(errors))
    return merged(_talk(each) for each in made.values())


def _first(errors: list[InputError]) -> list[InputError]:
    more = len(errors) - TOLD
    return errors if more <= 0 else [*errors[:TOLD], InputError(f"还有 {more} 处", mend="改好这些再看其余的")]


def _take(sheet: Sheet, row: Row, lookup: Lookup, made: dict[tuple[str, str, str], _Mark]) -> None:
    """One row into the mark it belongs to."""
    of, examiner = _report(sheet, row, lookup), row.cells.get("examiner", "")
    if not examiner:
        raise sheet.wrong(row, "examiner", "没有写是谁评的", "填上考评员的姓名或代号")
    mark = made.setdefault((of.id, of.body["rubric"], examiner), _Mark(of, examiner, row))
    blind = _blind(sheet, row)
    if mark.blind not in {None, blind}:
        mend = f"第 {mark.row.number} 行写的不一样；同一场同一位，整场写一样的"
        raise sheet.wrong(row, "blind", "这一场是不是盲评，前后写得不一样", mend)
    mark.blind = blind
    mark.candidate = mark.candidate or row.cells.get("candidate", "")
    mark.total = _same(sheet, row, "total", mark.total, _total(sheet, row))
    mark.rating = _same(sheet, row, "rating", mark.rating, _rating(sheet, row))
    if "band" in row.cells:
        _band(sheet, row, mark)


def _report(sheet: Sheet, row: Row, lookup: Lookup) -> Marked:
    key = "id" if "id" in row.cells else "talk"
    name = row.cells.get(key, "")
    if not name:
        raise sheet.wrong(row, "talk", "没有写是哪一场对话", "写对话的文件名或编号")
    found = lookup.find(name)
    if not found and key == "id" and "talk" in row.cells:
        found = lookup.find(row.cells["talk"])
    if len(found) == 1:
        return found[0]
    if found:
        raise sheet.wrong(
            row, key, f"“{name}”有 {len(found)} 场，分不清是哪一场", "用 --batch 写明是哪一批，或写“编号”"
        )
    near = difflib.get_close_matches(name, lookup.names(), n=1)
    mend = f"是不是“{near[0]}”" if near else "用 --batch 写明机评结果在哪个文件夹或哪一批"
    raise sheet.wrong(row, key, f"没有“{name[:60]}”的机评结果", mend)


def _band(sheet: Sheet, row: Row, mark: _Mark) -> None:
    name = _criterion(sheet, row, mark.of)
    if name in mark.named:
        raise sheet.wrong(row, "criterion", f"“{mark.examiner}”给这一场的这一项评了两次", "只留一行")
    most = 1 if name.startswith(RED) else 4
    band = _number(row.cells["band"].removesuffix("档"))
    if band is None or band != int(band) or not 0 <= band <= most:
        raise sheet.wrong(
            row,
            "band",
            f"档次不能是“{row.cells['band'][:20]}”",
            "红线的行填 0 或 1" if most == 1 else "填 0 到 4 的整数",
        )
    mark.named.add(name)
    if not name.startswith(RED):
        mark.bands[name] = int(band)
    elif band:
        mark.crossed += [each for each in red_lines_of(mark.of.body) if RED + each.id == name]


def _criterion(sheet: Sheet, row: Row, of: Marked) -> str:
    """The id of what the row is about; titles are understood as well."""
    said = row.cells.get("criterion", "")
    if not said:
        raise sheet.wrong(row, "criterion", "没有写是哪个评分项", "写评分项的编号或名称")
    known: dict[str, str] = {each["id"]: each["id"] for each in of.body["criteria"]}
    known |= {each["title"]: each["id"] for each in of.body["criteria"]}
    known |= {RED + each.id: RED + each.id for each in red_lines_of(of.body)}
    if said in known:
        return known[said]
    near = difflib.get_close_matches(said, known, n=1)
    mend = (
        f"是不是“{near[0]}”" if near else f"可以写：{'、'.join(each['id'] for each in of.body['criteria'])}"
    )
    raise sheet.wrong(row, "criterion", f"{of.body['rubric']} 里没有评分项“{said[:40]}”", mend)


def _blind(sheet: Sheet, row: Row) -> bool:
    said = row.cells.get("blind", NO).lower()
    if said not in YESNO:
        raise sheet.wrong(row, "blind", f"盲评不能是“{said[:20]}”", f"写“{YES}”或“{NO}”")
    return YESNO[said]


def _total(sheet: Sheet, row: Row) -> float | None:
    if "total" not in row.cells:
        return None
    total = _number(row.cells["total"].removesuffix("分"))
    if total is None or not 0 <= total <= 100:
        raise sheet.wrong(
            row, "total", f"总分不能是“{row.cells['total'][:20]}”", "填 0 到 100 的数，或者空着"
        )
    return total


def _rating(sheet: Sheet, row: Row) -> int | None:
    if "rating" not in row.cells:
        return None
    said = row.cells["rating"]
    if said in RATINGS:
        return RATINGS.index(said)
    number = _number(said)
    if number is None or number not in range(len(RATINGS)):
        mend = f"写 {'、'.join(RATINGS)}，或 0 到 {len(RATINGS) - 1}"
        raise sheet.wrong(row, "rating", f"总体评价不能是“{said[:20]}”", mend)
    return int(number)


def _same(sheet: Sheet, row: Row, key: str, there: Any, now: Any) -> Any:
    """One value for the whole talk, written once or several times."""
    if there is not None and now is not None and there != now:
        raise sheet.wrong(row, key, "同一场同一位写了两个不同的值", "一场只填一个，其余空着")
    return there if now is None else now


def _number(text: str) -> float | None:
    """Also full-width figures; None when it is none, or not finite."""
    try:
        value = float(unicodedata.normalize("NFKC", text).strip())
    except ValueError:
        return None
    return value if abs(value) < 1e6 else None


def _talk(of: _Mark) -> Talk:
    body: Mapping[str, Any] = of.of.body
    total, passed = total_of(body, of.bands, of.crossed)
    if of.total is not None:
        failed = any(each.effect == "fail" for each in of.crossed)
        total, passed = of.total, of.total >= body["cut_score"] and not failed
    mark = Mark(of.examiner, bool(of.blind), of.bands, total, passed, of.rating, red=bool(of.crossed))
    return Talk(of.of.id, of.of.name, machine_of(body), (mark,), of.candidate or of.of.candidate)
