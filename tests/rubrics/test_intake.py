"""What is dropped in is found whole, whatever it is packed in, and a bad file hides no other."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from bot.reading import MAX_BYTES
from retrieval.errors import InputError
from rubrics import intake
from rubrics.intake import Found, found, members

TALK = "客户：三次了！\n考生：真对不起。\n".encode()


def packed(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def refusal(each: Found) -> str:
    with pytest.raises(InputError) as refused:
        each.read()
    return str(refused.value)


def test_files_folders_and_archives_in_a_fixed_order(tmp_path: Path) -> None:
    (tmp_path / "甲班" / "里面").mkdir(parents=True)
    (tmp_path / "甲班" / "b.txt").write_bytes(TALK)
    (tmp_path / "甲班" / "里面" / "a.TXT").write_bytes(TALK)
    (tmp_path / "甲班" / ".DS_Store").write_bytes(b"x")
    (tmp_path / "甲班" / "卷.zip").write_bytes(packed({"x/c.json": TALK, "__MACOSX/._c": b"", "d.txt": TALK}))
    (tmp_path / "一份.csv").write_bytes(TALK)
    here = list(found([tmp_path / "甲班", tmp_path / "一份.csv"]))
    names = [each.name for each in here]
    assert names == ["甲班/b.txt", "甲班/卷.zip/d.txt", "甲班/卷.zip/x/c.json", "甲班/里面/a.TXT", "一份.csv"]
    assert {each.read() for each in here} == {TALK}


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "t.txt").write_bytes(TALK)
    assert [e.name for e in found([tmp_path / "a/t.txt", tmp_path / "b/t.txt"])] == ["t.txt", "t.txt（2）"]


def test_the_folder_of_the_results_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_bytes(TALK)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "reports.csv").write_bytes(TALK)
    assert [e.name for e in found([tmp_path], leave_out=tmp_path / "out")] == [f"{tmp_path.name}/t.txt"]


def test_names_in_gbk_are_read_as_they_were_written() -> None:
    data = packed({"placeholder.txt": TALK})
    old = "张三的题.txt".encode("gb18030")
    data = data.replace(b"placeholder.txt", old.ljust(15, b"x")[:15])
    (one,) = members("卷.zip", data)
    assert one.name.startswith("卷.zip/张三的题.txt")


def test_what_is_no_transcript_is_told_and_not_skipped(tmp_path: Path) -> None:
    for name in ("图.png", "没有扩展名"):
        (tmp_path / name).write_bytes(b"x")
    assert all("不认识" in refusal(each) for each in found([tmp_path]))
    (inner,) = members("a.zip", packed({"b.zip": packed({"t.txt": TALK})}))
    assert "还有压缩包" in refusal(inner)


def test_archives_that_are_none_locked_or_bombs(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (b"PK", b"", packed({"t.txt": TALK})[:-8]):
        with pytest.raises(InputError, match="不是完整的 zip"):
            list(members("a.zip", data))
    with pytest.raises(InputError, match="空的"):
        list(members("a.zip", packed({})))
    bomb, after = members("a.zip", packed({"a.txt": b"0" * (MAX_BYTES * 20), "b.txt": TALK}))
    assert len(bomb.read()) == MAX_BYTES + 1  # one byte more than may be: refused where it is parsed
    assert after.read() == TALK
    monkeypatch.setattr(intake, "MOST_ZIP", 1000)
    first, second = members("a.zip", packed({"a.txt": b"0" * 2000, "b.txt": TALK}))
    assert len(first.read()) == 2000
    assert "解开后" in refusal(second)
    monkeypatch.setattr(intake, "MOST_MEMBERS", 1)
    with pytest.raises(InputError, match="超过 1 个文件"):
        list(members("a.zip", packed({"a.txt": TALK, "b.txt": TALK})))


def test_a_damaged_member_leaves_the_others() -> None:
    data = bytearray(packed({"a.txt": TALK * 50, "b.txt": TALK}))
    at = data.find(b"a.txt") + 8
    data[at : at + 6] = b"\xff" * 6
    bad, good = members("a.zip", bytes(data))
    assert "坏了" in refusal(bad)
    assert good.read() == TALK


def test_names_cannot_climb_out() -> None:
    (one,) = members("a.zip", packed({"../../etc/passwd.txt": TALK}))
    assert one.name == "a.zip/etc/passwd.txt"


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有这个文件或文件夹"):
        list(found([tmp_path / "gone"]))
