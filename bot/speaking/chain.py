"""Several voices, the preferred one first, so that the counterpart always has one.

Before the first sound of a turn the next voice takes over, within two seconds. After it, nobody says the
rest of that turn (it stands on the screen): half a sentence in another voice is worse than silence. The
next turn has the other voice, and the one that failed is asked again after a while.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from bot.ports import Speaker
from bot.speaking.text import speakable
from retrieval.errors import ProviderError
from scenarios.parts import Voice

FIRST_SOUND_S = 1.5
"All voices but the last share this long to begin; the last needs no hurry, there is nobody after it."
NEXT_SOUND_S = 3.0
"A voice that has begun may pause this long between two pieces of sound."
_LAST_S = 10.0
_REST_S, _LONGEST_REST_S = 60.0, 600.0

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Breaker:
    """Keeps away from a voice that failed: 60 s, then twice as long each time, ten minutes at most."""

    failures: int = 0
    until: float = 0.0

    def failed(self, now: float) -> None:
        """Remember a failure at `now` (seconds)."""
        self.until = now + min(_LONGEST_REST_S, _REST_S * 2**self.failures)
        self.failures += 1

    def worked(self) -> None:
        """All is well again."""
        self.failures, self.until = 0, 0.0


class Chain:
    """The voices of a process. `speak` is one whole turn; `turn()` is for a turn told piece by piece."""

    def __init__(self, speakers: Sequence[Speaker], clock: Callable[[], float] = time.monotonic) -> None:
        """`speakers`: preferred first, all at one sample rate."""
        if len({speaker.sample_rate for speaker in speakers}) != 1:
            raise ValueError("the voices of a chain share one sample rate, and there is at least one")
        self.speakers = tuple(speakers)
        self.name = " → ".join(speaker.name for speaker in speakers)
        self.sample_rate = speakers[0].sample_rate
        self.clock = clock
        self.breakers = {id(speaker): Breaker() for speaker in speakers}

    def turn(self) -> "Turn":
        """A new turn of the counterpart."""
        return Turn(self)

    def speak(self, text: str, voice: Voice, mood: int) -> AsyncGenerator[bytes, None]:
        """One whole turn; see `Turn.speak`."""
        return self.turn().speak(text, voice, mood)


class Turn:
    """One turn in one voice; itself a `Speaker`."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self.name = chain.name
        self.sample_rate = chain.sample_rate
        self.speaker: Speaker | None = None
        "Who speaks in this turn; None until the first sound."
        self.cut = False
        "The voice failed after it had begun: the rest of the turn is only shown."

    async def speak(self, text: str, voice: Voice, mood: int) -> AsyncGenerator[bytes, None]:
        """The next piece of this turn; nothing more after the voice was lost.

        Raises:
            ProviderError: no voice could say the first piece; the text is on the screen all the same.
        """
        if self.cut or not speakable(text):
            return
        tries = [self.speaker] if self.speaker else self._willing()
        reasons: list[str] = []
        for i, speaker in enumerate(tries):
            patience = _LAST_S if i == len(tries) - 1 else FIRST_SOUND_S / (len(tries) - 1)
            async with aclosing(self._try(speaker, (text, voice, mood), patience, reasons)) as sound:
                async for piece in sound:
                    yield piece
            if len(reasons) <= i or self.cut:
                return
        raise ProviderError("这一句没能说出声：" + "；".join(reasons), mend="请看屏幕上的文字")

    def _willing(self) -> list[Speaker]:
        """Voices that are not resting; the last one is always asked."""
        chain, now = self._chain, self._chain.clock()
        rested = [s for s in chain.speakers[:-1] if chain.breakers[id(s)].until <= now]
        return [*rested, chain.speakers[-1]]

    async def _try(
        self, speaker: Speaker, what: tuple[str, Voice, int], patience: float, reasons: list[str]
    ) -> AsyncGenerator[bytes, None]:
        """One voice's sound. When it fails, `reasons` grows; whether it had begun is in `cut`."""
        breaker = self._chain.breakers[id(speaker)]
        if self.speaker:
            patience = NEXT_SOUND_S
        sound: Any = speaker.speak(*what)
        began = False
        try:
            async with aclosing(sound):
                while True:
                    async with asyncio.timeout(patience):
                        piece = await anext(sound, None)
                    if piece is None and not began:
                        raise TimeoutError("一点声音也没有")  # noqa: TRY301 - handled like any other silence
                    if piece is None:
                        breaker.worked()
                        return
                    self.speaker, patience, began = speaker, NEXT_SOUND_S, True
                    yield piece
        except (ProviderError, TimeoutError) as error:
            breaker.failed(self._chain.clock())
            self.cut = self.speaker is not None
            reasons.append(f"{speaker.name}：{error or '等不到声音'}")
            _log.warning(
                "voice %s failed %s: %s", speaker.name, "midway" if self.cut else "at the start", error
            )
