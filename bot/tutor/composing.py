"""Answers without a model: the sentences of the best notes that answer, word for word, each numbered."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.tutor.answer import Answer, Asked, Aspect, Citation
from bot.tutor.asking import LEVELS, content, subject
from bot.tutor.citing import cite, units
from bot.tutor.finding import Found, of, printed_text
from bot.tutor.naming import named, opening
from retrieval.notes import load_notes
from retrieval.passages import Passage
from retrieval.text import fold, han_count

LONGEST = 230
"""Han characters of an answer, about; a note has up to 300."""
SECOND = 0.8
"""Of the best relevance: what a passage must have to be chosen, or to speak second."""
_ENOUGH = 0.3
"""Share of the question's words that a second passage's sentence must have."""
_CUES: Mapping[Aspect, str] = {
    Aspect.EXAMPLE: r"比如|例如|譬如|为例|打个比方|举个例|[拿以].{1,8}来说|某[\u4e00-\u9fff]|有[家位个]"
    r"|一[位家个名].{0,12}[户客店司馆院员者师工生]|小[\u4e00-\u9fff][\u4e00-\u9fff]|老[张王李]|“[^”]{8,}”",
    Aspect.HOW: r"步|先|再|然后|最后|做法|办法|方法|可以|一是|二是|一、|分[两三四五]|要[^求素]|写清|问|公式"
    r"|等于|除以",
    Aspect.WHY: r"因为|所以|才|否则|不然|好处|意义|必要|重要|原因|怕|省|于是|就会|根子|说明|带来|靠",
    Aspect.DIFFERENCE: r"而|则|不同|区别|前者|后者|相反|不是|一个|另|只|都",
    Aspect.MISTAKE: r"误区|错|失误|毛病|最忌|不要|不能|别|只.{1,8}不|不等于|当成",
    Aspect.LIST: r"一是|二是|[一二三四五六]、|第[一二三]|有[两三四五六七八]|包括|分[为成]|几[种条类]|：|；",
    Aspect.WHAT: r"^.{0,14}(?:是|指|就是|叫|说的是|等于)",
    Aspect.ANY: r"$^",
}
_WARNING = re.compile(r"^.{0,10}(?:误区|错|失误|毛病|最忌|不要|别|误解|败招|以为)")
_STOPS = tuple("。！？”）")
_NAMED = {Aspect.WHAT, Aspect.ANY, Aspect.LIST}
_MANY: Mapping[Aspect, int] = {Aspect.EXAMPLE: 1, Aspect.WHAT: 2, Aspect.MISTAKE: 2}
_FIRST: Mapping[Aspect, float] = {Aspect.WHAT: 0.6, Aspect.EXAMPLE: -0.3, Aspect.MISTAKE: -0.1}


@dataclass(frozen=True, slots=True)
class _Pick:
    passage: Passage
    position: int
    text: str
    shared: float
    """0–1: how much of the question's words it has."""
    score: float
    """Higher is better; the form counts too, as the question wants it."""


def compose(found: Found) -> Answer:
    """The extracted answer to what was found; only for what is strong."""
    if found.asked.code and found.asked.aspect in _NAMED:
        return named(found)
    citations: list[Citation] = []
    text = opening(found)
    for head, picks in _compared(found) if found.asked.compared else [("", _picked(found))]:
        text += head
        for pick in picks:
            citations.append(cite(len(citations) + 1, pick.passage, pick.text))
            stop = "" if pick.text.endswith(_STOPS) else "。"
            text += f"{pick.text}{stop}[{len(citations)}]"
    return Answer(found.asked, answered=True, text=text, citations=tuple(citations))


def _compared(found: Found) -> list[tuple[str, list[_Pick]]]:
    """Level by level: the printed skills, or two sentences of the note."""
    out: list[tuple[str, list[_Pick]]] = []
    hits = list(dict.fromkeys(hit.passage for hit in found.hits))
    for level in found.asked.compared:
        skills = [each for each in hits if each.level == level]
        notes = [each for each in hits if each.level is None and each.code.endswith(f"level{level}")]
        picks = [_Pick(each, 0, each.text, 1.0, 1.0) for each in skills]
        picks = picks or [pick for note in notes[:1] for pick in _best(found.asked, note, 2)]
        out.append((("\n" if out else "") + f"{LEVELS[level]}：", picks))
    return out


def _picked(found: Found) -> list[_Pick]:
    """Sentences of the best passage, and of the next where it speaks of the question as much; in order."""
    asked, best, *others = found.asked, *_ranked(found)
    picks = _best(asked, best, _MANY.get(asked.aspect, 3))
    if not asked.code and asked.aspect is not Aspect.EXAMPLE:
        enough = max(_ENOUGH, 0.8 * max(pick.shared for pick in picks))
        more = [pick for other in others[:1] for pick in _best(asked, other, 1) if pick.shared >= enough]
        picks += [pick for pick in more if pick.text not in {each.text for each in picks}]
    return _fitting(picks)


def _ranked(found: Found) -> list[Passage]:
    """What answers best: in the order found, but first the note of the item the question names."""
    top = max(map(found.relevance, found.passages))
    near = [each for each in found.passages if found.relevance(each) >= SECOND * top]
    words = set(_pairs(_words(found.asked)))

    def worth(i: int) -> float:
        printed = set(_pairs(printed_text(near[i])))
        named_ = 2 * len(words & printed) / (len(words) + len(printed) or 1)
        return 0.4 * named_ - 0.08 * i + (0.1 if near[i].kind == "note" else 0.0)

    return [near[i] for i in sorted(range(len(near)), key=worth, reverse=True)]


def _fitting(picks: list[_Pick]) -> list[_Pick]:
    """No longer than an answer should be: the weakest sentences go, one stays whatever its length."""
    kept = sorted(picks, key=lambda pick: -pick.score)
    while len(kept) > 1 and sum(han_count(pick.text) for pick in kept) > LONGEST:
        kept.pop()
    return [pick for pick in picks if pick in kept]


def _best(asked: Asked, passage: Passage, many: int) -> list[_Pick]:
    every = units(passage.text)
    wanted = _weights(_words(asked))
    whole = sum(wanted.values()) or 1.0
    picks = []
    for i, text in enumerate(every):
        there = set(_pairs(text))
        shared = sum(weight for pair, weight in wanted.items() if pair in there) / whole
        score = shared
        score += 0.3 if re.search(_CUES[asked.aspect], text) else 0.0
        score -= 0.15 if asked.aspect is not Aspect.MISTAKE and _WARNING.search(text) else 0.0
        score += min(han_count(text), 60) / 600  # a fuller sentence says more
        score += _FIRST.get(asked.aspect, 0.15) if i == 0 else 0.0
        picks.append(_Pick(passage, i, text, shared, score))
    chosen = sorted(picks, key=lambda pick: (-pick.score, pick.position))[:many]
    return sorted(chosen, key=lambda pick: pick.position)


def _words(asked: Asked) -> str:
    """The new question first; the thread's topic only where the question has nothing of its own."""
    own = subject(asked.question)
    return own if len(own) > 1 else content(asked.topic) or asked.topic


def _pairs(text: str) -> list[str]:
    folded = fold(text)
    return [folded[i : i + 2] for i in range(len(folded) - 1) if folded[i : i + 2].isalnum()]


def _weights(words: str) -> dict[str, float]:
    """Pairs of characters of the question, the rarer in the notes the heavier."""
    counts, size = _frequencies()
    return {pair: math.log(1 + size / (1 + counts[pair])) for pair in _pairs(words)}


@cache
def _frequencies() -> tuple[Counter[str], int]:
    every = [text for note in load_notes() for text in units(note.text)]
    return Counter(pair for text in every for pair in set(_pairs(text))), len(every)


def suggestions(found: Found, before: Iterable[str] = ()) -> tuple[str, ...]:
    """Up to three questions that people really ask about the same or a related item, not yet asked."""
    seen = [found.asked.question, *before]
    notes = list(dict.fromkeys(note for hit in found.hits[:3] for note in of(hit.passage)))
    own = _fresh((q for note in notes[:1] for q in note.questions), seen)[:2]
    others = _fresh((q for note in notes[1:] for q in note.questions), [*seen, *own])
    return (*own, *others)[:3]


def _fresh(questions: Iterable[str], seen: Sequence[str]) -> list[str]:
    """Whole questions that are unlike those seen and each other, in order."""
    out: list[str] = []
    for question in questions:
        if question.endswith(("？", "?")) and not any(_alike(question, each) for each in [*seen, *out]):
            out.append(question)
    return out


def _alike(one: str, other: str) -> bool:
    a, b = set(_pairs(one)), set(_pairs(other))
    return bool(a) and len(a & b) >= 0.5 * min(len(a), len(b) or 1)
