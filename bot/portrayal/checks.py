"""Does a sentence stay within what the director decided? The model may choose words, and only words.

A sentence is refused when it tells what has not been asked for, speaks from the other side of the desk,
gives in or leaves before the director did, talks about marks or machines, invents a figure, repeats
itself or goes on too long. Being too strict costs an authored line; being too lax costs a fair exam.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from bot.director.state import ENDINGS, Move, MoveKind, Reaction
from bot.figures import Figure, counted, unfounded
from bot.portrayal.fault import Fault, FaultKind
from bot.portrayal.manner import Manner, sounds
from bot.portrayal.novelty import novelty, weigh
from bot.portrayal.secrets import Secrets, bigrams, codes, share
from bot.portrayal.words import (
    AGREES,
    ASKS_BACK,
    GIVING,
    GOODBYE,
    MACHINE,
    MARKS,
    QUOTED,
    REFUSES,
    SWAPS,
    THANKS,
    YIELDS,
)
from bot.ports import Cue
from retrieval.text import fold, sentences
from scenarios.parts import Band, Fact

MAX_CHARS = 90
MAX_SENTENCES = 3
SURE = 0.4
"Log-odds more that it takes for any manner but a story made up: a wording refused costs the talk its voice."
CALM = 1.4
"Log-odds more that it takes for giving in from somebody who is calm: they have friendly words by now."
TOLD = 0.6
"Share of a clause from which it is what the move has told."
WHOLE = 10
"Characters of a sentence said before that are no chance when they come again."
ENDS = "。！？!?"
BRIEF, MAX_BRIEF = 60, 5
"Characters within which more sentences than that are but short ones, and how many of those."


def tidy(text: str) -> str:
    """Without short stage directions, markdown, a speaker's label or quotation marks around it all."""
    text = re.sub(r"[（(【][^）)】]{0,8}[）)】]|\*[^*]{0,20}\*|[*#`]+", "", text)
    text = re.sub(r"^\s*[\u4e00-\u9fffA-Za-z]{1,8}\s*[：:]\s*(?=\S)", "", text).strip()
    if len(text) > 2 and text[0] + text[-1] in {"“”", "「」", '""', "『』"}:
        text = text[1:-1].strip()
    return text


_SOUNDS = {
    Manner.SERVES: Fault(FaultKind.ROLE_SWAP, "听起来是对方那一边的人在说话"),
    Manner.YIELDS: Fault(FaultKind.SOFTENED, "听起来已经松口，这时还不能"),
    Manner.GRANTS: Fault(FaultKind.SOFTENED, "听起来已经答应或者放下了，这时还不能"),
    Manner.LEAVES: Fault(FaultKind.LEFT, "谈话还没有结束，不能告辞"),
    Manner.INVENTS: Fault(FaultKind.INVENTED, "讲了没有根据的事"),
    Manner.STEPS_OUT: Fault(FaultKind.OUT_OF_CHARACTER, "说的不是这个人在谈话里会说的话"),
}


@dataclass(frozen=True)
class Portrayal:
    """What may be said in answer to one cue; `example` is the authored line for the same move."""

    cue: Cue
    example: str = ""

    def fault(self, sentence: str, said: str = "") -> Fault | None:
        """What is wrong with saying `sentence` after `said` in the same breath; None when nothing is."""
        own = QUOTED.sub("", sentence)
        return (
            self._length(sentence, said)
            or self._character(sentence, own)
            or self._side(own)
            or self._leak(sentence)
            or self._invented(sentence)
            or self._mood(own)
            or self._again(sentence)
            or self._manner(own)
        )

    def undone(self, said: str) -> Move | None:
        """What the director wanted said and is not in it: to be worded by authored lines; None when done."""
        for move in self.secrets.moves:
            untold = tuple(f for f in move.facts if not _tells(self.cue.station.fact(f), said))
            if untold:
                return Move(MoveKind.ANSWER_FACT, facts=untold)
            if (
                move.kind is MoveKind.TELL_CONCERN
                and move.concern
                and not self._expressed(move.concern, said)
            ):
                return Move(MoveKind.TELL_CONCERN, concern=move.concern)
            if move.kind in {MoveKind.AGREE, MoveKind.ACCEPT_DEMAND} and not _agrees(said):
                return Move(move.kind, demand=move.demand)
        return None

    def background(self) -> str:
        """See `Secrets.background`."""
        return self.secrets.background

    @property
    def told(self) -> tuple[Fact, ...]:
        """Facts that are out, or come out now."""
        return self.secrets.told

    @cached_property
    def secrets(self) -> Secrets:
        """What is out and what is not."""
        return Secrets(self.cue, self.example)

    @cached_property
    def _kinds(self) -> frozenset[MoveKind]:
        return frozenset(move.kind for move in self.secrets.moves)

    @cached_property
    def _own_figures(self) -> frozenset[Figure]:
        """Figures of the counterpart's own lines, of the common situation and of what is out."""
        station = self.cue.station
        pools = [
            *station.lines.values(),
            *(d.presses for d in station.demands),
            *(d.accepts for d in station.demands),
            *(p.follow_ups for p in station.points),
        ]
        lines = [line.say for pool in [*pools, *(o.reacts for o in station.options)] for line in pool]
        persona = (self.background(), station.persona.manner)
        shown = [*self.cue.rules, station.title, station.card.situation, *persona]
        concerns = [
            line.say for c in station.concerns if self.secrets.is_out(c) for line in (*c.tells, *c.eased)
        ]
        return counted("\n".join([*lines, *shown, *concerns, self.secrets.known]))

    def _length(self, sentence: str, said: str) -> Fault | None:
        whole = said + sentence
        ends = re.findall(r"[。！？!?]+", whole)
        count = len(ends) + (not re.search(r"[。！？!?…]$", whole))
        most = MAX_BRIEF if len(whole) <= BRIEF else MAX_SENTENCES
        if len(whole) <= MAX_CHARS and count <= most:
            return None
        return Fault(FaultKind.TOO_LONG, f"太长了，最多{MAX_SENTENCES}句、{MAX_CHARS}个字")

    def _character(self, sentence: str, own: str) -> Fault | None:
        if re.search(r"[{}<>（）【】]|\[\W", sentence):
            return Fault(FaultKind.OUT_OF_CHARACTER, "写的不是说的话，是旁白、代码或者标记")
        marks = MARKS.search(own)
        if marks and marks.group() not in self.secrets.known:
            return Fault(FaultKind.MARKING, f"说到了考试和评分（{marks.group()}）")
        machine = MACHINE.search(own)
        if machine and machine.group().lower() not in self.secrets.known:
            return Fault(FaultKind.OUT_OF_CHARACTER, f"说的不是这个人会说的话（{machine.group()}）")
        letters = re.findall(r"[a-zA-Z]+", own)
        if sum(map(len, letters)) > 12 and any(fold(word) not in self.secrets.known for word in letters):
            return Fault(FaultKind.OUT_OF_CHARACTER, "没有说中文")
        return None

    def _side(self, own: str) -> Fault | None:
        persona, role = self.cue.station.persona, self.cue.station.role
        asked = any(persona.name in fact.value for fact in self.told)
        swap = SWAPS[role].search(own)
        if swap and swap.group() not in self.secrets.known:
            return Fault(FaultKind.ROLE_SWAP, f"把自己说成了对方那一边的人（{swap.group()}）")
        if not asked and re.search(
            rf"(^|[，。！？])({re.escape(persona.address)}|{re.escape(persona.name)})[，,！您你好]", own
        ):
            return Fault(FaultKind.ROLE_SWAP, f"对自己称呼“{persona.address}”，说反了")
        return None

    def _leak(self, sentence: str) -> Fault | None:
        told = self.secrets.leak(sentence)
        return Fault(FaultKind.LEAK, told) if told else None

    def _invented(self, sentence: str) -> Fault | None:
        asking = sentence.endswith(("？", "?"))
        if new := unfounded(counted(sentence), self._own_figures, asking=asking):
            return Fault(FaultKind.FIGURE, f"出现了没有根据的数字（{'、'.join(new)}）")
        if strangers := self.secrets.strangers(sentence):
            return Fault(FaultKind.INVENTED, f"提到了没有出现过的人（{'、'.join(strangers)}）")
        return None

    def _mood(self, own: str) -> Fault | None:
        if self._kinds & GIVING:
            if refusal := REFUSES.search(own):
                return Fault(FaultKind.HARDENED, f"这时应当答应，却拒绝了（{refusal.group()}）")
        elif not ASKS_BACK.search(own):
            given = YIELDS.search(own) or (THANKS.search(own) if self._hot else None)
            if given and given.group() not in self.example:
                return Fault(FaultKind.SOFTENED, f"这时还不能松口（{given.group()}）")
        leaving = GOODBYE.search(own)
        if leaving and not self._kinds & (ENDINGS) and leaving.group() not in self.example:
            return Fault(FaultKind.LEFT, "谈话还没有结束，不能告辞")
        return None

    def _manner(self, own: str) -> Fault | None:
        """What it sounds like most, of what the director did not want."""
        calm = self.cue.state.band is Band.CALM
        own = self._beyond(own)
        heard = sounds(THANKS.sub("", own) if calm else own, str(self.cue.station.role))
        heard[Manner.INVENTS] += weigh(novelty(own, self.secrets.spoken_of))
        least = dict.fromkeys(Manner, SURE) | {Manner.INVENTS: 0.0} | ({Manner.YIELDS: CALM} if calm else {})
        wrong = [m for m in Manner if heard[m] > max(least[m], self._model_of[m]) and not self._wanted(m)]
        if not wrong:
            return None
        return _SOUNDS[max(wrong, key=heard.__getitem__)]

    @cached_property
    def _model_of(self) -> dict[Manner, float]:
        """How the authored line for the move sounds: words that sound no more so do nothing else."""
        said = [sounds(each, str(self.cue.station.role)) for each in sentences(self.example)]
        return {m: max((each[m] for each in said), default=-float("inf")) for m in Manner}

    def _beyond(self, own: str) -> str:
        """The sentence without the clauses that tell what was to be told: the words of a swindler in them
        are not the speaker's."""
        clauses = re.split(r"(?<=[，,。！!？?；;…])", own)
        return "".join(each for each in clauses if share(bigrams(each), self._telling) < TOLD)

    @cached_property
    def _telling(self) -> set[str]:
        """Pairs of characters of what the move has told."""
        station, moves = self.cue.station, self.secrets.moves
        facts = [station.fact(each) for move in moves for each in move.facts]
        texts = [text for fact in facts for text in (fact.value, *(line.say for line in fact.tells))]
        concerns = [
            station.concern(m.concern) for m in moves if m.concern and m.kind is MoveKind.TELL_CONCERN
        ]
        texts += [text for each in concerns for text in (each.title, *(line.say for line in each.tells))]
        return {pair for text in texts for pair in bigrams(text)}

    @property
    def _hot(self) -> bool:
        """Too angry for any thanks."""
        return self.cue.state.band is Band.HOT and not self.cue.move.reaction

    def _wanted(self, manner: Manner) -> bool:
        """Whether the move itself, or how it begins, is of that manner."""
        if manner is Manner.LEAVES:
            return bool(self._kinds & (ENDINGS))
        if manner in {Manner.YIELDS, Manner.GRANTS} and self._kinds & GIVING:
            return True
        return manner is Manner.YIELDS and self.cue.move.reaction in {Reaction.SOFTENED, Reaction.RELIEVED}

    def _again(self, sentence: str) -> Fault | None:
        mine = [text for side, text in self.cue.history if side == "counterpart"]
        before = [each.rstrip(ENDS) for text in mine for each in sentences(text)]
        whole = len(sentence) >= 8 and any(sentence.rstrip(ENDS) in text for text in mine)
        if whole or any(len(each) >= WHOLE and each in sentence for each in before):
            return Fault(FaultKind.REPEATED, "这句话前面已经说过，一个字也没变")
        return None

    def _expressed(self, concern_id: str, said: str) -> bool:
        concern = self.cue.station.concern(concern_id)
        spoken = bigrams(said)
        return any(share(bigrams(line.say), spoken) >= 0.2 for line in concern.tells) or any(
            re.search(fold(phrase), fold(said)) for phrase in concern.phrases
        )


def _agrees(said: str) -> bool:
    """Whether it can be taken for a yes: it says so, or at least neither asks nor denies."""
    return bool(AGREES.search(said)) or not re.search(r"[？?]|[不没莫别]", said)


def _tells(fact: Fact, said: str) -> bool:
    """Whether the fact is really told: its codes all, or without such its content."""
    wanted = codes(fact.value)
    if wanted:
        return wanted <= codes(said)
    spoken = bigrams(said)
    return any(share(bigrams(text), spoken) >= 0.35 for text in (fact.value, *(t.say for t in fact.tells)))
