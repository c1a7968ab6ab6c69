"""The voice on this machine: it speaks Chinese, sounds its mood, and keeps callers apart."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.audio import RATE, SPEECH_RATE, from_pcm16, resample
from bot.hearing import WhisperTranscriber, speech_seconds
from bot.ports import Heard
from bot.speaking.espeak import EspeakSpeaker, engine
from scenarios.parts import Voice
from tests.support.speech import LINES, TINY

ROOT = Path(__file__).parents[2]
MAN = Voice(gender="male", age=45)
WOMAN = Voice(gender="female", age=30, espeak="cmn+f2")


async def said(text: str, voice: Voice = MAN, mood: int = 40) -> bytes:
    return b"".join([piece async for piece in EspeakSpeaker().speak(text, voice, mood)])


def same_length(one: bytes, other: bytes) -> bool:
    """espeak-ng says nothing twice in exactly the same bytes, but as long within some 40 ms."""
    return bool(one) and abs(len(one) - len(other)) < 2000


def pitch_hz(pcm: bytes) -> float:
    """The commonest fundamental, by autocorrelation over the whole."""
    samples = from_pcm16(pcm)
    spectrum = np.abs(np.fft.rfft(samples, 2 * len(samples))) ** 2
    echo = np.fft.irfft(spectrum)[SPEECH_RATE // 280 : SPEECH_RATE // 60]
    return float(SPEECH_RATE / (np.argmax(echo) + SPEECH_RATE // 280))


async def test_what_it_says_is_chinese_that_a_recogniser_understands() -> None:
    ears = WhisperTranscriber(TINY)
    for line in (LINES[1], LINES[6], LINES[17]):
        heard = ears.transcribe(resample(from_pcm16(await said(line, WOMAN)), SPEECH_RATE))
        assert isinstance(heard, Heard)
        assert heard.text == line


async def test_an_angry_voice_is_quicker_and_not_the_same_sound() -> None:
    text = "你们到底什么时候给我退款？"
    calm, angry = await said(text, MAN, 5), await said(text, MAN, 95)
    assert len(angry) < 0.9 * len(calm)


async def test_a_man_and_a_woman_sound_different() -> None:
    man, woman = await said("我要退款。", MAN), await said("我要退款。", WOMAN)
    assert pitch_hz(woman) > 1.2 * pitch_hz(man)


async def test_numbers_are_said_as_chinese_numbers() -> None:
    digits, words = await said("我花了380元"), await said("我花了三百八十元")
    assert len(digits) == pytest.approx(len(words), rel=0.1)
    assert not same_length(await said("我花了2800元"), digits)


async def test_stage_directions_make_no_sound() -> None:
    assert await said("（拍桌子）") == b""
    assert same_length(await said("（拍桌子）我要退款。"), await said("我要退款。"))


async def test_each_sentence_comes_by_itself_so_that_the_first_is_early() -> None:
    pieces = [p async for p in EspeakSpeaker().speak("你好。我的空调又坏了！怎么办？", MAN, 50)]
    assert len(pieces) == 3
    assert all(speech_seconds(resample(from_pcm16(p), SPEECH_RATE)) > 0 for p in pieces[1:])


async def test_an_unknown_variant_still_speaks() -> None:
    odd = Voice(gender="male", age=45, espeak="klingon+zz")
    assert np.abs(from_pcm16(await said("我要退款。", odd))).max() > 0.05


async def test_many_at_once_get_each_their_own_sentence_whole() -> None:
    alone = [await said(line, MAN, 60) for line in LINES[:6]]
    together = await asyncio.gather(*(said(line, MAN, 60) for line in LINES[:6] * 3))
    assert all(map(same_length, together, alone * 3))


def test_two_threads_do_not_mix_their_sound() -> None:
    lines = LINES[:8]
    alone = [engine().say(line) for line in lines]
    with ThreadPoolExecutor(2) as pool:
        assert all(map(same_length, pool.map(engine().say, lines), alone))
    assert engine().sample_rate > RATE


def test_it_speaks_from_a_folder_however_deep(tmp_path: Path) -> None:
    """The library has 160 bytes for its path; a second engine needs a process of its own."""
    deep = tmp_path.joinpath(*["很深的文件夹"] * 10)
    deep.mkdir(parents=True)
    script = (
        "import shutil, sys, espeakng_loader as loader\n"
        "data = shutil.copytree(loader.get_data_path(), sys.argv[1] + '/data')\n"
        "loader.get_data_path = lambda: data\n"
        "from bot.speaking.espeak import engine\n"
        "print(len(engine().say('我要退款。')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(deep)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.stdout.strip().isdigit(), done.stderr
    assert int(done.stdout) > 10_000
