"""What the counterpart has not told yet, and whether a sentence gives it away."""

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from bot.director.state import Move, MoveKind, Stage
from bot.figures import figures
from bot.points import mentioned
from bot.portrayal.names import names
from bot.ports import Cue
from bot.recogniser.classifier import classifier
from retrieval.text import fold, sentences
from scenarios.parts import Concern, Fact

COMMON = 0.2
"What a pair of characters heard every day weighs beside one that is not."
TELLS_FACT, TELLS_CONCERN, BEYOND = 1.6, 1.2, 0.5
"""The weight of pairs that tells a fact, or a concern; and a named concern, beyond the words that name it."""
GIVEN_AWAY = 3.4
"""The weight of pairs that gives it away where they stand in all its texts together, `giveaways` too."""


@cache
def everyday() -> frozenset[str]:
    """Pairs of characters that people in service talks use all the time."""
    return frozenset(token for token in classifier().rows if len(token) == 2)


@lru_cache(maxsize=4096)
def bigrams(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters, punctuation left out."""
    text = re.sub(r"\W", "", fold(text))
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


@lru_cache(maxsize=4096)
def codes(text: str) -> frozenset[str]:
    """What identifies: letters with digits, or three digits and more (WX07092731, KFR-35GW, 6620, 180)."""
    text = fold(text)
    letters = {c for c in re.findall(r"[a-z0-9][a-z0-9-]{2,}", text) if re.search(r"\d", c)}
    return frozenset(c.replace("-", "") for c in letters) | {f for f in figures(text) if len(f) >= 3}


@lru_cache(maxsize=1024)
def _pairs(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*map(bigrams, texts))


def share(wanted: Set[str], have: Set[str]) -> float:
    """How much of `wanted` is in `have`, 0–1."""
    return len(wanted & have) / len(wanted) if wanted else 0.0


@dataclass(frozen=True)
class Secrets:
    """What is out and what is not, as one cue finds it; `example` is the authored line for the move."""

    cue: Cue
    example: str = ""

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """The move and the one that follows in the same breath."""
        move = self.cue.move
        return (move, move.follow) if move.follow else (move,)

    @cached_property
    def told(self) -> tuple[Fact, ...]:
        """Facts that are out, or come out now."""
        ids = {*self.cue.state.facts, *(f for move in self.moves for f in move.facts)}
        return tuple(fact for fact in self.cue.station.facts if fact.id in ids)

    @cached_property
    def confided(self) -> tuple[Concern, ...]:
        """Concerns that were told earlier in the talk."""
        stages = {Stage.EXPRESSED, Stage.SETTLED}
        return tuple(c for c in self.cue.station.concerns if self.cue.state.stage(c.id) in stages)

    @cached_property
    def known(self) -> str:
        """What the candidate has heard or said, or is to hear now; folded."""
        cue = self.cue
        heard = [text for _, text in cue.history]
        told = [t for fact in self.told for t in (fact.value, *(line.say for line in fact.tells))]
        told += [text for c in self._telling for text in (c.title, *(line.say for line in c.tells))]
        opening = [line.say for line in cue.station.openings]
        return fold("\n".join([*heard, cue.candidate, *cue.slots.values(), *told, *opening, self.example]))

    @property
    def _telling(self) -> list[Concern]:
        """Concerns that are told now."""
        told = [m.concern for m in self.moves if m.concern and m.kind is MoveKind.TELL_CONCERN]
        return [self.cue.station.concern(each) for each in told]

    @cached_property
    def background(self) -> str:
        """The persona's background without the sentences that hold what is not out yet."""
        said = sentences(self.cue.station.persona.background)
        return "".join(s for s in said if not (self._named(s) or self._told_of(s, self._free)))

    def leak(self, sentence: str) -> str | None:
        """What it gives away (Chinese), or None."""
        return self._named(sentence) or self._told_of(sentence, self._free | bigrams(self.background))

    def strangers(self, sentence: str) -> list[str]:
        """People it names of whom nobody has spoken and the station knows nothing."""
        persona, card = self.cue.station.persona, self.cue.station.card
        known = "\n".join([self._spoken, persona.name, persona.address, persona.background, *card.known])
        return [
            name
            for name in names(sentence)
            if not any(each in known for each in (name, name.removeprefix("姓"), f"姓{name[0]}"))
        ]

    @cached_property
    def spoken_of(self) -> frozenset[str]:
        """Pairs of characters of everything the counterpart may draw on: what may be said, the persona's
        background as far as it is out, and what the candidate knows."""
        return self._free | bigrams(self.background) | bigrams("\n".join(self.cue.station.card.known))

    @cached_property
    def _free(self) -> frozenset[str]:
        """Pairs of characters of all that may be said at any time."""
        return bigrams(self._spoken)

    @cached_property
    def _spoken(self) -> str:
        """All that has been said, or may be said at any time."""
        station = self.cue.station
        pools = [*station.lines.values(), *(option.reacts for option in station.options)]
        pools += [pool for demand in station.demands for pool in (demand.presses, demand.accepts)]
        pools += [concern.hints for concern in station.concerns]
        pools += [p for c in station.concerns if self.is_out(c) for p in (c.tells, c.eased)]
        lines = [line.say for pool in pools for line in pool]
        return "\n".join([self.known, station.card.situation, station.persona.manner, *lines])

    def _told_of(self, sentence: str, free: Set[str]) -> str | None:
        """Whether it shares more with a secret than chance would have it, in whatever words."""
        station = self.cue.station
        new = bigrams(sentence) - free
        for fact in station.facts:
            texts = (fact.value, *(line.say for line in fact.tells))
            if fact not in self.told and _telling(new, texts, fact.giveaways, TELLS_FACT):
                return f"说出了还没有被问到的事（{fact.label}）"
        for concern in station.concerns:
            told = (concern.title, *(line.say for line in concern.tells))
            if not self.is_out(concern) and _telling(new, told, concern.giveaways, TELLS_CONCERN):
                return "说出了还不到时候说的心事"
        return None

    def _named(self, sentence: str) -> str | None:
        """What it names outright."""
        for fact in self.cue.station.facts:
            if fact not in self.told and self._gives_away(fact, sentence):
                return f"说出了还没有被问到的事（{fact.label}）"
        for concern in self.cue.station.concerns:
            if not self.is_out(concern) and self._reveals(concern, sentence):
                return "说出了还不到时候说的心事"
        for point in self.cue.station.points:
            plain, hidden = fold(sentence), point.id not in self.cue.state.met
            if hidden and any(plain[a:b] not in self.known for a, b, _ in mentioned(point.accepts, plain)):
                return f"替考生说出了要点（{point.title}）"
        return None

    def is_out(self, concern: Concern) -> bool:
        """Whether the concern has been told, or is to be told now."""
        told = any(m.concern == concern.id and m.kind is not MoveKind.HINT_CONCERN for m in self.moves)
        return told or concern in self.confided

    def _reveals(self, concern: Concern, sentence: str) -> bool:
        """Names the matter by a word not yet in the talk, and shares content with how it is told."""
        folded = fold(sentence)
        found = (re.search(fold(phrase), folded) for phrase in concern.phrases)
        named = [word for each in found if each and (word := each.group()) not in fold(self._spoken)]
        if not named:
            return False
        content = bigrams(concern.title).union(*(bigrams(line.say) for line in concern.tells))
        shared = bigrams(sentence) & content - bigrams(self.known)
        return len(shared) >= 2 and _weight(shared.difference(*map(bigrams, named))) >= BEYOND

    def _gives_away(self, fact: Fact, sentence: str) -> bool:
        """Whether something in it could only come from that fact."""
        if (codes(fact.value) - codes(self.known)) & codes(sentence):
            return True
        value = bigrams(fact.value)
        shared = value & bigrams(sentence) - bigrams(self.known)
        return len(shared) >= 3 and len(shared) >= 0.5 * len(value - bigrams(self.known))


def _telling(new: Set[str], texts: tuple[str, ...], giveaways: tuple[str, ...], least: float) -> bool:
    if any(_weight(new & bigrams(text)) >= least for text in texts):
        return True
    return bool(giveaways) and _weight(new & _pairs((*texts, *giveaways))) >= GIVEN_AWAY


def _weight(pairs: Set[str]) -> float:
    return sum(COMMON if pair in everyday() else 1.0 for pair in pairs)
