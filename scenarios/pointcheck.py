"""What an oral question or a letter must hold beyond the shape of its fields."""

import re
from collections.abc import Iterator

from retrieval.text import fold
from scenarios.station import Kind, Letter, Question, Station

Problem = tuple[tuple[str | int, ...], str, str]
UNUSED: dict[Kind, tuple[str, ...]] = {
    Kind.ROLEPLAY: ("points", "slips"),
    Kind.QUESTION: ("facts", "concerns", "demands", "options"),
    Kind.LETTER: ("facts",),
}
_NAMES = {Kind.ROLEPLAY: "角色扮演题", Kind.QUESTION: "口答题", Kind.LETTER: "回信题"}


def unused(station: Station) -> Iterator[Problem]:
    """Fields that a station of this kind does not read: what is written there would be lost."""
    for name in UNUSED[station.kind]:
        if getattr(station, name):
            yield (name,), f"{_NAMES[station.kind]}用不上 {name}", "删掉它，或者改 kind"


def points(station: Station) -> Iterator[Problem]:
    """Key points: something essential among them, each can be asked after, no follow-up gives one away."""
    if not isinstance(station, Question | Letter):
        return
    if not any(point.essential for point in station.points):
        yield ("points",), "没有一个要点是必答的", "至少让一个要点的 essential 为 true（不写就是 true）"
    if isinstance(station, Question):
        yield from _follow_ups(station)
    if isinstance(station, Letter) and not 0 < station.length[0] < station.length[1]:
        yield ("length",), "字数范围不对", "写成 [下限, 上限]，如 [150, 800]"


def _follow_ups(station: Question) -> Iterator[Problem]:
    for n, point in enumerate(station.points):
        if point.essential and not point.follow_ups:
            yield (
                ("points", n, "follow_ups"),
                f"要点“{point.title}”没有追问",
                "写一句只指方向的追问，如“事情办完以后呢？”",
            )
        for k, line in enumerate(point.follow_ups):
            if told := _given_away(station, line.say):
                yield (
                    ("points", n, "follow_ups", k),
                    f"这句追问说出了要点“{told}”",
                    "换一种问法，别带出答案里的词",
                )


def _given_away(station: Question, text: str) -> str | None:
    for point in station.points:
        for variant in point.accepts:
            if _matches(variant, text) and not _matches(variant, station.question):
                return point.title
    return None


def _matches(variant: str, text: str) -> bool:
    try:
        return re.search(fold(variant), fold(text)) is not None
    except re.error:  # told elsewhere, with its own line
        return False
