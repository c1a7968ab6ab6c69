"""espeak-ng in this process, through the library that `espeakng-loader` brings; nothing leaves the machine.

The library is one global state per process and not thread-safe: one engine, one worker thread, every
caller waits in its queue. A sentence takes 3–7 ms. espeak-ng 1.52's `cmn` reads Han text; Debian's 1.51
would spell it, and is not used.
"""

import asyncio
import ctypes
import os
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.audio import SPEECH_RATE, resample_pcm
from bot.speaking.prosody import manner
from bot.speaking.text import pieces
from retrieval.errors import ProviderError
from scenarios.parts import Voice

_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000  # without it a missing voice file ends the whole process
_UTF8 = 1
_LONGEST_PATH = 150
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_WORDS_A_MINUTE = 175
_PITCH_0_100 = {"male": 42, "female": 55}
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Engine:
    """The library, loaded; get it with `engine()`."""

    def __init__(self) -> None:
        """Load library and data.

        Raises:
            ProviderError: not on this platform, or its data cannot be read.
        """
        try:
            import espeakng_loader

            self._library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
            data = self._reachable(Path(espeakng_loader.get_data_path()))
        except (ImportError, OSError, RuntimeError) as error:
            raise _broken(str(error)) from error
        self.sample_rate: int = self._library.espeak_Initialize(
            _SYNCHRONOUS, 200, os.fsencode(data), _DONT_EXIT
        )
        if self.sample_rate <= 0:
            raise _broken(f"读不到语音数据 {data}")
        self._sound = bytearray()
        self._callback = _CALLBACK(self._take)  # kept: the library calls it as long as it lives
        self._library.espeak_SetSynthCallback(self._callback)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="espeak")

    def _reachable(self, data: Path) -> Path:
        """The data folder by a name short enough for the library, which has 160 bytes for it."""
        if len(os.fsencode(data)) < _LONGEST_PATH:
            return data
        self._link = TemporaryDirectory(prefix="koushi-")  # gone with the process
        short = Path(self._link.name) / "espeak"
        short.symlink_to(data, target_is_directory=True)
        return short

    def _take(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, count * 2)
        return 0

    def say(
        self,
        text: str,
        voice: str = "cmn",
        *,
        rate: int = 175,
        pitch: int = 50,
        span: int = 50,
        volume: int = 100,
    ) -> bytes:
        """16-bit mono PCM at `sample_rate`. Safe from any thread; blocks until it is this caller's turn.

        Args:
            text: plain text.
            voice: `cmn`, with a variant if wanted: `cmn+f2`.
            rate: words a minute, 80–450.
            pitch: 0–100.
            span: how far the pitch moves, 0–100.
            volume: 0–200.
        """
        return self._worker.submit(self._say, text, voice, rate, pitch, span, volume).result()

    def _say(self, text: str, voice: str, rate: int, pitch: int, span: int, volume: int) -> bytes:
        self._sound = bytearray()
        if self._library.espeak_SetVoiceByName(voice.encode()):
            self._library.espeak_SetVoiceByName(b"cmn")
        for parameter, value in ((_RATE, rate), (_VOLUME, volume), (_PITCH, pitch), (_RANGE, span)):
            self._library.espeak_SetParameter(parameter, value, 0)
        data = text.encode()
        if self._library.espeak_Synth(data, len(data) + 1, 0, 1, 0, _UTF8, None, None):
            raise _broken("合成没有成功")
        self._library.espeak_Synchronize()
        return bytes(self._sound)

    def sounds(self, text: str) -> str:
        """The phonemes of a text in espeak's own notation. Safe from any thread, as `say` is."""
        return self._worker.submit(self._sounds, text).result()

    def _sounds(self, text: str) -> str:
        self._library.espeak_SetVoiceByName(b"cmn")
        read = self._library.espeak_TextToPhonemes
        read.restype = ctypes.c_char_p
        left, out = ctypes.c_char_p(text.encode()), []
        while left.value:
            out.append((read(ctypes.byref(left), _UTF8, 0) or b"").decode("utf-8", "replace"))
        return " ".join(out)


@cache
def engine() -> Engine:
    """The process's one engine."""
    return Engine()


def _broken(why: str) -> ProviderError:
    return ProviderError(
        f"本机语音 espeak-ng 用不了：{why}", mend="可以改用浏览器的声音：KOUSHI_SPEECH=browser"
    )


class EspeakSpeaker:
    """The voice that is always there."""

    name = "espeak"
    sample_rate = SPEECH_RATE

    async def speak(self, text: str, voice: Voice, mood: int) -> AsyncGenerator[bytes, None]:
        """One piece of sound per sentence.

        Raises:
            ProviderError: the library cannot be used on this machine.
        """
        how = manner(voice, mood)
        for piece in pieces(text):
            yield await asyncio.to_thread(
                _spoken,
                piece,
                voice.espeak,
                rate=round(_WORDS_A_MINUTE * (1 + how.rate / 100)),
                pitch=min(99, max(0, _PITCH_0_100[voice.gender] + how.pitch)),
                span=min(99, 50 + max(0, how.volume) * 2),
                volume=min(150, 100 + how.volume),
            )


def _spoken(piece: str, voice: str, **how: int) -> bytes:
    espeak = engine()
    return resample_pcm(espeak.say(piece, voice, **how), espeak.sample_rate, SPEECH_RATE)
