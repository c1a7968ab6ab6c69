"""Speech in and out through any OpenAI-compatible endpoint; this file alone knows the client here.

Nothing runs unless an address was set.
"""

import math
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, NoReturn
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from bot.audio import RATE, SPEECH_RATE, to_pcm16, wav_bytes
from bot.hearing import SILENT, UNCLEAR, speech_seconds
from bot.ports import Heard, NotHeard
from bot.speaking.prosody import speed
from retrieval.errors import ProviderError
from retrieval.health import Health
from scenarios.parts import Voice

UNKNOWN_CONFIDENCE = 0.75
"Given to text of an endpoint that tells no probabilities: neither doubted nor vouched for."

LISTEN_S = 20.0
"Seconds to wait for a transcription."
SPEAK_S = 10.0
"Seconds to wait for the next piece of sound; the chain of voices waits much less."
_VOICES = {"male": "onyx", "female": "nova"}
_NO_KEY = "none"
"Local servers want no key, the client does."


class EndpointTranscriber:
    """`POST {base}/audio/transcriptions`."""

    def __init__(self, base_url: str, *, api_key: str = "", model: str = "whisper-1") -> None:
        self.name = f"{model} @ {urlsplit(base_url).hostname}"
        self._base_url, self._key, self._model = base_url, api_key or _NO_KEY, model

    def transcribe(self, audio: NDArray[np.float32], hotwords: Sequence[str] = ()) -> Heard | NotHeard:
        """What was said in `audio` (mono, 16 kHz, −1..1). Silence is told here and never sent.

        Raises:
            ProviderError: no answer in 20 s, a refusal, or no transcription in the answer.
        """
        if not speech_seconds(audio):
            return NotHeard(SILENT)
        import openai

        wav = ("speech.wav", wav_bytes(to_pcm16(audio), RATE), "audio/wav")
        prompt = {"prompt": "、".join(hotwords)} if hotwords else {}
        try:
            with openai.OpenAI(
                base_url=self._base_url, api_key=self._key, timeout=LISTEN_S, max_retries=0
            ) as client:
                answer = _transcription(client, self._model, wav, prompt)
        except (openai.OpenAIError, ValueError) as error:
            _unusable("语音识别接口", self._base_url, error)
        text = getattr(answer, "text", None)
        if not isinstance(text, str):
            _unusable("语音识别接口", self._base_url, "回答里没有 text")
        if not any(map(str.isalnum, text)):
            return NotHeard(UNCLEAR)
        return Heard(text.strip(), _confidence(answer), round(len(audio) / RATE, 2))


def _transcription(client: Any, model: str, wav: tuple[str, bytes, str], prompt: Mapping[str, str]) -> Any:
    """With probabilities when the model has them, without when it refuses that format."""
    import openai

    def ask(response_format: str) -> Any:
        return client.audio.transcriptions.create(
            file=wav, model=model, language="zh", temperature=0, response_format=response_format, **prompt
        )

    try:
        return ask("verbose_json")
    except openai.BadRequestError:
        return ask("json")


def _confidence(answer: Any) -> float:
    logprobs = [getattr(segment, "avg_logprob", None) for segment in getattr(answer, "segments", None) or ()]
    known = [math.exp(min(0.0, value)) for value in logprobs if isinstance(value, int | float)]
    return round(sum(known) / len(known), 3) if known else UNKNOWN_CONFIDENCE


class EndpointSpeaker:
    """`POST {base}/audio/speech`, streamed as 24 kHz PCM."""

    sample_rate = SPEECH_RATE

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str = "",
        model: str = "tts-1",
        voices: Mapping[str, str] | None = None,
    ) -> None:
        """`voices` names the endpoint's voice for `male` and `female`."""
        import openai  # noqa: F401 - half a second, here rather than while somebody waits for the first sound

        self.name = f"{model} @ {urlsplit(base_url).hostname}"
        self._base_url, self._key, self._model = base_url, api_key or _NO_KEY, model
        self._voices = {**_VOICES, **(voices or {})}

    async def speak(self, text: str, voice: Voice, mood: int) -> AsyncGenerator[bytes, None]:
        """Say it, faster when tense.

        Raises:
            ProviderError: refused, unreachable, or what comes is no sound.
        """
        import httpx2  # the client's transport: what breaks off midway is raised as its errors
        import openai

        try:
            async with (
                openai.AsyncOpenAI(
                    base_url=self._base_url, api_key=self._key, timeout=SPEAK_S, max_retries=0
                ) as client,
                client.audio.speech.with_streaming_response.create(
                    model=self._model,
                    input=text,
                    voice=self._voices[voice.gender],
                    response_format="pcm",
                    speed=speed(voice, mood),
                ) as response,
            ):
                kind = response.headers.get("content-type", "")
                if kind.startswith(("text/", "application/json")):
                    _unusable("语音合成接口", self._base_url, f"回来的是 {kind}，不是声音")
                async with aclosing(_whole_samples(response.iter_bytes(4096))) as pieces:
                    async for piece in pieces:
                        yield piece
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            _unusable("语音合成接口", self._base_url, error)


async def _whole_samples(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The network cuts anywhere; a 16-bit sample must not be cut in two."""
    rest = b""
    async for chunk in chunks:
        data = rest + chunk
        even = len(data) & ~1
        rest = data[even:]
        if even:
            yield data[:even]


def _unusable(what: str, url: str, reason: object) -> NoReturn:
    cause = reason if isinstance(reason, BaseException) else None
    raise ProviderError(
        f"{what} {urlsplit(url).netloc} 用不了：{reason}", mend="请检查地址、密钥和模型名；其间可以打字"
    ) from cause


def endpoint_health(part: str, url: str) -> Health:
    """Whether somebody answers at the address's port within 2 s; nothing is sent."""
    place = urlsplit(url)
    port = place.port or (443 if place.scheme == "https" else 80)
    try:
        socket.create_connection((place.hostname or "", port), timeout=2).close()
    except OSError as error:
        todo = "请检查地址、网络和对方服务"
        return Health(part, "openai-compatible", "broken", f"连不上 {place.netloc}：{error}", todo)
    return Health(part, "openai-compatible", "ok", f"{place.netloc} 能连上，声音会发到那里", None)
