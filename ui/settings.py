"""All settings: `KOUSHI_*` variables, then `koushi.toml` in the data folder, then the defaults.

This module alone reads the environment. Keys never appear in a message, a listing or a `repr`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from retrieval.errors import InputError
from ui.judging import Judging, judging

FILE = "koushi.toml"
JUDGES = RECOGNISERS = ("builtin", "llm")
PREFIX = "KOUSHI_"
ONLY_VARIABLES = ("KOUSHI_HOME", "KOUSHI_DEBUG")
"""Needed before, or when, the file cannot be read."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it is documented."""

    name: str
    "Of the variable; in `koushi.toml` the same without `KOUSHI_`, in lower case."
    default: str
    "What holds when it is not set; `{home}` is the data folder."
    meaning: str
    secret: bool = False

    @property
    def key(self) -> str:
        """Its name in `koushi.toml`."""
        return self.name.removeprefix(PREFIX).lower()


SETTINGS = (
    Setting("KOUSHI_HOME", "系统的用户数据目录", "数据目录：数据库、索引、模型、机构自己的题目都在里面"),
    Setting(
        "KOUSHI_DATABASE_URL", "sqlite:///{home}/koushi.db", "数据库，也可写 postgresql://…", secret=True
    ),
    Setting("KOUSHI_CHROMA_URL", "", "Chroma 服务地址；不填就用数据目录里的索引"),
    Setting("KOUSHI_BLOBS", "{home}/recordings", "录音存放处：文件夹，或 fsspec 地址"),
    Setting("KOUSHI_LLM_BASE_URL", "", "语言模型接口（OpenAI 兼容，多以 /v1 结尾）；不填就用内置部分"),
    Setting("KOUSHI_LLM_API_KEY", "", "语言模型接口的密钥", secret=True),
    Setting("KOUSHI_LLM_MODEL", "", "语言模型名称"),
    Setting("KOUSHI_LLM_CONCURRENCY", "8", "语言模型评分时同时发出的请求数，所有对话、所有评分项合计"),
    Setting(
        "KOUSHI_LLM_SAMPLES", "3-11", "每个评分项问几次取中位数；3-11：先问 3 次，拿不准的最多问到 11 次"
    ),
    Setting("KOUSHI_LLM_TIMEOUT", "120", "评分时一次请求最多等多少秒"),
    Setting("KOUSHI_LLM_DEADLINE", "600", "评一份对话最多用多少秒，从它的第一次请求算起；超过就不评分"),
    Setting("KOUSHI_LLM_CACHE_MB", "200", "评分时模型的回答最多留多少 MB，同样的问题不再问；0 不留"),
    Setting("KOUSHI_LLM_PRICE_IN", "", "每百万输入 token 的价格，币种随意；填了两个价格，报告里才有费用"),
    Setting("KOUSHI_LLM_PRICE_OUT", "", "每百万输出 token 的价格"),
    Setting("KOUSHI_EMBED_BASE_URL", "", "向量接口（OpenAI 兼容）；不填就用内置的"),
    Setting("KOUSHI_EMBED_API_KEY", "", "向量接口的密钥", secret=True),
    Setting("KOUSHI_EMBED_MODEL", "", "向量模型名称"),
    Setting("KOUSHI_ASR", "auto", "语音识别：auto、faster-whisper 型号、模型文件夹或 http 接口"),
    Setting("KOUSHI_ASR_API_KEY", "", "语音识别接口的密钥", secret=True),
    Setting("KOUSHI_ASR_MODEL", "", "语音识别接口的模型名称"),
    Setting("KOUSHI_SPEECH", "ask", "语音合成：ask、edge、espeak、browser 或 http 接口"),
    Setting("KOUSHI_SPEECH_API_KEY", "", "语音合成接口的密钥", secret=True),
    Setting("KOUSHI_SPEECH_MODEL", "", "语音合成接口的模型名称"),
    Setting(
        "KOUSHI_RECOGNISER",
        "builtin",
        "谁来认出考生做了什么：builtin 内置，llm 语言模型（失败时由内置的接手）",
    ),
    Setting("KOUSHI_JUDGE", "builtin", "默认的评分员：builtin 内置，llm 语言模型"),
    Setting("KOUSHI_DEBUG", "", "设为 1：程序出错时显示完整的出错位置"),
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible endpoint; `base_url` is empty when none is set."""

    base_url: str = ""
    api_key: str = field(default="", repr=False)
    model: str = ""

    def __bool__(self) -> bool:
        return bool(self.base_url)


@dataclass(frozen=True, slots=True)
class Given:
    """A setting with the value in force and where it comes from."""

    setting: Setting
    value: str = field(repr=False)
    source: str
    "`env`, `file` or `default`."

    def as_json(self) -> dict[str, Any]:
        """One entry of `koushi doctor --settings --json`; a secret shows only whether it is set."""
        shown = "（已设置）" if self.setting.secret and self.source != "default" else self.value
        return {
            "name": self.setting.name,
            "value": shown,
            "default": self.setting.default,
            "source": self.source,
            "meaning": self.setting.meaning,
        }


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the program can be told from outside."""

    home: Path
    database_url: str = field(repr=False)
    chroma_url: str | None
    blobs: str
    llm: Endpoint
    embed: Endpoint
    asr: str
    asr_endpoint: Endpoint
    speech: str
    speech_endpoint: Endpoint
    judge: str
    recogniser: str
    judging: Judging
    given: tuple[Given, ...] = field(repr=False)
    strays: tuple[str, ...] = ()
    "`KOUSHI_*` variables that mean nothing: most likely misspelt."

    @property
    def stations(self) -> Path:
        """Folder of the organisation's own stations; need not exist."""
        return self.home / "stations"

    def without_cache(self) -> "Settings":
        """The same, but a model's answers are neither kept nor taken from those kept."""
        return replace(self, judging=replace(self.judging, cache_mb=0))


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in force now.

    Args:
        environ: instead of the process's own environment.

    Raises:
        InputError: `koushi.toml` is malformed or holds an unknown key, or a value cannot be.
    """
    env = os.environ if environ is None else environ
    home = _home(env)
    in_file = _from_file(home / FILE)
    given = tuple(_given(setting, env, in_file, home) for setting in SETTINGS)
    known = {setting.name for setting in SETTINGS}
    strays = tuple(sorted(name for name in env if name.startswith(PREFIX) and name not in known))
    return _settings(home, given, strays)


def _home(env: Mapping[str, str]) -> Path:
    if named := env.get("KOUSHI_HOME", "").strip():
        home = Path(named).expanduser().absolute()
    else:
        from platformdirs import user_data_path

        home = user_data_path("koushi", appauthor=False)
    if home.exists() and not home.is_dir():
        raise InputError("数据目录不是文件夹", mend="检查 KOUSHI_HOME", file=home)
    return home


def _from_file(file: Path) -> Mapping[str, str]:
    import tomllib

    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = _line_of(str(error))
        mend = '每行写成 名称 = "值"，文件存成 UTF-8'
        raise InputError("设置文件的写法不对", mend=mend, file=file, line=line) from error
    except OSError as error:
        raise InputError("设置文件打不开", mend="检查读取权限", file=file) from error
    known = {setting.key for setting in SETTINGS if setting.name not in ONLY_VARIABLES}
    for key, value in data.items():
        if key not in known:
            raise InputError(f"没有“{key}”这个设置", mend=_nearest(key, known), file=file, field=key)
        if isinstance(value, dict | list):
            raise InputError("这里要写一个值", mend=f'写成 {key} = "…"', file=file, field=key)
    return {
        key: "1" if value is True else "" if value is False else str(value) for key, value in data.items()
    }


def _line_of(message: str) -> int | None:
    found = message.partition("line ")[2].partition(",")[0]
    return int(found) if found.isdigit() else None


def _nearest(word: str, known: set[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word.lower().removeprefix("koushi_"), sorted(known), n=1, cutoff=0.5)
    return f"是不是要写 {near[0]}" if near else f"可以写：{'、'.join(sorted(known))}"


def _given(setting: Setting, env: Mapping[str, str], in_file: Mapping[str, str], home: Path) -> Given:
    if setting.name == "KOUSHI_HOME":
        return Given(setting, str(home), "env" if env.get(setting.name, "").strip() else "default")
    if value := env.get(setting.name, "").strip():
        return Given(setting, value, "env")
    if value := in_file.get(setting.key, "").strip():
        return Given(setting, value, "file")
    return Given(setting, setting.default.replace("{home}", str(home)), "default")


def _settings(home: Path, given: tuple[Given, ...], strays: tuple[str, ...]) -> Settings:
    value = {each.setting.name.removeprefix(PREFIX): each.value for each in given}

    def endpoint(name: str, base_url: str | None = None) -> Endpoint:
        url = value[f"{name}_BASE_URL"] if base_url is None else base_url
        return Endpoint(_address(f"{name}_BASE_URL", url), value[f"{name}_API_KEY"], value[f"{name}_MODEL"])

    def served(name: str) -> Endpoint:
        return endpoint(name, value[name] if value[name].startswith(("http://", "https://")) else "")

    if value["JUDGE"] not in JUDGES:
        raise InputError(
            f"没有“{value['JUDGE']}”这个评分员", mend="可以写 builtin 或 llm", field="KOUSHI_JUDGE"
        )
    if value["RECOGNISER"] not in RECOGNISERS:
        what = f"没有“{value['RECOGNISER']}”这种识别方式"
        raise InputError(what, mend="可以写 builtin 或 llm", field="KOUSHI_RECOGNISER")
    return Settings(
        home=home,
        database_url=value["DATABASE_URL"],
        chroma_url=_address("CHROMA_URL", value["CHROMA_URL"]) or None,
        blobs=value["BLOBS"],
        llm=endpoint("LLM"),
        embed=endpoint("EMBED"),
        asr=value["ASR"],
        asr_endpoint=served("ASR"),
        speech=value["SPEECH"],
        speech_endpoint=served("SPEECH"),
        judge=value["JUDGE"],
        recogniser=value["RECOGNISER"],
        judging=judging(value),
        given=given,
        strays=strays,
    )


def _address(name: str, url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        # The address itself is not repeated: it may hold a password.
        raise InputError("地址写得不对", mend="要以 http:// 或 https:// 开头", field=f"{PREFIX}{name}")
    return url.rstrip("/")


def debugging() -> bool:
    """Whether tracebacks are shown; works when the settings themselves cannot be read."""
    return os.environ.get("KOUSHI_DEBUG", "") not in {"", "0"}
