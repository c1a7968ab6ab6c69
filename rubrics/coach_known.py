"""What one utterance did to the counterpart, and what the candidate could know before it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from bot.director.state import Move, Stage, State
from bot.exchange import Exchange
from bot.transcript import Transcript
from retrieval.text import fold
from rubrics.tie import content_pairs
from scenarios.station import Kind, Role, Station

COMMON = 3
"Stations from which on a word is everybody's, and gives nothing away."
CLEARLY = 3
"Points of tension from which a fall is one."
_TAIL = re.compile(r"（[^（）]*(?:紧张|信任) [+-]\d[^（）]*）$")
_TENSION, _TRUST = re.compile(r"紧张 ([+-]\d+)"), re.compile(r"信任 ([+-]\d+)")
_FIGURE = re.compile(r"\d{2,}")


@dataclass(frozen=True, slots=True)
class Felt:
    """One candidate turn as the counterpart took it; tension and trust 0–100, before and after."""

    turn: int
    tension: tuple[int, int]
    trust: tuple[int, int]
    reasons: tuple[str, ...]
    told: frozenset[str]
    "Ids of facts, of concerns and of demands that had come out before this turn."

    @property
    def hurt(self) -> bool:
        """Whether it made things worse."""
        return self.tension[1] > self.tension[0] or self.trust[1] < self.trust[0]

    @property
    def helped(self) -> bool:
        """Whether it calmed them."""
        return self.tension[0] - self.tension[1] >= CLEARLY and self.trust[1] >= self.trust[0]


def felt(start: State, exchanges: Sequence[Exchange]) -> tuple[Felt, ...]:
    """The turns of a led talk, from the director's states and reasons."""
    out, before = [], start
    told: set[str] = set()
    for each in exchanges:
        after = each.state
        tension, trust = (before.tension, after.tension), (before.trust, after.trust)
        out.append(Felt(each.turn.index, tension, trust, each.reasons, frozenset(told)))
        told |= set(after.facts) | set(_pressed(each.move))
        told |= {key for key, stage in after.concerns if stage in {Stage.EXPRESSED, Stage.SETTLED}}
        before = after
    return tuple(out)


def _pressed(move: Move | None) -> Iterator[str]:
    while move is not None:
        if move.demand:
            yield move.demand
        move = move.follow


def effect(of: Felt, role: Role) -> str:
    """What the utterance did, in a sentence or two: how the mood went, and why."""
    heat = "火气" if role in {Role.CUSTOMER, Role.CLIENT} else "紧张"
    (hot, hotter), (trust, trusted) = of.tension, of.trust
    moved = []
    if hotter != hot:
        moved.append(f"{heat}从 {hot} {'升到' if hotter > hot else '降到'} {hotter}")
    if trusted != trust:
        moved.append(f"信任从 {trust} {'升到' if trusted > trust else '掉到'} {trusted}")
    if of.helped:
        return f"这句有用，对方的{'，'.join(moved)}。"
    if not of.hurt and moved:
        return f"对方的{'，'.join(moved)}，几乎没有松动。"
    how = f"对方的{'，'.join(moved)}" if moved else f"对方没有松动，{heat}还是 {hot}"
    why = because(of) if of.hurt else ""
    return f"{how}。{why}" if why else f"{how}。"


def because(of: Felt, most: int = 2) -> str:
    """The director's reasons that go the way the mood went, the strongest first, without the figures."""
    change = of.tension[1] - of.tension[0] or of.trust[0] - of.trust[1]
    ranked = []
    for reason in of.reasons:
        bys = [int(by) * sign for by, sign in zip(_moved(reason), (1, -1), strict=True)]
        if any(by * change > 0 for by in bys):
            ranked.append((-max(map(abs, bys)), _TAIL.sub("", reason).rstrip("。")))
    ranked.sort(key=lambda each: each[0])
    return "；".join(dict.fromkeys(reason for _, reason in ranked[:most])) + ("。" if ranked else "")


def _moved(reason: str) -> tuple[int, int]:
    """What a reason did to tension and trust, by its own figures."""
    tension, trust = (_found(each, reason) for each in (_TENSION, _TRUST))
    return tension, trust


def _found(pattern: re.Pattern[str], reason: str) -> int:
    found = pattern.search(reason)
    return int(found[1]) if found else 0


class Knowledge:
    """What a candidate could have known of this station before each turn; no advice may go beyond it."""

    def __init__(self, station: Station, transcript: Transcript, course: Sequence[Felt]) -> None:
        self._station, self._transcript = station, transcript
        self._told = {each.turn: each.told for each in course}

    def told(self, turn: int) -> frozenset[str]:
        """Ids of what had come out before `turn`."""
        return self._told.get(turn, frozenset())

    def heard(self, turn: int) -> str:
        """The card and everything that was said before `turn`."""
        card = self._station.card
        shown = (card.you_are, card.situation, card.task, *card.known, *card.powers, *card.limits)
        said = (each.text for each in self._transcript.turns[:turn])
        return "\n".join((*shown, self._station.persona.address, *said))

    def allows(self, sentence: str, turn: int) -> bool:
        """Whether nothing in the sentence is sealed still: no fact, no worry, no figure not yet heard of."""
        if self._station.kind is not Kind.ROLEPLAY:
            return True
        heard = self.heard(turn)
        if any(figure not in heard for figure in _FIGURE.findall(fold(sentence))):
            return False
        strange = units(sentence) & (sealed(self._station) - common())
        return all(unit in heard for unit in strange)


def units(text: str) -> frozenset[str]:
    """What gives a matter away: its pairs of characters that carry content, and each Han character."""
    return content_pairs(text) | {char for char in fold(text) if "\u4e00" <= char <= "\u9fff"}


@cache
def _sealed_texts(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*map(units, texts))


def sealed(station: Station) -> frozenset[str]:
    """Pairs of characters of what only the counterpart knows at the start."""
    lines = [line.say for fact in station.facts for line in fact.tells]
    lines += [fact.value for fact in station.facts] + [station.persona.background]
    for concern in station.concerns:
        lines += [concern.title, *(each.say for each in (*concern.hints, *concern.tells, *concern.eased))]
    for demand in station.demands:
        lines += [demand.title, *(each.say for each in (*demand.presses, *demand.accepts))]
    return _sealed_texts(tuple(lines))


@cache
def common() -> frozenset[str]:
    """What belongs to the language and the trade, and not to one station."""
    from collections import Counter

    from scenarios.loading import library

    count: Counter[str] = Counter()
    for each in library().values():
        card = each.card
        shown = units("\n".join((card.situation, card.task, *card.known, *card.powers, *card.limits)))
        count.update(sealed(each) | shown)
    return frozenset(unit for unit, times in count.items() if times >= COMMON)
