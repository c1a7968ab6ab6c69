"""Answers to a code (「L3.6.2.S4 是什么」), and what is said before an answer that another level lends."""

from bot.tutor.answer import Answer, Citation
from bot.tutor.asking import LEVELS
from bot.tutor.citing import cite, units
from bot.tutor.finding import Found
from retrieval.passages import Passage
from retrieval.standard import Content, Function, Item, Level, find

KINDS = {"skill": "技能要求", "knowledge": "专业知识要求"}
_LISTED = 20
"""Items listed of a content, function or level."""


def opening(found: Found) -> str:
    """What stands before the first sentence; nothing unless the level asked for borrows from a lower one."""
    if not found.borrowed or found.asked.level is None:
        return ""
    name = LEVELS[found.asked.level]
    return f"{name}没有单列这一条；高级别的要求涵盖低级别，下面这些{name}同样要会。"


def named(found: Found) -> Answer:
    """What a code stands for, and what its note says first."""
    part = find(str(found.asked.code))
    text, citations = _item(part, found) if isinstance(part, Item) else _several(part, found)
    return Answer(found.asked, answered=True, text=text, citations=tuple(citations))


def _item(item: Item, found: Found) -> tuple[str, list[Citation]]:
    content = find(item.content)
    where = content.name if isinstance(content, Content) else ""
    citations: list[Citation] = []
    text = ""
    if printed := _printed(item, found):
        citations.append(cite(1, printed, item.text))
        text = f"{item.code}是{LEVELS[item.level]}“{where}”里的{KINDS[item.kind]}：“{item.text}”。[1]"
    note = next((each for each in found.passages if each.kind == "note"), None)
    if note is not None:
        for sentence in units(note.text)[:3]:
            citations.append(cite(len(citations) + 1, note, sentence))
            text += f"{sentence}[{len(citations)}]"
    return text, citations


def _printed(item: Item, found: Found) -> Passage | None:
    passages = (hit.passage for hit in found.hits)
    return next((each for each in passages if each.code == item.code and each.kind == item.kind), None)


def _several(part: Level | Function | Content, found: Found) -> tuple[str, list[Citation]]:
    printed = [hit.passage for hit in found.hits if hit.passage.kind in KINDS][:_LISTED]
    citations = [cite(n, passage, passage.text) for n, passage in enumerate(printed, 1)]
    lines = "".join(f"\n{each.passage.code} {each.quote}。[{each.n}]" for each in citations)
    return f"{_head(part)}{lines}", citations


def _head(part: Level | Function | Content) -> str:
    match part:
        case Level():
            names = "、".join(each.name for each in part.functions)
            return f"{part.name}有六项职业功能：{names}。开头几条要求是："
        case Function():
            names = "、".join(each.name for each in part.contents)
            return f"{part.code}是职业功能“{part.name}”，占{part.weight}%，工作内容有：{names}。其中的要求："
        case Content():
            counts = f"技能要求{len(part.skills)}条，专业知识要求{len(part.knowledge)}条"
            return f"{part.code}是工作内容“{part.name}”，{counts}："
