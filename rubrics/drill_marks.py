"""An exercise marked at once by what the recogniser sees; at its end a model sentence and the note."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.ports import Recogniser
from bot.transcript import Transcript, Turn
from retrieval.errors import InputError
from retrieval.text import fold, han_count, sentences
from rubrics.advice import fill
from rubrics.coach_notes import Basis, basis
from rubrics.coaching import item
from rubrics.conditions import evaluate
from rubrics.countable import pairs
from rubrics.drills import ANSWERED, TRIES, Drill, criterion_of, knowledge
from rubrics.evidence import NEGATIVE, Evidence, gather
from rubrics.loading import find_rubric
from rubrics.model import Condition
from rubrics.tie import content_pairs, touches
from scenarios.behaviours import behaviour
from scenarios.station import Station

FACTS, POINTS = 2, 3
"How many facts, how many points must be there."
ABOUT: Mapping[str, str] = {
    "reply": "",
    "rewrite": "不顶嘴、不推诿，换一个说法",
    "facts": "问清事实，核实情况，提问",
    "points": "",
}
LONGEST = 300
"Characters of one answer."
SAME = 0.8
"Share of pairs from which a sentence is the one it was to replace."


@dataclass(frozen=True, slots=True)
class Marked:
    """What came of the answers so far. `model` and `note` only once it is over."""

    passed: bool
    over: bool
    left: int
    reasons: tuple[str, ...]
    reply: str = ""
    "Of the counterpart, to a question for facts."
    model: str = ""
    note: Basis | None = None

    def as_json(self) -> dict[str, Any]:
        """For the command line."""
        return asdict(self)


def mark(drill: Drill, answers: Sequence[str], station: Station, recogniser: Recogniser) -> Marked:
    """Marks the last answer; of questions for facts all of them together. Pure for a pure recogniser.

    Raises:
        InputError: the last one is nothing, or too long, or there were too many.
    """
    answers = [text.strip() for text in answers]
    if not answers or not answers[-1]:
        raise InputError("还没有写", mend="写一句再交")
    if len(answers[-1]) > LONGEST:
        raise InputError(f"写了 {len(answers[-1])} 个字，最多 {LONGEST} 个", mend="一两句话就够")
    if len(answers) > TRIES:
        raise InputError(f"已经试了 {TRIES} 次", mend="看示范，再换一道")
    by = {"reply": _reply, "rewrite": _rewrite, "facts": _facts, "points": _points}[drill.kind]
    passed, reasons, heard = by(drill, answers, station, recogniser)
    over = passed or len(answers) == TRIES
    model = _model(drill, station, recogniser) if over else ""
    about = f"{item(drill.code)[1]}{ABOUT[drill.kind]}{behaviour_words(drill, station)}"
    note = basis((drill.code,), about, set(), beside=f"{drill.task}{drill.line}") if over else None
    return Marked(passed, over, TRIES - len(answers), tuple(reasons), heard, model, note)


Outcome = tuple[bool, list[str], str]


def _evidence(drill: Drill, text: str, station: Station, recogniser: Recogniser) -> Evidence:
    before = drill.line if drill.kind == "reply" else station.openings[0].say
    turns = (Turn(0, "counterpart", before), Turn(1, "candidate", text))
    return gather(Transcript("", turns), station, station.role, recogniser)


def _harm(evidence: Evidence) -> list[str]:
    harm = {act.behaviour: act.quote for act in evidence.acts if act.behaviour in NEGATIVE}
    return [f"“{quote}”听着像{behaviour(each).name}，会把事情弄僵。" for each, quote in harm.items()]


def _reply(drill: Drill, answers: Sequence[str], station: Station, recogniser: Recogniser) -> Outcome:
    evidence = _evidence(drill, answers[-1], station, recogniser)
    found = criterion_of(drill, station)
    assert found is not None
    met = found[1].met
    assert met is not None
    wanted = tuple(each for each in met.any if each in ANSWERED)
    names = "、".join(behaviour(each).name for each in wanted)
    bare, tied = (evaluate(Condition(any=wanted, tied=tie), evidence) for tie in (False, True))
    reasons = _harm(evidence)
    asks = {"ask_open", "ask_fact"} & set(map(str, wanted))
    done = bool(tied.holds) or (bool(asks) and bool(bare.holds))
    if done:
        act = (tied.acts or bare.acts)[0]
        reasons.append(f"“{act.quote}”做到了：{behaviour(act.behaviour).name}。")
    elif bare.holds:
        reasons.append(f"“{bare.acts[0].quote}”放在谁身上都行，没有落到对方遇到的这件事上。")
    elif evidence.echoes:
        reasons.append("这是把对方的话重复了一遍。")
    else:
        reasons.append(f"还没有看到要做的事（{names}）。")
    return done and len(reasons) == 1, reasons, ""


def _rewrite(drill: Drill, answers: Sequence[str], station: Station, recogniser: Recogniser) -> Outcome:
    evidence = _evidence(drill, answers[-1], station, recogniser)
    reasons = _harm(evidence)
    mine, old = pairs(answers[-1]), pairs(drill.line)
    if len(mine & old) >= SAME * max(1, len(mine)):
        reasons.append("和原句差不多，换个说法。")
    good = [act for act in evidence.acts if act.behaviour in ANSWERED]
    tied = [act for act in good if evidence.matter.has(act.sentence)]
    if not good:
        reasons.append("不难听了，可对方还是不知道你要为他做什么：认下感受、问清情况、给个办法，至少做一样。")
    elif not tied:
        reasons.append(f"“{good[0].quote}”是客套话，没有落到这件事上。")
    if reasons:
        return False, reasons, ""
    return True, [f"“{tied[0].quote}”：{behaviour(tied[0].behaviour).name}，对方听得进去。"], ""


def _facts(drill: Drill, answers: Sequence[str], station: Station, recogniser: Recogniser) -> Outcome:
    del drill, recogniser
    essential = [fact for fact in station.facts if fact.essential]
    asked = [[f for f in essential if touches(f.asks, fold(text))] for text in answers]
    got = {fact.id for each in asked for fact in each}
    need = min(FACTS, len(essential))
    heard = "".join(fact.tells[0].say for fact in asked[-1][:2])
    labels = "、".join(fact.label for fact in essential if fact.id in got)
    reasons = [f"问到了：{labels}（{len(got)} / {need}）。" if got else "还没有问到办这件事要用的信息。"]
    if not asked[-1]:
        reasons.append("这一问没有问到关键的：想一想，不知道什么就没法办。")
    return len(got) >= need, reasons, heard


def _points(drill: Drill, answers: Sequence[str], station: Station, recogniser: Recogniser) -> Outcome:
    del drill, recogniser
    said = "".join(answers)
    got = [point for point in station.points if touches(point.accepts, said)]
    need = min(POINTS, len(station.points))
    titles = "；".join(point.title for point in got)
    reasons = [f"说到了：{titles}（{len(got)} / {need}）。" if got else "还没有说到题目要的要点。"]
    return len(got) >= need, reasons, ""


def behaviour_words(drill: Drill, station: Station) -> str:
    """What the exercise is about, in the words of the vocabulary."""
    found = criterion_of(drill, station)
    met = found[1].met if found else None
    return "".join(behaviour(each).name for each in met.any) if met else ""


def _model(drill: Drill, station: Station, recogniser: Recogniser) -> str:
    """A sentence that passes: the station's own first, else the check's; nothing still hidden in it."""
    if drill.kind == "facts":
        labels = [fact.label for fact in station.facts if fact.essential][:FACTS]
        return f"为了一次办对，我跟您核实两点：{'，还有'.join(labels)}，您方便告诉我吗？"
    if drill.kind == "points":
        return "；".join(point.title for point in station.points) + "。"
    reply = drill.kind == "reply"
    known = knowledge(station, drill.line if reply else station.openings[0].say)
    own = [s for speech in station.players["strong"].says for s in (*sentences(speech), speech)]
    short = [each for each in own if 10 <= han_count(each) <= 80 and known.allows(each, 1)]
    if not reply:
        near = content_pairs(drill.line)
        short = sorted(short, key=lambda each: -len(content_pairs(each) & near))
        if turned := _turned(drill, station, recogniser):
            return turned
    by = _reply if reply else _rewrite
    found = criterion_of(drill, station)
    filled = fill(found[1].better, {"address": station.persona.address}) if found else ""
    passing = (text for text in short if by(drill, [text], station, recogniser)[0])
    return next(passing, filled)


def _turned(drill: Drill, station: Station, recogniser: Recogniser) -> str:
    """What the rubric has to say instead of such a fault."""
    faults = {act.behaviour for act in _evidence(drill, drill.line, station, recogniser).acts}
    for criterion in find_rubric(station.rubric).criteria:
        for check in criterion.checks:
            text = fill(check.better, {"address": station.persona.address})
            if text and check.not_ and faults & set(check.not_.any) & NEGATIVE:
                return text
    return ""
