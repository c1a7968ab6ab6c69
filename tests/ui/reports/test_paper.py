"""Pages: what belongs together stays together, what is longer than a page goes on."""

from hypothesis import given
from hypothesis import strategies as st

from ui.reports.paper import BOTTOM, TOP, Block, Paper, Row
from ui.reports.typeset import Run


def block(number: int, height: float, count: int) -> Block:
    return Block([Row(height, ((0.0, (Run(f"{number}.{n}"),)),)) for n in range(count)], ground="wash", pad=2)


def said(paper: Paper) -> list[list[str]]:
    return [
        [w.lines[0][1][0].text for _, _, w in page if isinstance(w, Row) and w.lines] for page in paper.pages
    ]


@given(st.lists(st.tuples(st.floats(3, 12), st.integers(1, 60)), min_size=1, max_size=30))
def test_every_row_is_on_a_page_in_its_order_and_inside_it(sizes: list[tuple[float, int]]) -> None:
    paper = Paper()
    for n, (height, count) in enumerate(sizes):
        paper.put(block(n, height, count))
        paper.space(2)
    rows = [each for page in said(paper) for each in page]
    assert rows == [f"{n}.{i}" for n, (_, count) in enumerate(sizes) for i in range(count)]
    for page in paper.pages:
        assert all(y >= TOP and y + what.height <= BOTTOM + 0.1 for _, y, what in page)


@given(st.lists(st.integers(1, 20), min_size=2, max_size=30))
def test_a_block_that_fits_a_page_is_never_torn(counts: list[int]) -> None:
    paper = Paper()
    for n, count in enumerate(counts):
        paper.put(block(n, 10, count))
    for n in range(len(counts)):
        assert sum(any(each.startswith(f"{n}.") for each in page) for page in said(paper)) == 1


def test_a_block_longer_than_a_page_begins_where_it_stands_and_goes_on() -> None:
    paper = Paper()
    paper.put(block(0, 10, 5))
    paper.put(block(1, 10, 90))
    assert said(paper)[0][:6] == ["0.0", "0.1", "0.2", "0.3", "0.4", "1.0"]
    assert len(paper.pages) == 4


def test_no_page_is_left_empty() -> None:
    paper = Paper()
    paper.turn()
    paper.space(500)
    paper.put(block(0, 10, 1))
    assert len(paper.pages) == 1
