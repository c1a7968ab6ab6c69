"""Who provides each part: name → how it is made from the settings, in literal dicts (`ui/wiring.py` asks)."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from retrieval.errors import ProviderError

if TYPE_CHECKING:
    from bot.chat import ChatEndpoint
    from bot.ports import Recogniser, Transcriber, Wording
    from bot.speaking.chain import Chain
    from bot.tutor.agent import TutorEndpoint
    from retrieval.ports import Embedder
    from rubrics.answers import Answers
    from rubrics.ports import Judge
    from ui.wiring import Wiring

E = TypeVar("E", bound="ChatEndpoint")


def _local_embedder(_: "Wiring") -> None:
    """Search trains its own on the corpus."""


def _endpoint_embedder(wiring: "Wiring") -> "Embedder":
    from retrieval.openai_embedding import OpenAIEmbedder

    set_ = wiring.settings.embed
    if not set_.model:
        raise ProviderError("没有写向量模型的名称", mend="设置 KOUSHI_EMBED_MODEL")
    return OpenAIEmbedder(set_.base_url, set_.model, set_.api_key)


def _builtin_recogniser(wiring: "Wiring") -> "Recogniser":
    from bot.grounding import GroundedRecogniser
    from bot.recogniser import BuiltinRecogniser

    return GroundedRecogniser(BuiltinRecogniser(), wiring.policy)


def _model_recogniser(wiring: "Wiring") -> "Recogniser":
    from bot.grounding import GroundedRecogniser
    from bot.recogniser import BuiltinRecogniser
    from bot.recogniser.by_model import ModelRecogniser

    return GroundedRecogniser(ModelRecogniser(wiring.chat, BuiltinRecogniser()), wiring.policy)


def chat(wiring: "Wiring") -> "ChatEndpoint":
    from bot.chat import ChatEndpoint

    return _endpoint(wiring, ChatEndpoint)


def _no_model(_: "Wiring") -> None:
    """Answers are extracted."""


def _tutor_model(wiring: "Wiring") -> "TutorEndpoint":
    from bot.tutor.agent import TutorEndpoint

    return _endpoint(wiring, TutorEndpoint)


def _endpoint(wiring: "Wiring", kind: "type[E]", **patience: Any) -> "E":
    """The configured language model, as a chat or as an agent."""
    set_ = wiring.settings.llm
    if not set_:
        raise ProviderError("没有设置语言模型接口", mend="设置 KOUSHI_LLM_BASE_URL 和 KOUSHI_LLM_MODEL")
    if not set_.model:
        raise ProviderError("没有写语言模型的名称", mend="设置 KOUSHI_LLM_MODEL")
    return kind(set_.base_url, set_.model, set_.api_key, folder=wiring.settings.home, **patience)


def _authored_wording(_: "Wiring") -> "Wording":
    from bot.wording.authored import AuthoredWording

    return AuthoredWording()


def _model_wording(wiring: "Wiring") -> "Wording":
    from bot.wording.llm import LlmWording

    return LlmWording(wiring.chat, _authored_wording(wiring))


def _builtin_judge(wiring: "Wiring") -> "Judge":
    from rubrics.builtin_judge import BuiltinJudge

    return BuiltinJudge(wiring.recogniser)


def judge_chat(wiring: "Wiring") -> "ChatEndpoint":
    """The language model of the judge: nobody waits at a counter, so it has more time and tries longer."""
    from bot.chat import ChatEndpoint

    timeout = wiring.settings.judging.timeout
    return _endpoint(wiring, ChatEndpoint, timeout=timeout, total=2 * timeout, attempts=6)


def answers(wiring: "Wiring") -> "Answers | None":
    """Where the answers of the judge's model are kept."""
    from rubrics.answers import Answers

    most = wiring.settings.judging.cache_mb * 1_000_000
    return Answers(wiring.settings.home / "cache" / "answers.db", most) if most else None


def _model_judge(wiring: "Wiring") -> "Judge":
    from rubrics.llm_judge import Habits, LlmJudge, Price

    set_, chat = wiring.settings.judging, wiring.judge_chat
    low, high = set_.samples
    return LlmJudge(
        chat,
        Habits(samples=low, most=high, at_once=set_.at_once, deadline=set_.deadline),
        answers=wiring.answers,
        identity=chat.endpoint.address,
        price=Price(set_.price_in, set_.price_out),
    )


def transcriber(wiring: "Wiring") -> "Transcriber | None":
    from bot.hearing import transcriber

    set_ = wiring.settings
    endpoint = set_.asr_endpoint
    return transcriber(set_.asr, set_.home, api_key=endpoint.api_key, model=endpoint.model)


def speaker(wiring: "Wiring", *, agreed: bool) -> "Chain | None":
    from bot.speaking.choose import speaker

    endpoint = wiring.settings.speech_endpoint
    return speaker(wiring.settings.speech, agreed=agreed, api_key=endpoint.api_key, model=endpoint.model)


EMBEDDERS: "Mapping[str, Callable[[Wiring], Embedder | None]]" = {
    "local": _local_embedder,
    "openai": _endpoint_embedder,
}
RECOGNISERS: "Mapping[str, Callable[[Wiring], Recogniser]]" = {
    "builtin": _builtin_recogniser,
    "llm": _model_recogniser,
}
WORDINGS: "Mapping[str, Callable[[Wiring], Wording]]" = {
    "authored": _authored_wording,
    "llm": _model_wording,
}
TUTORS: "Mapping[str, Callable[[Wiring], TutorEndpoint | None]]" = {
    "builtin": _no_model,
    "llm": _tutor_model,
}
JUDGES: "Mapping[str, Callable[[Wiring], Judge]]" = {"builtin": _builtin_judge, "llm": _model_judge}
