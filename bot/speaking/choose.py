"""From `KOUSHI_SPEECH` to a voice."""

from bot.ports import Speaker
from bot.speaking.chain import Chain
from bot.speaking.edge import EdgeSpeaker
from bot.speaking.espeak import EspeakSpeaker, engine
from retrieval.errors import InputError, ProviderError
from retrieval.health import Health

SETTINGS = ("ask", "edge", "espeak", "browser")


def speaker(setting: str, *, agreed: bool = False, api_key: str = "", model: str = "") -> Chain | None:
    """The voices for one candidate; None when the browser speaks (`browser`).

    Args:
        setting: `ask` (online only when this candidate has agreed), `edge` (the administrator has),
            `espeak`, `browser`, or the base address of an OpenAI-compatible endpoint.
        agreed: this candidate said yes to 「回复文字会发给微软」.
        api_key: key of the endpoint.
        model: speech model at the endpoint.

    Raises:
        InputError: no such setting.
    """
    setting = setting.strip() or "ask"
    voices: list[Speaker] = [EspeakSpeaker()]
    if setting == "browser":
        return None
    if setting.startswith(("http://", "https://")):
        from bot.openai_audio import EndpointSpeaker

        voices.insert(0, EndpointSpeaker(setting, api_key=api_key, model=model or "tts-1"))
    elif setting == "edge" or (setting == "ask" and agreed):
        voices.insert(0, EdgeSpeaker())
    elif setting not in SETTINGS:
        raise InputError(
            f"KOUSHI_SPEECH 不认识「{setting}」", mend=f"可写 {'、'.join(SETTINGS)}，或一个 http 地址"
        )
    return Chain(voices)


def speaking_health(setting: str) -> Health:
    """Whether the counterpart has a voice; says a word with espeak, sends no text anywhere."""
    setting = setting.strip() or "ask"
    if setting == "browser":
        return Health("speech", "browser", "ok", "由浏览器自带的声音朗读，服务器不出声", None)
    if setting.startswith(("http://", "https://")):
        from bot.openai_audio import endpoint_health

        return endpoint_health("speech", setting)
    if setting not in SETTINGS:
        todo = f"KOUSHI_SPEECH 可写 {'、'.join(SETTINGS)}，或一个 http 地址"
        return Health("speech", setting, "broken", f"KOUSHI_SPEECH 不认识「{setting}」", todo)
    try:
        engine().say("好")
    except ProviderError as error:
        return Health("speech", "espeak", "broken", error.what, error.mend)
    details = {
        "ask": "本机 espeak-ng 能说话；考生同意后改用更自然的在线语音",
        "edge": "在线语音 edge-tts（回复文字会发给微软），连不上时用本机 espeak-ng",
        "espeak": "本机 espeak-ng，不联网",
    }
    return Health("speech", "edge-tts" if setting == "edge" else "espeak", "ok", details[setting], None)
