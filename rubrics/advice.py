"""What to tell the candidate: what was seen, what was missing, and a better sentence for the weak moment.

Every sentence rests on a turn of this talk and on this station; nothing is praised that was not quoted.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from bot.transcript import Transcript, Turn
from rubrics.conditions import ASKS, left_out, unmet, untouched
from rubrics.evidence import OFFERS, Evidence
from rubrics.model import Check, Condition, Criterion, Rubric
from rubrics.ports import CheckVerdict, Verdict
from rubrics.score import CriterionScore, Score
from scenarios.behaviours import BehaviourId
from scenarios.station import Station

MISSTATE = BehaviourId.MISSTATE
QUOTE = 36
"Characters of a turn quoted in a sentence; the page shows the whole turn beside it."
TOP = 4
"The highest band."
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Moment:
    """A weak moment: what was said there, and what could have been said. `lost` in points of the total."""

    turn: int
    criterion: str
    check: str
    you_said: str
    missed: str
    better: str
    lost: float
    due: bool = True
    "Whether the turn calls for it; else it is only a place where it could have been said."


def clip(text: str, most: int = QUOTE) -> str:
    """Short enough to quote, cut at a clause where there is one."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = max(text.rfind(mark, most // 3, most) for mark in "，。！？；,!?;")
    return text[: cut if cut > 0 else most].rstrip("，。；,;") + "……"


def rounds(transcript: Transcript) -> Mapping[int, int]:
    """Turn index to the number of the candidate's utterance, from 1: what people count in."""
    return {turn.index: n for n, turn in enumerate(transcript.candidate_turns(), 1)}


def slots(station: Station | None, evidence: Evidence) -> dict[str, str]:
    """What of this station the candidate left out, to put into a better sentence."""
    if station is None:
        return {}
    asked = {act.args.get("fact") for act in evidence.acts if act.behaviour in ASKS}
    offered = {act.args.get("option") for act in evidence.acts if act.behaviour in OFFERS}
    out = {"address": station.persona.address}
    if said := next((act.args.get("says") for act in evidence.acts if act.behaviour is MISSTATE), None):
        out["rule"] = said.rstrip("。")
    facts = [f.label for f in station.facts if f.essential and f.id not in asked]
    options = [o.label for o in station.options if o.allowed and o.id not in offered]
    concerns = [c.title for c in untouched(evidence)]
    demands = [d.title for d in unmet(evidence)]
    points = [p.title for p in left_out(evidence)]
    left = {"fact": facts, "option": options, "concern": concerns, "demand": demands, "point": points}
    for name, values in left.items():
        out.update({f"{name}{n if n > 1 else ''}": value for n, value in enumerate(values[:3], 1)})
    return out


def fill(lines: tuple[str, ...], filling: Mapping[str, str]) -> str:
    """The first line whose slots this station can fill; empty when there is none."""
    for line in lines:
        if all(name in filling for name in _SLOT.findall(line)):
            return _SLOT.sub(lambda match: filling[match.group(1)], line)
    return ""


def weak_turn(check: Check, verdict: CheckVerdict, evidence: Evidence) -> Turn | None:
    """The candidate's turn in which the check should have been met, or in which the fault was made; where
    none calls for it, the one in which least was done. None where the candidate said nothing."""
    return _due(check, verdict, evidence) or _quietest(evidence)


def _due(check: Check, verdict: CheckVerdict, evidence: Evidence) -> Turn | None:
    """The turn that calls for it; None where none does."""
    turns = list(evidence.transcript.candidate_turns())
    if not turns:
        return None
    if verdict.evidence:
        return evidence.transcript.turns[verdict.evidence[-1].turn]
    wanted = list(conditions(check.met))
    if any(each.within_turns for each in wanted):
        return turns[0]
    if any(each.last_turns for each in wanted):
        return turns[-1]
    at = _prompted(wanted, evidence) or _occasion(wanted, evidence)
    return evidence.transcript.turns[at] if at is not None else None


def _quietest(evidence: Evidence) -> Turn | None:
    turns = list(evidence.transcript.candidate_turns())
    busy = {turn.index: sum(1 for _ in evidence.in_turn(turn.index)) for turn in turns}
    return min(turns[1:-1] or turns, key=lambda turn: (busy[turn.index], turn.index), default=None)


def _prompted(wanted: list[Condition], evidence: Evidence) -> int | None:
    """The candidate's turn right after the counterpart spoke of what was then left alone."""
    lines: list[str] = []
    if any(each.demands for each in wanted):
        lines += [line.say for demand in unmet(evidence) for line in demand.presses]
    if any(each.concerns for each in wanted):
        lines += [line.say for concern in untouched(evidence) for line in (*concern.hints, *concern.tells)]
    turns = evidence.transcript.turns
    for turn, following in pairwise(turns):
        if following.role == "candidate" and any(line in turn.text for line in lines):
            return following.index
    return None


def _occasion(wanted: list[Condition], evidence: Evidence) -> int | None:
    """Where it was due: before what was rushed into, else the last attempt, else what it should follow."""
    for each in wanted:
        if each.before and (limit := evidence.first(each.before)):
            return limit[0]
    for names in ([b for c in wanted for b in (*c.any, *c.all)], [b for c in wanted for b in c.after]):
        tried = [act.turn for act in evidence.acts if act.behaviour in names]
        if tried:
            return tried[-1]
    return None


def conditions(condition: Condition | None) -> Iterator[Condition]:
    """The condition and all that it is made of; nothing of none."""
    if condition is None:
        return
    yield condition
    for each in (*condition.every, *condition.either):
        yield from conditions(each)


def moments(rubric: Rubric, score: Score, evidence: Evidence) -> tuple[Moment, ...]:
    """Every loss with its moment, the costliest first; a criterion at its highest band has lost nothing."""
    filling = slots(evidence.station, evidence)
    out = []
    for each in score.criteria:
        if each.points is None or each.band == TOP:
            continue
        criterion = rubric.criterion(each.id)
        checks = {check.id: check for check in criterion.checks}
        whole = sum(check.weight for check in criterion.checks if not check.absence)
        for verdict in each.checks:
            check = checks[verdict.id]
            lost = {Verdict.NOT_MET: 1.0, Verdict.PARTLY: 0.5}.get(verdict.verdict, 0.0)
            due = _due(check, verdict, evidence) if lost else None
            turn = due or (_quietest(evidence) if lost else None)
            if turn is None:
                continue
            said = _said(check, verdict, turn)
            points = criterion.weight * check.weight / whole * lost
            missed = fill(check.misses, filling) or check.text
            if verdict.verdict is Verdict.PARTLY and not check.absence:
                missed = f"这里只做到一半：{missed}"
            better = fill(check.better, filling)
            loss = round(points, 2)
            out.append(Moment(turn.index, each.id, check.id, said, missed, better, loss, due is not None))
    return tuple(sorted(out, key=lambda m: (-m.lost, m.turn, m.criterion, m.check)))


def _said(check: Check, verdict: CheckVerdict, turn: Turn) -> str:
    """The words at fault where there are some, else the turn."""
    return verdict.evidence[-1].quote if check.absence and verdict.evidence else turn.text


def costliest(found: tuple[Moment, ...], count: int = 3) -> tuple[Moment, ...]:
    """The worst of them that have a better sentence, each in a turn of its own.

    Who has said it all in one breath, as in a letter, gets one for each criterion.
    """
    helpful = [moment for moment in found if moment.better]
    apart = _first_of_each(helpful, lambda moment: str(moment.turn))
    if len(apart) < count:
        apart += _first_of_each([m for m in helpful if m not in apart], lambda moment: moment.criterion)
    return tuple(sorted(apart[:count], key=lambda moment: -moment.lost))


def _first_of_each(found: list[Moment], kind: Callable[[Moment], str]) -> list[Moment]:
    first: dict[str, Moment] = {}
    for moment in found:
        first.setdefault(kind(moment), moment)
    return list(first.values())


def rationale(criterion: Criterion, score: CriterionScore, transcript: Transcript) -> str:
    """What was seen, with the words that show it; then what was missing."""
    if score.reason:
        return score.reason
    number = rounds(transcript)
    verdicts = {each.id: each for each in score.checks}
    seen, partly, missing, faults = [], [], [], []
    for check in criterion.checks:
        verdict = verdicts[check.id]
        quoted = "".join(f"（第{number[q.turn]}轮“{clip(q.quote)}”）" for q in verdict.evidence[:1])
        if check.absence:
            if verdict.verdict in {Verdict.NOT_MET, Verdict.PARTLY}:
                faults.append(f"{(check.misses or (check.text,))[-1]}{quoted}")
        elif verdict.verdict is Verdict.MET:
            seen.append(f"{check.text}{quoted}")
        elif verdict.verdict is Verdict.PARTLY:
            partly.append(f"{check.text}{quoted}")
        elif verdict.verdict is Verdict.NOT_MET:
            missing.append(check.text)
    parts = [("做到了", seen), ("只做到一半", partly), ("没做到", missing), ("扣分", faults)]
    return "。".join(f"{name}：{'；'.join(items)}" for name, items in parts if items) + "。"


def advice(criterion_id: str, found: tuple[Moment, ...], transcript: Transcript) -> str:
    """The weakest moment of a criterion, in the candidate's own words, and what to say instead."""
    mine = [moment for moment in found if moment.criterion == criterion_id]
    if not mine:
        return "这一项没有失分的地方，不用改。"
    worst = next((moment for moment in mine if moment.better), mine[0])
    where, missed = f"第{rounds(transcript)[worst.turn]}轮", worst.missed.rstrip("。")
    if worst.due:
        said = f"{where}你说“{clip(worst.you_said)}”，{missed}。"
        return said + (f"可以这样说：“{worst.better}”" if worst.better else "")
    return f"{missed}。" + (f"{where}就有机会说：“{worst.better}”" if worst.better else "")
