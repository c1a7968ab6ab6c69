"""Words from authored lines: chosen by the seed, filled from the talk, never said twice.

What has been said is read off the talk itself, so nothing has to be remembered beside it.
"""

import random
import re
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache

from bot.director.state import Move, MoveKind
from bot.ports import Cue
from bot.wording import lines
from scenarios.parts import Band, Line, Lines

SLOT = re.compile(r"\{([a-z_.0-9-]+)\}")
YES = r"(?:嗯|行|好|成|中|可以|得嘞|要得|对)(?:吧|嘛|啊|的|呗|了|咧|嘞)?"
AGREES, LEAD = re.compile(rf"{YES}(?:[，,。！!…、]|$)|{YES}{YES}"), re.compile(rf"{YES}[，,、]\s*")
"""A piece that opens with a yes; a yes that may be left out."""
SHORTEST = 5
"""Characters a piece keeps at least when its yes is left out."""


@lru_cache(maxsize=4096)
def _said_pattern(line: str) -> re.Pattern[str]:
    return re.compile(".+?".join(re.escape(part) for part in SLOT.split(line)[::2]))


def is_said(line: str, spoken: str) -> bool:
    """Whether that line, however filled, is in what the counterpart has said."""
    return bool(_said_pattern(line).search(spoken))


def fill(line: str, slots: dict[str, str]) -> str | None:
    """The line with its slots filled; None when one is not known yet."""
    if any(name not in slots for name in SLOT.findall(line)):
        return None
    return SLOT.sub(lambda found: slots[found.group(1)], line)


def _usable(pool: Sequence[Line], band: Band | None, slots: dict[str, str], spoken: str) -> list[str]:
    fitting = (line for line in pool if band is None or not line.when or band in line.when)
    filled = ((line.say, fill(line.say, slots)) for line in fitting)
    return [text for raw, text in filled if text and not is_said(_bare(raw), spoken)]


def _bare(line: str) -> str:
    """Without the yes it opens with, where enough is left."""
    left = LEAD.sub("", line, count=1) if LEAD.match(line) else line
    return left if len(left) >= SHORTEST else line


def _after_a_yes(usable: Sequence[str]) -> list[str]:
    """What may follow a piece that said yes: nobody says it twice in one breath."""
    return [each for each in usable if not AGREES.match(each)] or [
        bare for each in usable if not AGREES.match(bare := _bare(each))
    ]


def join(parts: Sequence[str]) -> str:
    """Pieces of one turn as running text: each ends like a sentence."""
    return "".join(part if part[-1] in "。！？!?…~～" else f"{part}。" for part in parts if part)


class AuthoredWording:
    """The built-in Wording: the station's lines, and the role's common ones behind them."""

    name = "authored"

    async def word(self, cue: Cue) -> AsyncIterator[str]:
        """One to three sentences, one piece each."""
        for piece in self.pieces(cue):
            yield piece

    def pieces(self, cue: Cue) -> tuple[str, ...]:
        """The reply as sentences, in order. Same cue, same words."""
        dice = random.Random(f"{cue.state.seed}:{cue.state.turn}:{cue.move.kind}:words")
        parts: list[str] = []
        reaction = self._pick(cue, lines.reaction(cue, cue.move), dice, parts)
        if reaction:
            parts.append(reaction)
        for move in (cue.move, cue.move.follow):
            if move is not None:
                parts += self._say(cue, move, dice, parts)
        return tuple(join([part]) for part in parts) or ("……",)

    def _say(self, cue: Cue, move: Move, dice: random.Random, already: list[str]) -> list[str]:
        if move.kind is MoveKind.ANSWER_FACT:
            told: list[str] = []
            for fact in move.facts:
                text = self._pick(cue, (cue.station.fact(fact).tells,), dice, [*already, *told])
                told.append(text or cue.station.fact(fact).value)
            return told
        text = self._pick(cue, lines.candidates(cue, move), dice, already)
        if text is None and move is cue.move and not already:
            text = self._pick(cue, lines.rescue(cue), dice, already)
        return [text] if text else []

    @staticmethod
    def _pick(cue: Cue, pools: tuple[Lines, ...], dice: random.Random, already: list[str]) -> str | None:
        """A fresh line of the first pool that has one in the right band, else in any."""
        slots = dict(cue.slots)
        spoken = "\n".join([text for side, text in cue.history if side == "counterpart"] + already)
        for band in (cue.state.band, None):
            for pool in pools:
                usable = _usable(pool, band, slots, spoken)
                if any(AGREES.match(part) for part in already):
                    usable = _after_a_yes(usable)
                if usable:
                    return dice.choice(usable)
        return None
