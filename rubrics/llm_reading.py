"""Reads a model's answer about one criterion as verdicts: strictly, and in the candidate's own writing."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.transcript import Turn
from retrieval.text import fold
from rubrics.llm_prompt import MAX_QUOTES
from rubrics.model import Criterion
from rubrics.ports import CheckVerdict, Quote, Verdict

Sample = dict[str, CheckVerdict]
"""One answer: its verdicts by check id."""
_WRAP = "“”\"'「」『』…. 　"
_SURE_ENOUGH = 4
"Characters from which a quote under a wrong turn number may be moved to the one turn that holds it."


class Unusable(ValueError):
    """An answer that is no verdict on our checks; the text says why, in Chinese."""


def read(answer: Any, criterion: Criterion, turns: Sequence[Turn]) -> Sample:
    """An answer as verdicts by check id, in the criterion's order.

    Raises:
        Unusable: other ids than the criterion's, or anything but quotes and a verdict.
    """
    wanted = [check.id for check in criterion.checks]
    if not isinstance(answer, Mapping) or set(answer) != set(wanted):
        raise Unusable(f"应当有且只有这些观察点：{'、'.join(sorted(wanted))}")
    return {check_id: _check(check_id, answer[check_id], turns) for check_id in wanted}


def _check(check_id: str, entry: Any, turns: Sequence[Turn]) -> CheckVerdict:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("quotes"), Sequence):
        raise Unusable(f"观察点 {check_id} 缺少 quotes 或 verdict")
    verdict = entry.get("verdict")
    if not isinstance(verdict, str) or verdict not in _VERDICTS:
        raise Unusable(f"观察点 {check_id} 的 verdict 不在规定的四种之内：{str(verdict)[:40]}")
    found = (_quote(each, turns) for each in entry["quotes"])
    quotes = tuple(dict.fromkeys(quote for quote in found if quote))[:MAX_QUOTES]
    return CheckVerdict(check_id, _VERDICTS[verdict], quotes)


_VERDICTS = {str(each): each for each in Verdict}


def _quote(entry: Any, turns: Sequence[Turn]) -> Quote | None:
    """A quote in the candidate's own writing. What is nowhere stays as it is, for `verify.py` to drop."""
    if not isinstance(entry, Mapping) or not isinstance(entry.get("quote"), str):
        raise Unusable("有一条 quote 不是文字")
    named = entry.get("turn")
    if type(named) is not int:
        raise Unusable("有一条 quote 没有写明是第几轮")
    words = entry["quote"].strip(_WRAP)
    if not words:
        return None
    own = next((turn.text for turn in turns if turn.index == named), "")
    if words in own:
        return Quote(named, words)
    held = {turn.index: text for turn in turns if (text := _verbatim(words, turn.text))}
    if named not in held and len(held) == 1 and len(words) >= _SURE_ENOUGH:
        named = next(iter(held))
    return Quote(named, held.get(named, words))


def _verbatim(words: str, text: str) -> str | None:
    """The passage of `text` that `words` is, but for width, case and script of characters."""
    if words in text:
        return words
    at = fold(text).find(fold(words))
    return text[at : at + len(words)] if at >= 0 else None
