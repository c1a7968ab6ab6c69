"""Slides. The only importer of `pptx`."""

import io
from collections.abc import Iterator
from typing import Any

from retrieval.documents.model import Block, Read
from retrieval.documents.rows import clean, rows


def read_pptx(data: bytes) -> Read:
    """Slide by slide: title, texts and tables, then the speaker's notes."""
    import pptx

    slides = list(pptx.Presentation(io.BytesIO(data)).slides)
    return Read(tuple(block for n, slide in enumerate(slides, 1) for block in _slide(slide, n)), len(slides))


def _slide(slide: Any, number: int) -> Iterator[Block]:
    title = slide.shapes.title
    # Every slide is a section of its own, also one without a title.
    yield Block("heading", clean(title.text_frame.text if title else "") or f"第{number}页", number, 1)
    for shape in slide.shapes:
        if title is None or shape.shape_id != title.shape_id:
            yield from _shape(shape, number)
    if slide.has_notes_slide:
        for text in _lines(slide.notes_slide.notes_text_frame):
            yield Block("text", f"备注：{text}", number)


def _shape(shape: Any, number: int) -> Iterator[Block]:
    if hasattr(shape, "shapes"):  # a group
        for each in shape.shapes:
            yield from _shape(each, number)
    elif getattr(shape, "has_table", False):
        table = ([cell.text_frame.text for cell in row.cells] for row in shape.table.rows)
        yield from (Block("row", row, number) for row in rows(table))
    elif shape.has_text_frame:
        yield from (Block("text", text, number) for text in _lines(shape.text_frame))


def _lines(frame: Any) -> Iterator[str]:
    if frame is not None:
        yield from filter(None, (clean(paragraph.text) for paragraph in frame.paragraphs))
