"""Voices: those to train on, and those held out."""

import numpy as np
from numpy.typing import NDArray

from bot.audio import from_pcm16, resample
from bot.speaking.espeak import engine

_NAMED = (
    "Annie Andy steph steph2 steph3 Michael Nguyen adam Alex Andrea antonio aunty belinda benjamin "
    "boris caleb david Denis ed edward edward2 Gene Gene2 gustave Henrique Hugo iven iven2 iven3 "
    "iven4 Jacky john Lee linda marcelo Marco Mario michel miguel Mike pablo paul pedro quincy rob "
    "robert sandro shelby travis victor zac anika norbert kaukovalta AnxiousAndy m1 m2 m3 m4 m5 m6 m8 "
    "f1 f2 f3 f5"
)
TRAIN_VOICES = ["cmn"] * 4 + [f"cmn+{name}" for name in _NAMED.split()]
TRAIN_RATES = [130, 145, 160, 175, 195, 220]
TRAIN_PITCHES = [25, 35, 45, 50, 60, 75]
HELD_VOICES = ["cmn+m7", "cmn+f4", "cmn+Alicia", "cmn+max", "cmn+Diogo"]
HELD_RATES = [138, 168, 208]
HELD_PITCHES = [30, 55, 68]


def say(text: str, voice: str, rate: int, pitch: int, span: int = 50) -> NDArray[np.float32]:
    """The text as mono float32 at 16 kHz, without silence at its ends."""
    pcm = engine().say(text, voice, rate=rate, pitch=pitch, span=span)
    samples = resample(from_pcm16(pcm), engine().sample_rate)
    loud = np.flatnonzero(np.abs(samples) > 0.004)
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples
