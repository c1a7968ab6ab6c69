"""edge-tts: Microsoft's online voices. The text spoken leaves the machine, so it runs only when allowed.

The service stalls now and then; whoever calls keeps a deadline (`bot/speaking/chain.py`).
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from bot.audio import SPEECH_RATE, Mp3Stream
from bot.speaking.prosody import manner
from bot.speaking.text import pieces
from retrieval.errors import ProviderError
from scenarios.parts import Voice


def parameters(voice: Voice, mood: int) -> dict[str, str]:
    """Voice, rate, pitch and volume as the service wants them: a sign is mandatory, also on zero."""
    how = manner(voice, mood)
    return {
        "voice": voice.edge,
        "rate": f"{how.rate:+d}%",
        "pitch": f"{how.pitch:+d}Hz",
        "volume": f"{how.volume:+d}%",
    }


class EdgeSpeaker:
    """Speaks sentence by sentence, decoding while the sound arrives."""

    name = "edge"
    sample_rate = SPEECH_RATE

    def __init__(self) -> None:
        """Load the client."""
        import edge_tts  # noqa: F401 - here rather than while somebody waits for the first sound

    async def speak(self, text: str, voice: Voice, mood: int) -> AsyncGenerator[bytes, None]:
        """16-bit PCM as it comes.

        Raises:
            ProviderError: the service cannot be reached, refuses, or sends no sound.
        """
        import aiohttp
        from edge_tts.exceptions import EdgeTTSException

        try:
            for piece in pieces(text):
                async with aclosing(_decoded(piece, parameters(voice, mood))) as sound:
                    async for pcm in sound:
                        yield pcm
        except (EdgeTTSException, aiohttp.ClientError, OSError, ValueError) as error:
            raise ProviderError(
                f"在线语音没有回应：{error}", mend="已改用本机的声音；也可设 KOUSHI_SPEECH=espeak"
            ) from error


async def _decoded(piece: str, how: dict[str, str]) -> AsyncGenerator[bytes, None]:
    """The sound of one sentence.

    The connection has a task of its own: cancelling that drops it at once, while closing it from here
    would wait for a stalled service to say goodbye, and an interruption must not wait.
    """
    arrived: asyncio.Queue[bytes | None] = asyncio.Queue()
    receiver = asyncio.create_task(_receive(piece, how, arrived))
    mp3 = Mp3Stream()
    try:
        while data := await arrived.get():
            if pcm := mp3.feed(data):
                yield pcm
        await receiver
        if rest := mp3.close():
            yield rest
    finally:
        receiver.cancel()
        await asyncio.wait([receiver])


async def _receive(piece: str, how: dict[str, str], arrived: "asyncio.Queue[bytes | None]") -> None:
    import edge_tts

    settings: Any = how
    try:
        async for event in edge_tts.Communicate(piece, **settings).stream():
            if event["type"] == "audio":
                arrived.put_nowait(event["data"])
    finally:
        arrived.put_nowait(None)
