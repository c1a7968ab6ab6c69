"""Tables, row by row: each row says what its cells are, so that it can be cited alone."""

from collections.abc import Iterable, Iterator, Sequence

MOST_HEADER = 24
"""Characters: a longer cell is content, not the name of a column."""


def clean(cell: object) -> str:
    """A cell's text on one line."""
    return "" if cell is None else " ".join(str(cell).split())


def rows(table: Iterable[Sequence[object]]) -> Iterator[str]:
    """Each row as 「列名：值；列名：值」; the first full row is the header.

    A table of one column, or whose first row is no header, gives its cells as they are, parted by 「；」.
    """
    header: list[str] | None = None
    for raw in table:
        cells = [clean(cell) for cell in raw]
        if not any(cells):
            continue
        if header is None and sum(map(bool, cells)) == 1:
            yield next(filter(None, cells))  # a caption above the header, or no table at all
            continue
        if header is None:
            header = cells if _is_header(cells) else []
            if not header:
                yield _row([], cells)
            continue
        yield _row(header, cells)


def _is_header(cells: Sequence[str]) -> bool:
    named = [cell for cell in cells if cell]
    return (
        len(named) > 1 and len(set(named)) == len(named) and all(len(cell) <= MOST_HEADER for cell in named)
    )


def _row(header: Sequence[str], cells: Sequence[str]) -> str:
    named = [header[i] if i < len(header) else "" for i in range(len(cells))]
    shown = [f"{name}：{cell}" if name else cell for name, cell in zip(named, cells, strict=True) if cell]
    return "；".join(shown)
