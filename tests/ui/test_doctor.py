"""What `koushi doctor` says is true: of a fresh installation, of a broken one, of one with a model."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from retrieval.health import Health
from tests.support.command import Koushi
from tests.support.llm_server import LlmServer
from tests.support.llm_steps import fails, hangs, says
from ui import doctor, settings
from ui.doctor import CHECKS, examine
from ui.wiring import Wiring


def one(part: str, **env: str) -> Health:
    """One part's health under these settings, `KOUSHI_HOME` among them."""
    import os

    wiring = Wiring(settings.read({"KOUSHI_HOME": os.environ["KOUSHI_HOME"], **env}))
    try:
        return doctor._safely(part, CHECKS[part], wiring)
    finally:
        wiring.close()


def test_a_fresh_installation_works_and_says_what_could_be_better(koushi: Koushi) -> None:
    found = {each["part"]: each for each in koushi("doctor", "--json").json}
    assert list(found) == list(CHECKS)
    assert {name for name, each in found.items() if each["state"] == "broken"} == set()
    assert (found["llm"]["state"], found["database"]["provider"]) == ("off", "sqlite")
    assert "KOUSHI_LLM_BASE_URL" in found["llm"]["todo"]
    assert all(set(each) == {"part", "provider", "state", "detail", "todo"} for each in found.values())
    if found["recogniser"]["state"] == "off":
        assert found["recogniser"]["todo"]


def test_for_people_each_part_is_a_line(koushi: Koushi) -> None:
    ran = koushi("doctor")
    assert ran.code == 0
    assert "正常  数据库（sqlite）" in ran.out
    assert "未启用  语言模型" in ran.out


def test_one_broken_part_does_not_hide_the_others(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Wiring) -> Health:
        raise ZeroDivisionError("deep inside")

    quick = {name: CHECKS[name] for name in ("home", "standard", "database")}
    monkeypatch.setattr(doctor, "CHECKS", {**quick, "database": broken})
    wiring = Wiring(settings.read({"KOUSHI_HOME": str(home)}))
    states = {each.part: each.state for each in examine(wiring)}
    assert states == {"home": "ok", "standard": "ok", "database": "broken"}


def test_a_data_folder_that_cannot_be_written_is_broken(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    health = one("home", KOUSHI_HOME=str(tmp_path / "file" / "below"))
    assert health.state == "broken"
    assert "KOUSHI_HOME" in (health.todo or "")


def test_a_misspelt_setting_is_noticed() -> None:
    health = one("home", KOUSHI_LLM_URL="http://127.0.0.1/v1")
    assert health.state == "broken"
    assert "KOUSHI_LLM_URL" in health.detail


def test_a_damaged_database_is_broken(home: Path) -> None:
    (home / "koushi.db").write_bytes(b"this is no database" * 200)
    assert one("database").state == "broken"


def test_an_unreachable_database_server_is_broken_and_its_password_is_kept() -> None:
    health = one("database", KOUSHI_DATABASE_URL="postgresql://u:geheim@127.0.0.1:9/d")
    assert health.state == "broken"
    assert "geheim" not in json.dumps(health.as_json())


def test_the_database_is_left_as_it_was() -> None:
    from sqlalchemy import func, select

    from bot.tables import talks

    assert one("database").state == "ok"
    wiring = Wiring(settings.read())
    with wiring.engine.connect() as db:
        assert db.execute(select(func.count()).select_from(talks)).scalar_one() == 0
    wiring.close()


def test_a_broken_station_of_the_organisation_is_named(home: Path) -> None:
    (home / "stations").mkdir()
    (home / "stations" / "l3-ours.yaml").write_text("id: l3-ours\n", encoding="utf-8")
    health = one("stations")
    assert health.state == "broken"
    assert "l3-ours.yaml" in (health.todo or "")


LLM: dict[str, Any] = {"KOUSHI_LLM_MODEL": "m", "KOUSHI_LLM_API_KEY": "sk-geheim"}


def test_a_model_that_answers_is_ok() -> None:
    with LlmServer(says("好")) as server:
        health = one("llm", KOUSHI_LLM_BASE_URL=server.base_url, **LLM)
    assert (health.state, health.provider) == ("ok", "m")
    assert "好" in health.detail


@pytest.mark.parametrize("step", [fails(401, "no", code="invalid_api_key"), fails(404, "no such model")])
def test_a_model_that_refuses_is_broken_and_says_what_to_do(step: Any) -> None:
    with LlmServer(step) as server:
        health = one("llm", KOUSHI_LLM_BASE_URL=server.base_url, **LLM)
    assert health.state == "broken"
    assert "KOUSHI_LLM_" in (health.todo or "")
    assert "geheim" not in json.dumps(health.as_json())


def test_a_model_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PATIENCE", 0.5)
    with LlmServer(hangs()) as server:
        assert one("llm", KOUSHI_LLM_BASE_URL=server.base_url, **LLM).state == "broken"


def test_nobody_at_the_address_is_broken() -> None:
    assert one("llm", KOUSHI_LLM_BASE_URL="http://127.0.0.1:9/v1", **LLM).state == "broken"
    assert one("llm", KOUSHI_LLM_BASE_URL="http://127.0.0.1:9/v1").todo == "设置 KOUSHI_LLM_MODEL"
    assert one("judge", KOUSHI_JUDGE="llm").state == "broken"
    assert (
        one("embedder", KOUSHI_EMBED_BASE_URL="http://127.0.0.1:9/v1", KOUSHI_EMBED_MODEL="e").state
        == "broken"
    )


def test_speech_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert one("recogniser", KOUSHI_ASR=str(tmp_path / "no-model")).state == "broken"
    assert one("recogniser", KOUSHI_ASR="http://127.0.0.1:9/v1").state == "broken"
    assert one("speech", KOUSHI_SPEECH="shout").state == "broken"
    assert one("speech", KOUSHI_SPEECH="browser").state == "ok"


def test_a_model_of_speech_is_really_loaded(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (model / name).write_text("{}", encoding="utf-8")
    assert one("recogniser", KOUSHI_ASR=str(model)).state == "broken"


def test_the_online_voice_is_only_tried_when_switched_on_and_its_absence_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def no_network(host: Any, *_: Any, **__: Any) -> Any:
        asked.append(host)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    assert one("speech", KOUSHI_SPEECH="ask").state == "ok"
    assert not asked
    health = one("speech", KOUSHI_SPEECH="edge")
    assert health.state == "broken"
    assert "espeak" in health.detail


def test_all_settings_are_listed_and_secrets_are_not(koushi: Koushi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOUSHI_LLM_API_KEY", "sk-geheim")
    monkeypatch.setenv("KOUSHI_SPEECH", "espeak")
    monkeypatch.setenv("KOUSHI_SPEACH", "espeak")
    listed = {each["name"]: each for each in koushi("doctor", "--settings", "--json").json}
    assert set(listed) == {setting.name for setting in settings.SETTINGS}
    assert (listed["KOUSHI_SPEECH"]["value"], listed["KOUSHI_SPEECH"]["source"]) == ("espeak", "env")
    out = koushi("doctor", "--settings").out
    assert "KOUSHI_SPEACH：没有这个设置" in out
    assert "geheim" not in out + json.dumps(listed)
