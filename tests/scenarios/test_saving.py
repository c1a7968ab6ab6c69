"""Stations go into the organisation's folder whole, never over anything unasked, and are there at once."""

from pathlib import Path

import pytest

from retrieval.errors import InputError
from scenarios.drafts import copy_of, digest, opened, skeleton, version_in
from scenarios.loading import YamlSource, find_station, library, load_station, scan, shipped_files
from scenarios.saving import Doubt, NeedsYes, Saved, save

SHIPPED = shipped_files()[0].name.removesuffix(".yaml")


def put(text: str, folder: Path, *, yes: bool = False, seen: str | None = None) -> Saved:
    return save(load_station(YamlSource.draft("draft", text)), text, folder, yes=yes, seen=seen)


def other(text: str, version: int = 1) -> str:
    """The same station with another title."""
    return text.replace("生日蛋糕迟到两小时", "蛋糕送错了").replace("version: 1", f"version: {version}")


def test_what_is_saved_can_be_chosen_at_once_and_in_its_new_version(tmp_path: Path) -> None:
    folder = tmp_path / "stations"
    assert "l3-cake" not in library(folder)
    first = put(skeleton("l3-cake"), folder)
    assert (first.backup, find_station("l3-cake", folder).version) == (None, 1)
    second = put(other(skeleton("l3-cake"), 2), folder)
    assert library(folder)["l3-cake"].title == find_station("l3-cake", folder).title == "蛋糕送错了"
    assert second.backup == folder / "l3-cake@1.yaml.bak"
    assert second.backup.read_text(encoding="utf-8") == skeleton("l3-cake")
    assert set(scan(folder).stations) == {"l3-cake"}
    assert sorted(each.name for each in folder.iterdir()) == ["l3-cake.yaml", "l3-cake@1.yaml.bak"]


def test_a_file_changed_by_other_hands_is_seen_and_one_taken_away_is_gone(tmp_path: Path) -> None:
    put(skeleton("l3-cake"), tmp_path)
    assert "l3-cake" in library(tmp_path)
    file = tmp_path / "l3-cake.yaml"
    file.write_text(other(skeleton("l3-cake")), encoding="utf-8")
    assert find_station("l3-cake", tmp_path).title == "蛋糕送错了"
    file.write_text("id: l3-cake\n", encoding="utf-8")
    assert "l3-cake" not in library(tmp_path)
    with pytest.raises(InputError, match="version"):
        find_station("l3-cake", tmp_path)
    file.unlink()
    with pytest.raises(InputError, match="没有编号"):
        find_station("l3-cake", tmp_path)


def test_the_same_version_is_replaced_only_after_a_yes_and_each_old_content_is_kept(tmp_path: Path) -> None:
    put(skeleton("l3-cake"), tmp_path)
    with pytest.raises(NeedsYes, match="version 改成 2") as asked:
        put(other(skeleton("l3-cake")), tmp_path)
    assert asked.value.doubt is Doubt.SAME_VERSION
    assert find_station("l3-cake", tmp_path).title == "生日蛋糕迟到两小时"
    put(other(skeleton("l3-cake")), tmp_path, yes=True)
    put(skeleton("l3-cake") + "# 又改\n", tmp_path, yes=True)
    kept = {each.name for each in tmp_path.glob("*.bak")}
    assert kept == {"l3-cake@1.yaml.bak", "l3-cake@1.2.yaml.bak"}


def test_saving_the_same_again_asks_and_writes_nothing(tmp_path: Path) -> None:
    put(skeleton("l3-cake"), tmp_path)
    before = (tmp_path / "l3-cake.yaml").stat().st_mtime_ns
    assert put(skeleton("l3-cake"), tmp_path, seen="").backup is None
    assert (tmp_path / "l3-cake.yaml").stat().st_mtime_ns == before


def test_what_somebody_else_saved_meanwhile_is_not_lost_even_to_a_higher_version(tmp_path: Path) -> None:
    mine = put(skeleton("l3-cake"), tmp_path).digest
    theirs = put(other(skeleton("l3-cake"), 2), tmp_path).digest
    newest = skeleton("l3-cake").replace("version: 1", "version: 3")
    for yes in (False, True):
        with pytest.raises(NeedsYes, match="别处") as asked:
            put(newest, tmp_path, yes=yes, seen=mine)
    assert (asked.value.doubt, asked.value.seen) == (Doubt.CHANGED, theirs)
    put(newest, tmp_path, yes=True, seen=theirs)
    assert (tmp_path / "l3-cake@2.yaml.bak").exists()


def test_a_shipped_id_asks_whether_it_takes_the_shipped_ones_place(tmp_path: Path) -> None:
    text = opened(SHIPPED).text.replace("minutes: 8", "minutes: 9")
    with pytest.raises(NeedsYes) as asked:
        put(text, tmp_path)
    assert asked.value.doubt is Doubt.SHIPPED
    assert not list(tmp_path.iterdir())
    put(text, tmp_path, yes=True)
    assert opened(SHIPPED, tmp_path).own
    assert not opened(SHIPPED).own


def test_a_station_kept_in_a_subfolder_is_replaced_there(tmp_path: Path) -> None:
    (tmp_path / "late").mkdir()
    (tmp_path / "late" / "l3-cake.yaml").write_text(skeleton("l3-cake"), encoding="utf-8")
    assert put(other(skeleton("l3-cake"), 2), tmp_path).file == tmp_path / "late" / "l3-cake.yaml"
    assert scan(tmp_path).problems == ()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "stations").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(InputError, match="存不进去"):
        put(skeleton("l3-cake"), tmp_path / "stations")


def test_a_copy_is_the_first_version_of_another_station(tmp_path: Path) -> None:
    put(skeleton("l3-cake").replace("version: 1", "version: 4"), tmp_path)
    copied = load_station(YamlSource.draft("draft", copy_of("l3-cake", "l3-bread", tmp_path)))
    assert copied.ref == "l3-bread@1"
    shipped = load_station(YamlSource.draft("draft", copy_of(SHIPPED, "l3-like-it")))
    whole = library()[SHIPPED]
    assert shipped == whole.model_copy(update={"id": "l3-like-it", "version": 1})


@pytest.mark.parametrize("name", ["", "我的题", "../../etc/passwd", "a" * 81, "L3-Cake", "l3_cake"])
def test_no_other_file_is_reached_by_an_id(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        skeleton(name)
    with pytest.raises(InputError):
        opened(name, tmp_path)


def test_a_broken_file_can_be_opened_to_be_mended(tmp_path: Path) -> None:
    (tmp_path / "l3-cake.yaml").write_bytes(b"id: l3-cake\r\nversion: x\r\n")
    found = opened("l3-cake", tmp_path)
    assert found.text == "id: l3-cake\r\nversion: x\r\n"
    assert found.digest == digest(found.text.encode())
    assert version_in(found.text) is None
    assert put(skeleton("l3-cake"), tmp_path).backup == tmp_path / "l3-cake@old.yaml.bak"
