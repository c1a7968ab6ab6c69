"""Speech to text on this machine, with faster-whisper.

What is not speech never becomes a turn: silence and noise are stopped by the voice detector before the
model sees them, and what the model itself doubts is `NotHeard`.
"""

import math
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.audio import RATE
from bot.hearing_models import MEGABYTES, SIZES, checked_folder, on_disk
from bot.ports import Heard, NotHeard, Transcriber
from retrieval.errors import InputError, ProviderError
from retrieval.health import Health
from retrieval.text import han_count

SILENT = "没有听到声音，请靠近麦克风再说一遍，或者直接打字"
UNCLEAR = "听到声音了，可是没听清，请再说一遍，或者直接打字"

_LOOPING = 2.4
"Compression ratio above which Whisper is repeating itself (the threshold of the Whisper paper, 4.5)."
_TOO_FEW = 2.2
"Han characters a second of speech under which words may be swallowed; slow speech has about three."
_SHAKY = 0.6
"Confidence under which a prompt may have led the model astray."
_DOUBTED = 0.3
"Confidence under which the text is rather made up than heard."


@dataclass(frozen=True, slots=True)
class _Reading:
    text: str
    confidence: float
    speech: float
    "Seconds the voice detector took for speech."

    @property
    def swallowed(self) -> bool:
        return self.speech >= 1 and han_count(self.text) < _TOO_FEW * self.speech

    @property
    def suspicious(self) -> bool:
        return self.swallowed or self.confidence < _SHAKY


class WhisperTranscriber:
    """A faster-whisper model in a folder; loaded once, at the first word or by `load`, and used by one
    thread at a time."""

    def __init__(self, folder: Path, *, name: str = "faster-whisper") -> None:
        """Check the folder; the model itself is loaded later.

        Args:
            folder: a CTranslate2 model with `tokenizer.json`, `model.bin` and `config.json`.
            name: what the person is told that listens.

        Raises:
            InputError: a file is missing in the folder.
        """
        self.name = name
        self._folder = checked_folder(folder)
        self._lock = threading.Lock()
        self._model: Any = None

    def load(self) -> None:
        """Load the model now, so that the first answer need not wait.

        Raises:
            ProviderError: the files are there and still no model.
        """
        with self._lock:
            self._loaded()

    def transcribe(self, audio: NDArray[np.float32], hotwords: Sequence[str] = ()) -> Heard | NotHeard:
        """What was said in `audio` (mono, 16 kHz, −1..1). Blocks for the length of the work.

        Hot words go before the audio as a prompt. A prompt can make Whisper swallow or invent words, so
        when little comes out for the length of the speech, or the model is unsure, it listens again
        without them and keeps the better reading.
        """
        with self._lock:
            model = self._loaded()
            reading = _read(model, audio, "、".join(hotwords))
            if hotwords and reading.speech and reading.suspicious:
                plain = _read(model, audio, "")
                reading = max(reading, plain, key=lambda r: (not r.swallowed, r.confidence))
        if not reading.speech:
            return NotHeard(SILENT)
        if not any(map(str.isalnum, reading.text)) or reading.confidence < _DOUBTED:
            return NotHeard(UNCLEAR)
        return Heard(reading.text, round(reading.confidence, 3), round(len(audio) / RATE, 2))

    def _loaded(self) -> Any:
        if self._model is None:
            from faster_whisper import WhisperModel

            try:
                self._model = WhisperModel(
                    str(self._folder),
                    device="cpu",  # a graphics card's libraries are too often missing
                    compute_type="int8",
                    cpu_threads=min(4, os.cpu_count() or 1),
                    local_files_only=True,
                )
            except MemoryError as error:
                raise ProviderError(
                    "内存不够，语音识别模型没有打开", mend="关掉别的程序，或换小一号的模型", file=self._folder
                ) from error
            except Exception as error:  # the libraries raise anything from RuntimeError to plain Exception
                raise ProviderError(
                    f"语音识别模型打不开：{error}", mend="文件可能没下完，请重新下载", file=self._folder
                ) from error
        return self._model


def _read(model: Any, audio: NDArray[np.float32], prompt: str) -> _Reading:
    segments, info = model.transcribe(
        audio,
        language="zh",
        beam_size=1,
        temperature=0,
        condition_on_previous_text=False,
        without_timestamps=True,
        vad_filter=True,
        vad_parameters={"min_speech_duration_ms": 96, "min_silence_duration_ms": 600, "speech_pad_ms": 250},
        hotwords=prompt or None,
    )
    # The segments are computed while they are read: read them here, not in the caller's thread.
    kept = [segment for segment in segments if segment.compression_ratio <= _LOOPING]
    text = "".join(segment.text.strip() for segment in kept)
    return _Reading(text, _confidence(kept), float(info.duration_after_vad))


def _confidence(segments: Sequence[Any]) -> float:
    """Mean token probability, weighted by tokens, times the probability that it was speech; 0–1."""
    tokens = sum(len(segment.tokens) for segment in segments)
    if not tokens:
        return 0.0
    weighed: float = sum(
        math.exp(segment.avg_logprob) * (1 - segment.no_speech_prob) * len(segment.tokens)
        for segment in segments
    )
    return min(1.0, max(0.0, weighed / tokens))


def speech_seconds(audio: NDArray[np.float32]) -> float:
    """Seconds of `audio` (mono, 16 kHz) that the bundled Silero detector takes for speech."""
    if not len(audio):
        return 0.0
    from faster_whisper.vad import get_speech_timestamps

    spans: Sequence[dict[str, int]] = get_speech_timestamps(
        audio, min_speech_duration_ms=96, min_silence_duration_ms=600, speech_pad_ms=0
    )
    seconds: float = sum((span["end"] - span["start"]) / RATE for span in spans)
    return seconds


def transcriber(setting: str, home: Path, *, api_key: str = "", model: str = "") -> Transcriber | None:
    """The recogniser that `KOUSHI_ASR` asks for; None when there is none (`auto` and no model here).

    Args:
        setting: `auto`, a size of `SIZES`, a folder, or the base address of an OpenAI-compatible endpoint.
        home: the data folder; models lie in its `models/`.
        api_key: key of the endpoint.
        model: model name at the endpoint.

    Raises:
        InputError: the size is not on disk, or the folder holds no whole model.
    """
    setting = setting.strip() or "auto"
    if setting.startswith(("http://", "https://")):
        from bot.openai_audio import EndpointTranscriber

        return EndpointTranscriber(setting, api_key=api_key, model=model or "whisper-1")
    if setting == "auto" or setting in SIZES:
        found = on_disk(home, None if setting == "auto" else setting)
        if found is None and setting != "auto":
            raise InputError(f"语音识别模型 {setting} 还没下载", mend=_how_to_get(setting))
        return WhisperTranscriber(found[1], name=f"faster-whisper {found[0]}") if found else None
    folder = Path(setting).expanduser()
    return WhisperTranscriber(folder, name=f"faster-whisper {folder.name}")


def _how_to_get(size: str) -> str:
    return (
        f"执行 koushi doctor --get-model {size} 下载语音识别模型，约 {MEGABYTES[size]} MB；"
        "国内可先设 HF_ENDPOINT 为镜像地址。没有它也可以打字练习"
    )


def hearing_health(setting: str, home: Path) -> Health:
    """Whether spoken answers can be heard, without loading a model; an endpoint is only knocked at."""
    setting = setting.strip() or "auto"
    if setting.startswith(("http://", "https://")):
        from bot.openai_audio import endpoint_health

        return endpoint_health("recogniser", setting)
    try:
        found = transcriber(setting, home)
    except InputError as error:
        return Health("recogniser", "faster-whisper", "broken", error.what, error.mend)
    if found is None:
        return Health("recogniser", "typed", "off", "本机没有语音识别模型，用打字作答", _how_to_get("small"))
    return Health("recogniser", "faster-whisper", "ok", f"{found.name}，在本机识别", None)
