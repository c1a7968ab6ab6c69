"""Kept answers: shared by processes, bounded, and no worse than none when spoilt."""

import sqlite3
import subprocess
import sys
from pathlib import Path

from rubrics.answers import Answers

MANY = """
import sys
from pathlib import Path
from rubrics.answers import Answers
kept = Answers(Path(sys.argv[1]), 10_000_000)
for n in range(200):
    kept.put({f"{sys.argv[2]}-{n}": {"n": n}})
"""


def test_what_was_put_is_there_again_also_for_the_next_process(tmp_path: Path) -> None:
    file = tmp_path / "a" / "answers.db"
    Answers(file, 1_000_000).put({"k": {"判断": "met"}, "other": [1]})
    assert Answers(file, 1_000_000).get(["k", "none"]) == {"k": {"判断": "met"}}


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "answers.db"
    running = [subprocess.Popen([sys.executable, "-c", MANY, str(file), name]) for name in "ab"]
    assert [each.wait() for each in running] == [0, 0]
    keys = [f"{name}-{n}" for name in "ab" for n in range(200)]
    assert len(Answers(file, 10_000_000).get(keys)) == 400


def test_the_oldest_go_when_it_is_full(tmp_path: Path) -> None:
    file = tmp_path / "answers.db"
    kept = Answers(file, 300_000)
    for n in range(400):
        kept.put({f"k{n}": "x" * 4000})
    there = kept.get([f"k{n}" for n in range(400)])
    kept.close()
    assert "k399" in there
    assert "k0" not in there
    assert len(there) > 20
    assert file.stat().st_size < 900_000


def test_a_spoilt_answer_is_none_and_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "answers.db"
    kept = Answers(file, 1_000_000)
    kept.put({"good": 1, "bad": 2})
    kept.close()
    with sqlite3.connect(file) as db:
        db.execute("UPDATE answers SET answer = '{\"a' WHERE key = 'bad'")
    assert kept.get(["good", "bad"]) == {"good": 1}
    kept.put({"bad": 3})
    assert kept.get(["bad"]) == {"bad": 3}


def test_a_spoilt_file_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "answers.db"
    file.write_bytes(b"not a database at all" * 100)
    kept = Answers(file, 1_000_000)
    assert kept.get(["k"]) == {}
    kept.put({"k": 1})
    assert kept.get(["k"]) == {"k": 1}


def test_a_place_that_cannot_be_written_to_costs_only_the_keeping(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    kept = Answers(tmp_path / "file" / "answers.db", 1_000_000)
    kept.put({"k": 1})
    assert kept.get(["k"]) == {}
