"""The reports' own Chinese font: Noto Sans SC, cut down to the characters a report holds.

`tools/report_font.py` made the two files, which lie beside their licence (SIL OFL 1.1) in `ui/assets/fonts`.
What they lack (rare names, traditional characters, emoji) is never lost: on paper such a character is a
box that keeps the character in the text layer, on a page the reader's own fonts draw it.
"""

import lzma
import re
from base64 import b64encode
from collections.abc import Mapping, Set
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any, Literal

Weight = Literal["400", "700"]
BOX = 0x25A1
"WHITE SQUARE, what stands for a character the font lacks."
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_UNSEEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")


def clean(text: str) -> str:
    """Text that can stand on paper: control characters and halves of characters become boxes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _UNSEEN.sub("", _UNFIT.sub(chr(BOX), text))


@cache
def _whole(weight: Weight) -> bytes:
    packed = files("ui").joinpath("assets", "fonts", f"NotoSansSC-{weight}.ttf.xz").read_bytes()
    return lzma.decompress(packed)


@cache
def _widths(weight: Weight) -> Mapping[int, float]:
    """Of every code point it draws, in ems."""
    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(_whole(weight)), lazy=True)
    across, em = font["hmtx"].metrics, font["head"].unitsPerEm
    return {code: across[glyph][0] / em for code, glyph in font.getBestCmap().items()}


def covered() -> Set[int]:
    """The code points that both weights draw."""
    return _widths("400").keys()


def weight(*, bold: bool) -> Weight:
    """The weight of bold or plain letters."""
    return "700" if bold else "400"


def width(text: str, of: Weight) -> float:
    """How wide a line is, in ems; what the font lacks is as wide as its box."""
    known = _widths(of)
    return sum(known.get(ord(char), known[BOX]) for char in text)


def truetype(weight: Weight, text: str) -> bytes:
    """A TrueType font of the characters in `text`; those it lacks are boxes that keep their code points."""
    font, lacking = _cut(weight, text)
    _stand_in(font, lacking)
    return _saved(font)


def data_uri(weight: Weight, text: str) -> str:
    """A WOFF2 font of the characters in `text`, for a style sheet; what it lacks is left to other fonts."""
    font, _ = _cut(weight, text)
    font.flavor = "woff2"
    return f"data:font/woff2;base64,{b64encode(_saved(font)).decode()}"


def _cut(weight: Weight, text: str) -> tuple[Any, list[int]]:
    """The font with these characters alone, and the code points it lacks."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    wanted = {*map(ord, clean(text)), 0x20, BOX} - {0x0A, 0x09}
    font = TTFont(BytesIO(_whole(weight)), recalcTimestamp=False, lazy=True)
    cutter = Subsetter(Options(layout_features=[], hinting=False, notdef_outline=True))
    cutter.populate(unicodes=sorted(wanted))
    cutter.subset(font)
    return font, sorted(wanted - set(covered()))


def _stand_in(font: Any, lacking: list[int]) -> None:
    """Let every code point the font lacks show the box."""
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    box = font.getBestCmap()[BOX]
    every = CmapSubtable.newSubtable(12)
    every.platformID, every.platEncID, every.language = 3, 10, 0
    every.cmap = {**font.getBestCmap(), **dict.fromkeys(lacking, box)}
    font["cmap"].tables = [every]


def _saved(font: Any) -> bytes:
    out = BytesIO()
    font.save(out, reorderTables=None)
    return out.getvalue()
