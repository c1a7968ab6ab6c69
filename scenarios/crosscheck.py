"""What a station must hold beyond the shape of its fields: everything it names exists, nothing contradicts.

Each check yields `(path, what, mend)`; the loader adds file and line.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain

from retrieval import standard
from retrieval.errors import InputError
from scenarios.complaints import nearest
from scenarios.parts import MOVE_KEYS, SLOTS, Lines, Need
from scenarios.pointcheck import points, unused
from scenarios.station import RolePlay, Station
from scenarios.yamlfile import PathKey

Problem = tuple[PathKey, str, str]
PLAYERS = ("strong", "borderline", "weak")


def problems(station: Station) -> Iterator[Problem]:
    """Everything wrong with a station whose fields are all well-formed."""
    return chain(
        _ids(station),
        _needs(station),
        _phrases(station),
        _pools(station),
        _mood(station) if isinstance(station, RolePlay) else (),
        unused(station),
        points(station),
        _codes(station),
        _players(station),
    )


def _ids(station: Station) -> Iterator[Problem]:
    for kind in ("facts", "concerns", "demands", "options", "rules", "points", "slips"):
        seen: set[str] = set()
        for n, part in enumerate(getattr(station, kind)):
            if part.id in seen:
                yield (kind, n, "id"), f"{kind} 里有两个“{part.id}”", "给其中一个换个名字"
            seen.add(part.id)


def _all_needs(station: Station) -> Iterator[tuple[PathKey, Need]]:
    for n, concern in enumerate(station.concerns):
        yield ("concerns", n, "settled_by"), concern.settled_by
    for n, demand in enumerate(station.demands):
        yield ("demands", n, "met_by"), demand.met_by


def _needs(station: Station) -> Iterator[Problem]:
    allowed = {option.id: option.allowed for option in station.options}
    for path, need in _all_needs(station):
        for n, name in enumerate(need.options):
            if name not in allowed:
                mend = f"options 里有：{'、'.join(allowed)}" if allowed else "先在 options 里写这个方案"
                yield (*path, "options", n), f"没有“{name}”这个方案", mend
        known = [name for name in need.options if name in allowed]
        if known and not any(allowed[name] for name in known):
            what = "这里要的方案都不在考生权限内，谁也满足不了"
            yield (*path, "options"), what, "至少写一个 allowed 为 true 的方案"


def _phrases(station: Station) -> Iterator[Problem]:
    """Phrases are regular expressions; those that match nothing at all or everything are mistakes."""
    pools: list[tuple[PathKey, tuple[str, ...]]] = [
        ((*path, "phrases"), need.phrases) for path, need in _all_needs(station)
    ]
    pools += [(("concerns", n, "phrases"), each.phrases) for n, each in enumerate(station.concerns)]
    pools += [(("options", n, "phrases"), each.phrases) for n, each in enumerate(station.options)]
    pools += [(("facts", n, "asks"), each.asks) for n, each in enumerate(station.facts)]
    pools += [(("rules", n, "about"), each.about) for n, each in enumerate(station.rules)]
    pools += [(("points", n, "accepts"), each.accepts) for n, each in enumerate(station.points)]
    pools += [(("slips", n, "phrases"), each.phrases) for n, each in enumerate(station.slips)]
    for path, phrases in pools:
        for n, phrase in enumerate(phrases):
            if fault := _bad_pattern(phrase):
                yield (*path, n), *fault


def _bad_pattern(phrase: str) -> tuple[str, str] | None:
    try:
        pattern = re.compile(phrase)
    except re.error:
        return (
            f"“{phrase}”不是正确的正则表达式",
            "括号要成对；要匹配括号、点、星号本身，前面加反斜杠并用单引号括起来",
        )
    if pattern.search(""):
        return f"“{phrase}”什么话都能匹配", "去掉多余的 | 或 *，写出具体的词"
    return None


def _all_pools(station: Station) -> Iterator[tuple[PathKey, Lines]]:
    if isinstance(station, RolePlay):
        yield ("opening",), station.opening
    for n, point in enumerate(station.points):
        yield ("points", n, "follow_ups"), point.follow_ups
    for n, fact in enumerate(station.facts):
        yield ("facts", n, "tells"), fact.tells
    for n, concern in enumerate(station.concerns):
        for name in ("hints", "tells", "eased"):
            yield ("concerns", n, name), getattr(concern, name)
    for n, demand in enumerate(station.demands):
        for name in ("presses", "accepts"):
            yield ("demands", n, name), getattr(demand, name)
    for n, option in enumerate(station.options):
        yield ("options", n, "reacts"), option.reacts
    for key, lines in station.lines.items():
        yield ("lines", key), lines


def _pools(station: Station) -> Iterator[Problem]:
    for key in sorted(station.lines.keys() - MOVE_KEYS):
        near = nearest(key, MOVE_KEYS)
        mend = f"是不是要写 {near[0]}" if near else f"可以写：{'、'.join(sorted(MOVE_KEYS))}"
        yield ("lines", key), f"没有“{key}”这种台词", mend
    slots = SLOTS | {f"fact.{each.id}" for each in station.facts}
    slots |= {f"rule.{each.id}" for each in station.rules}
    for path, lines in _all_pools(station):
        said = Counter(line.say for line in lines)
        for n, line in enumerate(lines):
            if said[line.say] > 1:
                said[line.say] = 0
                yield (*path, n), "同一组里这句台词写了两遍", "换一种说法，或删掉一句"
            for fault in _slot_faults(line.say, slots):
                yield (*path, n), *fault


def _slot_faults(text: str, slots: frozenset[str] | set[str]) -> Iterator[tuple[str, str]]:
    names = re.findall(r"\{([^{}]*)\}", text)
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
        yield "台词里的花括号没有成对", "空格处写成 {deadline} 这样，前后各一个"
    for name in names:
        if name not in slots:
            near = nearest(name, slots)
            known = "、".join(f"{{{each}}}" for each in sorted(slots))
            yield f"没有“{{{name}}}”这个空", f"是不是要写 {{{near[0]}}}" if near else f"可以写：{known}"


def _mood(station: RolePlay) -> Iterator[Problem]:
    mood = station.mood
    bounds: Mapping[str, tuple[int, int]] = {"tension": (0, 100), "trust": (0, 100), "patience": (1, 20)}
    for name, (least, most) in bounds.items():
        low, high = getattr(mood, name)
        if low > high:
            yield ("mood", name), f"下限 {low} 大于上限 {high}", f"写成 [{high}, {low}]"
        elif low < least or high > most:
            yield ("mood", name), "超出范围", f"两个数都要在 {least} 到 {most} 之间"
    if mood.settles_below >= mood.walks_out_at:
        yield ("mood", "settles_below"), "谈妥线不能高于离场线", "settles_below 要小于 walks_out_at"
    if mood.tension[1] >= mood.walks_out_at:
        yield ("mood", "tension"), "开场的火气就到了离场线，一句话都没说人就走了", "调低 tension 的上限"


def _codes(station: Station) -> Iterator[Problem]:
    for n, code in enumerate(station.standard):
        try:
            standard.find(code)
        except InputError as error:
            yield ("standard", n), error.what, error.mend
            continue
        if not standard.covers(station.level, code):
            what = f"{code} 是更高等级的要求，不能放在 {station.level} 级的题里"
            yield ("standard", n), what, f"换成 L{station.level} 的条目，或把 level 改为 {code[1]}"


def _players(station: Station) -> Iterator[Problem]:
    if absent := [each for each in PLAYERS if each not in station.players]:
        yield (
            ("players",),
            f"缺少试演考生：{'、'.join(absent)}",
            "强、中、弱三个考生各写一份台词，题目才能验证公平",
        )
