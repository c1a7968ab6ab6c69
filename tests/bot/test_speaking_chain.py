"""The counterpart always has a voice, and never two in one turn."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import pytest

from bot.speaking.chain import Chain
from bot.speaking.choose import speaker, speaking_health
from retrieval.errors import InputError, ProviderError
from scenarios.parts import Voice

MAN = Voice(gender="male", age=45)


@dataclass
class Scripted:
    """Plays one scripted act a call: a list of pieces, where None is a stall and an error is raised.

    Fails on a call it does not expect.
    """

    name: str
    acts: list[list[bytes | Exception | None]]
    sample_rate: int = 24_000
    said: list[str] = field(default_factory=list)
    open: int = 0

    async def speak(self, text: str, voice: Voice, mood: int) -> AsyncGenerator[bytes, None]:
        assert self.acts, f"{self.name} was not expected to say {text}"
        self.said.append(text)
        self.open += 1
        try:
            for step in self.acts.pop(0):
                if isinstance(step, Exception):
                    raise step
                if step is None:
                    await asyncio.sleep(60)
                else:
                    yield step
        finally:
            self.open -= 1


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same deadlines, thirty times shorter."""
    monkeypatch.setattr("bot.speaking.chain.FIRST_SOUND_S", 0.05)
    monkeypatch.setattr("bot.speaking.chain.NEXT_SOUND_S", 0.1)


async def heard(sound: AsyncGenerator[bytes, None]) -> list[bytes]:
    return [piece async for piece in sound]


def pair(
    online: list[list[bytes | Exception | None]], local: list[list[bytes | Exception | None]]
) -> tuple[Scripted, Scripted, Clock, Chain]:
    first, second, clock = Scripted("online", online), Scripted("local", local), Clock()
    return first, second, clock, Chain([first, second], clock)


async def test_the_preferred_voice_speaks() -> None:
    online, local, _, chain = pair([[b"aa", b"bb"]], [])
    turn = chain.turn()
    assert await heard(turn.speak("您好。", MAN, 50)) == [b"aa", b"bb"]
    assert turn.speaker is online
    assert not turn.cut
    assert not local.said


@pytest.mark.parametrize("fault", [None, ProviderError("连不上")], ids=["stall", "refusal"])
async def test_before_the_first_sound_the_next_voice_takes_over(fault: Exception | None) -> None:
    online, local, _, chain = pair([[fault]], [[b"cc"], [b"dd"]])
    turn = chain.turn()
    assert await heard(turn.speak("您好。", MAN, 50)) == [b"cc"]
    assert await heard(turn.speak("请讲。", MAN, 50)) == [b"dd"], "the turn keeps its voice"
    assert (online.said, local.said) == (["您好。"], ["您好。", "请讲。"])
    assert (turn.speaker, turn.cut, online.open) == (local, False, 0)


async def test_a_voice_that_ends_without_a_sound_has_failed_too() -> None:
    _, _, _, chain = pair([[]], [[b"cc"]])
    assert await heard(chain.speak("您好。", MAN, 50)) == [b"cc"]


@pytest.mark.parametrize("fault", [None, ProviderError("断了")], ids=["stall", "break"])
async def test_after_the_first_sound_the_rest_is_only_shown_and_the_next_turn_has_the_other_voice(
    fault: Exception | None,
) -> None:
    online, local, _, chain = pair([[b"aa", fault]], [[b"cc"]])
    turn = chain.turn()
    assert await heard(turn.speak("我等了三天。", MAN, 50)) == [b"aa"]
    assert turn.cut
    assert await heard(turn.speak("你们管不管？", MAN, 50)) == [], "nobody says the rest"
    assert await heard(chain.turn().speak("说话呀。", MAN, 50)) == [b"cc"]
    assert (online.said, local.said) == (["我等了三天。"], ["说话呀。"])


async def test_a_stall_in_a_later_sentence_cuts_the_turn_as_well() -> None:
    online, local, _, chain = pair([[b"aa"], [None]], [])
    turn = chain.turn()
    assert await heard(turn.speak("一。", MAN, 50)) == [b"aa"]
    assert await heard(turn.speak("二。", MAN, 50)) == []
    assert turn.cut
    assert (len(online.said), local.said) == (2, [])


async def test_the_failed_voice_is_asked_again_after_a_rest_and_rests_longer_each_time() -> None:
    down = ProviderError("连不上")
    online, local, clock, chain = pair([[down], [down], [b"aa"]], [[b"c"]] * 4)
    for now, voice in [(0, local), (59, local), (60, local), (179, local), (180, online)]:
        clock.now = now
        turn = chain.turn()
        await heard(turn.speak("您好。", MAN, 50))
        assert turn.speaker is voice, now
    assert len(online.said) == 3
    assert not local.acts, "every scripted step was used"


async def test_no_voice_at_all_is_an_error_that_points_to_the_screen() -> None:
    _, _, _, chain = pair([[ProviderError("甲坏了")]], [[ProviderError("乙坏了")]])
    with pytest.raises(ProviderError, match=r"甲坏了.*乙坏了.*屏幕"):
        await heard(chain.speak("您好。", MAN, 50))


async def test_stage_directions_alone_wake_no_voice() -> None:
    _, _, _, chain = pair([], [])
    assert await heard(chain.speak("（摔门）", MAN, 50)) == []


async def test_an_interruption_closes_the_voice_at_once() -> None:
    online, _, _, chain = pair([[b"aa", b"bb"]], [])
    sound = chain.speak("您好。", MAN, 50)
    assert await anext(sound) == b"aa"
    await sound.aclose()
    assert online.open == 0
    assert chain.breakers[id(online)].failures == 0, "being interrupted is no failure"


@pytest.mark.parametrize(
    ("setting", "agreed", "names"),
    [
        ("ask", False, "espeak"),
        ("", False, "espeak"),
        ("ask", True, "edge → espeak"),
        ("edge", False, "edge → espeak"),
        ("espeak", True, "espeak"),
        ("https://tts.example.com/v1", False, "tts-1 @ tts.example.com → espeak"),
    ],
)
def test_nothing_goes_online_unless_allowed(setting: str, agreed: bool, names: str) -> None:
    voices = speaker(setting, agreed=agreed)
    assert voices is not None
    assert voices.name == names


def test_the_browser_speaks_by_itself_and_an_unknown_setting_is_told() -> None:
    assert speaker("browser") is None
    with pytest.raises(InputError, match="espeak"):
        speaker("siri")


@pytest.mark.parametrize(
    ("setting", "provider", "state"),
    [
        ("ask", "espeak", "ok"),
        ("edge", "edge-tts", "ok"),
        ("espeak", "espeak", "ok"),
        ("browser", "browser", "ok"),
        ("siri", "siri", "broken"),
    ],
)
def test_the_doctor_tells_which_voice_there_is(setting: str, provider: str, state: str) -> None:
    health = speaking_health(setting)
    assert (health.part, health.provider, health.state) == ("speech", provider, state)
    assert (health.todo is None) == (state == "ok")
