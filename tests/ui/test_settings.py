"""Where settings come from, which wins, and that no key is ever shown."""

import json
from pathlib import Path

import pytest

from retrieval.errors import InputError
from ui.settings import SETTINGS, Settings, read


def settings(home: Path, toml: str = "", **env: str) -> Settings:
    (home / "koushi.toml").write_text(toml, encoding="utf-8")
    return read({"KOUSHI_HOME": str(home), **env})


def test_with_nothing_set_everything_is_embedded(home: Path) -> None:
    found = read({"KOUSHI_HOME": str(home)})
    assert found.database_url == f"sqlite:///{home}/koushi.db"
    assert not found.llm
    assert not found.embed
    assert (found.asr, found.speech, found.judge, found.chroma_url) == ("auto", "ask", "builtin", None)


def test_the_variable_wins_over_the_file_and_the_file_over_the_default(home: Path) -> None:
    toml = 'judge = "llm"\nspeech = "espeak"\n'
    found = settings(home, toml, KOUSHI_SPEECH="browser")
    assert (found.judge, found.speech, found.asr) == ("llm", "browser", "auto")
    assert {g.setting.name: g.source for g in found.given if g.source != "default"} == {
        "KOUSHI_HOME": "env",
        "KOUSHI_SPEECH": "env",
        "KOUSHI_JUDGE": "file",
    }


def test_an_empty_variable_counts_as_not_set(home: Path) -> None:
    assert settings(home, 'speech = "espeak"', KOUSHI_SPEECH=" ").speech == "espeak"


def test_the_home_may_begin_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert read({"KOUSHI_HOME": "~/数据"}).home == tmp_path / "数据"


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('judg = "llm"', "是不是要写 judge"),
        ('KOUSHI_JUDGE = "llm"', "是不是要写 judge"),
        ('home = "/x"', "没有“home”"),
        ('judge = "gpt"', "builtin 或 llm"),
        ("judge = llm", "koushi.toml:1"),
        ('[llm]\nmodel = "m"', "没有“llm”"),
        ('llm_base_url = "localhost:8000"', "http://"),
        ('judge = ["llm"]', "要写一个值"),
    ],
)
def test_a_wrong_file_is_told_with_what_to_write(home: Path, toml: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        settings(home, toml)
    assert said in str(caught.value)


def test_a_file_in_another_encoding_is_told(home: Path) -> None:
    (home / "koushi.toml").write_bytes('llm_model = "千问"'.encode("gbk"))
    with pytest.raises(InputError, match="UTF-8"):
        read({"KOUSHI_HOME": str(home)})


def test_a_home_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "f").touch()
    with pytest.raises(InputError, match="不是文件夹"):
        read({"KOUSHI_HOME": str(tmp_path / "f")})


def test_misspelt_variables_are_noticed(home: Path) -> None:
    assert settings(home, KOUSHI_LLM_URL="http://x").strays == ("KOUSHI_LLM_URL",)


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS if setting.secret])
@pytest.mark.parametrize("in_file", [False, True])
def test_a_secret_is_never_shown(home: Path, name: str, in_file: bool) -> None:
    secret = "postgresql://u:geheim@h/d"
    key = name.removeprefix("KOUSHI_").lower()
    found = settings(home, f'{key} = "{secret}"') if in_file else settings(home, **{name: secret})
    listed = json.dumps([given.as_json() for given in found.given], ensure_ascii=False)
    assert "geheim" not in listed + repr(found) + repr(found.given) + repr(found.llm)
    assert "（已设置）" in listed


def test_an_endpoint_of_speech_takes_its_own_key(home: Path) -> None:
    found = settings(home, KOUSHI_ASR="http://127.0.0.1:9/v1", KOUSHI_ASR_API_KEY="k", KOUSHI_ASR_MODEL="m")
    assert (found.asr_endpoint.base_url, found.asr_endpoint.api_key) == ("http://127.0.0.1:9/v1", "k")
    assert not found.speech_endpoint
