"""The coach after a station: per weak moment what was said, what it did, a better sentence, the note.

1. every loss of the report, from its checks
2. the turn each belongs to; the turns that made the counterpart angrier or more distrustful come first
3. a better sentence for that turn (`coach_wording`): proven to help, within what could be known by then
4. the note it rests on (`coach_notes`), a sentence of it word for word
5. what was done well, so that it is kept
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.ports import Recogniser
from bot.transcript import Transcript, Turn
from retrieval.text import fold
from rubrics.advice import TOP, clip, conditions, fill, slots, weak_turn
from rubrics.coach_known import Felt, Knowledge, effect
from rubrics.coach_notes import Find, basis, shared
from rubrics.coach_wording import Wordings, faults, leaves
from rubrics.coaching import Coaching, Missing, Strength, Weakness, item
from rubrics.conditions import left_out
from rubrics.evidence import Evidence, gather
from rubrics.model import Check, Criterion, Rubric
from rubrics.ports import CheckVerdict, Quote, Verdict
from scenarios.behaviours import BehaviourId, behaviour
from scenarios.station import Kind, Station

MOST, KEEP, POINTS = 6, 3, 8
"Weak moments, strengths and missing points shown: more than that nobody takes along."
SPEAKS = 3.0
"Weight of the words that a note must share with a point to have something to say about it."
WHOLE = 120
"Characters up to which a turn is shown whole."
COST = {Verdict.NOT_MET: 1.0, Verdict.PARTLY: 0.5}
_CREDIT = {"met": Verdict.MET, "partly": Verdict.PARTLY, "not_met": Verdict.NOT_MET}


@dataclass(frozen=True, slots=True)
class _Loss:
    criterion: Criterion
    check: Check
    verdict: CheckVerdict
    lost: float
    turn: Turn


def coach(
    body: Mapping[str, Any],
    transcript: Transcript,
    station: Station,
    rubric: Rubric,
    recogniser: Recogniser,
    course: Sequence[Felt] = (),
    search: Find | None = None,
) -> Coaching:
    """The coaching on a marked talk; pure for a pure recogniser.

    Args:
        body: `koushi.report/1`; of an unscored report nothing but its missing points is coached.
        course: what each turn did to the counterpart; empty where nobody has a mood.
        search: retrieval, where there is an index.
    """
    evidence = gather(transcript, station, station.role, recogniser)
    knowledge = Knowledge(station, transcript, course)
    by_turn = {each.turn: each for each in course}
    losses = _losses(body, rubric, evidence) if body["outcome"] == "scored" else []
    used: set[str] = set()
    words = Wordings(station, evidence, knowledge, recogniser)
    weak = _weak(losses, station, evidence, words, by_turn, used, search)
    return Coaching(
        weak,
        tuple(_strong(body, rubric, transcript, station, by_turn, {each.turn for each in weak})),
        tuple(_missing(station, evidence, used, search)),
        _practise(losses),
    )


# -- weak moments -------------------------------------------------------------------------------------


def _losses(body: Mapping[str, Any], rubric: Rubric, evidence: Evidence) -> list[_Loss]:
    """Every check that cost something, the dearest first; a criterion at its highest band lost nothing."""
    out = []
    for marked in body["criteria"]:
        if marked["outcome"] != "scored" or marked["band"] == TOP:
            continue
        criterion = rubric.criterion(marked["id"])
        checks = {check.id: check for check in criterion.checks}
        whole = sum(check.weight for check in criterion.checks if not check.absence)
        for each in marked["checks"]:
            verdict, check = _verdict(each), checks.get(each["id"])
            share = COST.get(verdict.verdict, 0.0)
            if check is None or not share or (turn := weak_turn(check, verdict, evidence)) is None:
                continue
            if any(each.within_turns for each in conditions(check.met)):
                turn = next(evidence.transcript.candidate_turns())
            lost = round(criterion.weight * check.weight / whole * share, 2)
            out.append(_Loss(criterion, check, verdict, lost, turn))
    return sorted(out, key=lambda each: (-each.lost, each.turn.index, each.check.id))


def _verdict(each: Mapping[str, Any]) -> CheckVerdict:
    quotes = tuple(Quote(quote["turn"], quote["quote"]) for quote in each.get("evidence", ()))
    return CheckVerdict(each["id"], _CREDIT.get(each["verdict"], Verdict.CANNOT_JUDGE), quotes)


def _weak(
    losses: list[_Loss],
    station: Station,
    evidence: Evidence,
    words: Wordings,
    course: Mapping[int, Felt],
    used: set[str],
    search: Find | None,
) -> tuple[Weakness, ...]:
    """One moment a turn where there is more than one: first what hurt, then what cost most."""
    turns = list(evidence.transcript.candidate_turns())
    single, taken, done = len(turns) == 1, set[int](), set[str]()
    out: list[Weakness] = []

    def take(loss: _Loss, turn: Turn) -> None:
        if len(out) >= MOST or loss.check.id in done or (turn.index in taken and not single):
            return
        if better := words.better(loss.check, turn):
            taken.add(turn.index)
            done.add(loss.check.id)
            out.append(_moment(loss, turn, better, station, evidence, course.get(turn.index), used, search))

    hurting = [each.turn for each in course.values() if each.hurt]
    for index in sorted(hurting, key=lambda n: course[n].tension[0] - course[n].tension[1]):
        turn = evidence.transcript.turns[index]
        wrong = [each for each in losses if each.check.absence and faults(each.check, evidence, turn)]
        here = [each for each in losses if each.turn.index == index and not each.check.absence]
        elsewhere = [each for each in losses if each.turn.index != index and not each.check.absence]
        for loss in (*wrong, *here, *elsewhere):
            if index in taken:
                break
            take(loss, turn)
    for loss in losses:
        take(loss, loss.turn)
    for loss in losses:  # where the turn itself is taken or no sentence fits there: the next one that does
        for turn in sorted(turns, key=lambda each: abs(each.index - loss.turn.index)):
            if loss.check.id not in done and not loss.check.absence:
                take(loss, turn)
    return tuple(sorted(out, key=lambda each: (each.turn, -each.lost)))


def _moment(
    loss: _Loss,
    turn: Turn,
    better: str,
    station: Station,
    evidence: Evidence,
    mood: Felt | None,
    used: set[str],
    search: Find | None,
) -> Weakness:
    missed = fill(loss.check.misses, slots(station, evidence)) or loss.check.text
    at_fault = set(leaves(loss.check.not_))
    quoted = [act for act in evidence.in_turn(turn.index) if act.behaviour in at_fault]
    shown = [act.behaviour for act in quoted] or leaves(loss.check.met)
    note = basis(
        loss.criterion.standard, f"{missed}{loss.check.text}", used, search, beside=_named(shown) + better
    )
    if note:
        used.add(note.quote)
    return Weakness(
        turn=turn.index,
        said=quoted[0].quote if quoted else _words(turn, loss.verdict),
        effect=effect(mood, station.role) if mood else "",
        missed=missed,
        better=better,
        note=note,
        item=item(note.code if note and note.code in loss.criterion.standard else loss.criterion.standard[0]),
        criterion=loss.criterion.id,
        check=loss.check.id,
        lost=loss.lost,
        hurt=bool(mood and mood.hurt),
        instead=loss.check.absence,
    )


def _named(shown: Sequence[BehaviourId]) -> str:
    """What these behaviours are called and what they are."""
    return "".join(f"{behaviour(each).name}，{behaviour(each).definition}。" for each in dict.fromkeys(shown))


def _words(turn: Turn, verdict: CheckVerdict) -> str:
    """The turn; of a long one the words it is about, if there are any: a letter is no quote."""
    if len(turn.text) <= WHOLE:
        return turn.text
    return next((each.quote for each in verdict.evidence if each.turn == turn.index), "")


def _practise(losses: Sequence[_Loss]) -> tuple[tuple[str, str], ...]:
    cost: dict[str, float] = {}
    for each in losses:
        for code in each.criterion.standard:
            cost[code] = cost.get(code, 0.0) + each.lost / len(each.criterion.standard)
    return tuple(item(code) for code in sorted(cost, key=lambda code: (-cost[code], code))[:KEEP])


# -- what to keep, what was left out ------------------------------------------------------------------


def _strong(
    body: Mapping[str, Any],
    rubric: Rubric,
    transcript: Transcript,
    station: Station,
    course: Mapping[int, Felt],
    weak: set[int],
) -> list[Strength]:
    """Checks that were met by words of the candidate: those that calmed most, then by weight."""
    found = []
    for marked in body["criteria"]:
        criterion = rubric.criterion(marked["id"])
        checks = {check.id: check for check in criterion.checks}
        for each in marked["checks"]:
            check = checks.get(each["id"])
            if each["verdict"] == "met" and each.get("evidence") and check and not check.absence:
                found += [(criterion, check, quote) for quote in each["evidence"][-1:]]

    def worth(each: tuple[Criterion, Check, Mapping[str, Any]]) -> tuple[bool, int, int]:
        mood = course.get(each[2]["turn"])
        fall = mood.tension[1] - mood.tension[0] if mood else 0
        return each[2]["turn"] in weak, fall, -each[1].weight

    out: list[Strength] = []
    for criterion, check, quote in sorted(found, key=worth):
        mood = course.get(quote["turn"])
        told = {(each.turn, each.item[0]) for each in out}
        whole = transcript.turns[quote["turn"]].text
        apart = all(quote["turn"] != turn for turn, _ in told) or station.kind is not Kind.ROLEPLAY
        if (
            len(out) == KEEP
            or not apart
            or (mood and mood.hurt)
            or any(each.did == check.text for each in out)
        ):
            continue
        said = whole if len(whole) <= 60 else quote["quote"] if len(quote["quote"]) > 8 else clip(whole, 60)
        how = effect(mood, station.role) if mood and mood.helped else ""
        out.append(Strength(quote["turn"], said, check.text, how, item(criterion.standard[0])))
    return sorted(out, key=lambda each: each.turn)


def _missing(station: Station, evidence: Evidence, used: set[str], search: Find | None) -> list[Missing]:
    if station.kind is Kind.ROLEPLAY:
        return []
    out = []
    for point in left_out(evidence)[:POINTS]:
        letter = station.kind is Kind.LETTER  # what it left out are facts of this one case: no note has them
        note = None if letter else basis(station.standard, fold(point.title), used, search)
        if note and shared(note.quote, point.title) < SPEAKS:
            note = None  # a case of another trade says nothing about this point
        if note:
            used.add(note.quote)
        out.append(Missing(point.title, note))
    return out
