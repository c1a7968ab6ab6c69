"""Whether each part works: every one is really opened, loaded, asked or heard; nothing is taken on trust.

The network is touched only where an endpoint is set, or the online voice is switched on.
"""

import asyncio
import time
from collections.abc import Callable, Mapping

from retrieval.errors import InputError, KoushiError
from retrieval.health import Health
from ui.wiring import Wiring

PATIENCE = 8.0
"""Seconds an endpoint has for its answer."""
Check = Callable[[Wiring], Health]


def examine(wiring: Wiring) -> list[Health]:
    """Every part, in the order of `CHECKS`; a part that fails is told and the others are still examined."""
    return [_safely(part, check, wiring) for part, check in CHECKS.items()]


def _safely(part: str, check: Check, wiring: Wiring) -> Health:
    try:
        return check(wiring)
    except KoushiError as error:
        return Health(part, "?", "broken", f"{error.where}：{error.what}" if error.where else error.what,
                      error.mend or None)  # fmt: skip
    except Exception as error:  # noqa: BLE001 - a doctor tells what is ill and does not fall ill
        detail = f"{type(error).__name__}：{error}"
        return Health(part, "?", "broken", detail, "设 KOUSHI_DEBUG=1 看完整的出错信息，交给管理员")


def _home(wiring: Wiring) -> Health:
    """Writes and removes a file; names misspelt settings."""
    home = wiring.settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / ".doctor"
        probe.write_text("好", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        return Health(
            "home",
            str(home),
            "broken",
            f"数据目录写不了（{type(error).__name__}）",
            "检查 KOUSHI_HOME 和写权限",
        )
    if wiring.settings.strays:
        names = "、".join(wiring.settings.strays)
        return Health(
            "home", str(home), "broken", f"不认识的设置：{names}", "koushi doctor --settings 列出全部设置"
        )
    return Health("home", str(home), "ok", "数据目录可以读写")


def _standard(_: Wiring) -> Health:
    from retrieval import standard

    skills = sum(1 for _ in standard.load().items("skill"))
    knowledge = sum(1 for _ in standard.load().items("knowledge"))
    return Health("standard", "builtin", "ok", f"技能要求 {skills} 条，专业知识 {knowledge} 条")


def _stations(wiring: Wiring) -> Health:
    """Loads every shipped station and those of the organisation."""
    from scenarios.loading import library, scan

    shipped, own = library(), wiring.settings.stations
    if not shipped:
        return Health("stations", "builtin", "broken", "一道题都没有", "程序没装完整，请重新安装")
    found = scan(own) if own.is_dir() else None
    if found and found.problems:
        first = str(found.problems[0]).splitlines()[0]
        todo = f"koushi station check 逐个查错；先改这一处：{first}"
        return Health("stations", str(own), "broken", f"机构题目里有 {len(found.problems)} 份不能用", todo)
    more = f"，机构的 {len(found.stations)} 道" if found and found.stations else ""
    return Health("stations", "builtin", "ok", f"随附的 {len(shipped)} 道{more}，都能用")


def _rubrics(wiring: Wiring) -> Health:
    """Loads every rubric, and finds the one of every station."""
    from rubrics.loading import library

    missing = sorted({each.rubric for each in wiring.stations.values()} - set(library()))
    if missing:
        todo = "改题目里的 rubric，koushi rubric list 查看现有的"
        return Health("rubrics", "builtin", "broken", f"题目要的评分标准没有：{'、'.join(missing)}", todo)
    return Health("rubrics", "builtin", "ok", f"{len(library())} 份评分标准，题目要的都有")


def _database(wiring: Wiring) -> Health:
    """Writes a row and reads it back, in a transaction that is then undone."""
    from sqlalchemy import select

    from bot.tables import talks

    engine = wiring.engine
    name = f"doctor-{time.time_ns()}"
    row = {"id": name, "station_id": "doctor", "station_version": 1, "seed": 0, "mode": "practice"}
    with engine.connect() as db:
        begun = db.begin()
        db.execute(talks.insert().values(**row, created_at=time.time(), meta={}))
        found = db.execute(select(talks.c.id).where(talks.c.id == name)).scalar_one_or_none()
        begun.rollback()
    if found != name:
        return Health("database", engine.dialect.name, "broken", "写进去的读不出来", "检查数据库的磁盘")
    return Health("database", engine.dialect.name, "ok", "写入和读出都正常")


def _search(wiring: Wiring) -> Health:
    """Opens the index, building it when needed, and asks it something."""
    hits = wiring.search.search("客户投诉", k=1)
    place = "chroma 服务" if wiring.settings.chroma_url else "chroma"
    if not hits:
        return Health(
            "search", place, "broken", "查“客户投诉”什么也没找到", "删掉数据目录里的 chroma 文件夹再试"
        )
    return Health("search", place, "ok", f"{len(wiring.search.passages)} 段内容，查得到")


def _embedder(wiring: Wiring) -> Health:
    """Embeds one sentence."""
    embedder = wiring.search.embedder
    vectors = embedder.embed(["客户投诉"])
    provider = "openai" if wiring.settings.embed else "local"
    return Health("embedder", provider, "ok", f"{embedder.name}，{vectors.shape[1]} 维")


def _recogniser(wiring: Wiring) -> Health:
    """Recognises an apology, and does not take a denied one for one."""
    from bot.ports import Context
    from scenarios.behaviours import BehaviourId
    from scenarios.station import Role

    context = Context(Role.CUSTOMER)
    found = {each.id for each in wiring.recogniser.recognise("真的很抱歉，让您白跑了三趟。", context)}
    version = wiring.recogniser.version
    if BehaviourId.APOLOGISE not in found:
        return Health("behaviours", "builtin", "broken", "一句道歉没有认出来", "程序没装完整，请重新安装")
    return Health("behaviours", "builtin", "ok", f"行为识别 {version}，在本机运行")


def _llm(wiring: Wiring) -> Health:
    """A very short real call."""
    set_ = wiring.settings.llm
    if not set_:
        todo = "要用语言模型就设置 KOUSHI_LLM_BASE_URL、KOUSHI_LLM_MODEL；不设也能完整使用"
        return Health("llm", "none", "off", "没有设置语言模型，用内置的台词和评分", todo)
    if not set_.model:
        return Health("llm", set_.base_url, "broken", "没有写模型名称", "设置 KOUSHI_LLM_MODEL")
    from bot.chat import ChatEndpoint

    async def ask() -> str:
        endpoint = ChatEndpoint(
            set_.base_url, set_.model, set_.api_key, timeout=PATIENCE, total=PATIENCE, attempts=1
        )
        async with endpoint as chat:
            pieces = [
                piece
                async for piece in chat.stream("只回答一个字。", [{"role": "user", "content": "说：好"}])
            ]
        return "".join(pieces)

    began = time.monotonic()
    answer = asyncio.run(ask())
    took = time.monotonic() - began
    return Health("llm", set_.model, "ok", f"{took:.1f} 秒内回答了“{answer[:20]}”")


def _wording(wiring: Wiring) -> Health:
    told = "语言模型措辞，不合格的换成题目的台词" if wiring.settings.llm else "用题目里写好的台词"
    return Health("wording", wiring.wording.name, "ok", told)


def _judge(wiring: Wiring) -> Health:
    """Makes the judge of the settings; whether its model answers is `llm`'s business."""
    info = wiring.judge().info
    return Health(
        "judge", info.kind, "ok", f"评分员 {info.version}{f'，模型 {info.model}' if info.model else ''}"
    )


def _transcriber(wiring: Wiring) -> Health:
    """Loads the model that is there, or knocks at the endpoint."""
    from bot.hearing import WhisperTranscriber, hearing_health

    health = hearing_health(wiring.settings.asr, wiring.settings.home)
    if health.state != "ok":
        return health
    transcriber = wiring.transcriber
    if isinstance(transcriber, WhisperTranscriber):
        transcriber.load()
    return health


def _speaker(wiring: Wiring) -> Health:
    """Says a word with espeak; the online voice only when an administrator has switched it on."""
    from bot.speaking.choose import speaking_health

    health = speaking_health(wiring.settings.speech)
    if wiring.settings.speech != "edge" or health.state != "ok":
        return health
    try:
        asyncio.run(asyncio.wait_for(_one_word(), PATIENCE))
    except (KoushiError, TimeoutError, OSError):
        todo = "检查网络；连不上时自动用本机的 espeak-ng，不想联网就设 KOUSHI_SPEECH=espeak"
        return Health("speech", "edge-tts", "broken", "在线语音连不上，暂由本机 espeak-ng 代替", todo)
    return health


async def _one_word() -> None:
    from bot.speaking.edge import EdgeSpeaker
    from scenarios.parts import Voice

    async for _ in EdgeSpeaker().speak("好", Voice(gender="female", age=30), 30):
        return
    raise InputError("没有声音")


def _pages(_: Wiring) -> Health:
    """Imports what the pages are made with."""
    from importlib.metadata import version

    import ui.app  # noqa: F401

    return Health("pages", "gradio", "ok", f"gradio {version('gradio')}，koushi serve 打开")


CHECKS: Mapping[str, Check] = {
    "home": _home,
    "standard": _standard,
    "stations": _stations,
    "rubrics": _rubrics,
    "database": _database,
    "search": _search,
    "embedder": _embedder,
    "behaviours": _recogniser,
    "llm": _llm,
    "wording": _wording,
    "judge": _judge,
    "recogniser": _transcriber,
    "speech": _speaker,
    "pages": _pages,
}
"""Part → check. `recogniser` is that of speech, as in `interfaces.md`; that of behaviours is `behaviours`."""
