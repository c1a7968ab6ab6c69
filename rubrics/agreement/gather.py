"""All examiners' marks there are: the database's and a filled sheet's, brought together."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Engine

from retrieval.errors import InputError
from rubrics.agreement.cells import Sheet
from rubrics.agreement.kept import from_database
from rubrics.agreement.marks import Talk, merged
from rubrics.agreement.reports_in import Marked, from_source, of_names
from rubrics.agreement.sheet_in import from_sheet


def gather(engine: Engine, sheet: Path | None = None, source: str | None = None) -> tuple[Talk, ...]:
    """Talks with their marks.

    Args:
        sheet: a filled sheet besides.
        source: where the machine's reports on the sheet's talks are: a folder of `koushi prescreen` or the
            id of a batch; where the sheet says so when None, else by the files' names in all batches.

    Raises:
        InputError: the sheet or the source cannot be read; see `from_sheet`.
    """
    kept = from_database(engine)
    if sheet is None:
        return kept

    def reports(of: Sheet) -> Iterable[Marked]:
        return _reports(engine, of, source)

    return merged((*kept, *from_sheet(sheet, reports)))


def _reports(engine: Engine, sheet: Sheet, source: str | None) -> list[Marked]:
    if source is not None:
        return from_source(engine, source)
    if sheet.source:
        try:
            return from_source(engine, sheet.source)
        except InputError:  # moved since: the names may still tell
            pass
    return of_names(engine, (row.cells["talk"] for row in sheet.rows if "talk" in row.cells))


def only(talks: Iterable[Talk], rubric: str | None, station: str | None) -> tuple[Talk, ...]:
    """Those of that rubric and station, each by id or by `id@version`."""
    return tuple(
        talk
        for talk in talks
        if _is(talk.machine.rubric, rubric) and _is(talk.machine.station or "", station)
    )


def _is(reference: str, asked: str | None) -> bool:
    return asked is None or asked in {reference, reference.partition("@")[0]}
