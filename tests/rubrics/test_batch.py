"""A batch goes on: in order, past broken files and dead processes, and each talk is marked once."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path

import pytest

from bot.transcript import Transcript
from retrieval.errors import InputError, ProviderError
from rubrics.batch import DIED, Outcome, digest, in_processes
from rubrics.batch_loop import hands, in_one_loop
from rubrics.builtin_judge import BuiltinJudge
from rubrics.intake import Found
from rubrics.journal import Journal
from rubrics.marker import Marker, PatientJudge
from rubrics.model import Rubric
from rubrics.ports import JudgeInfo, Verdicts
from scenarios.loading import find_station
from scenarios.station import Station
from tests.rubrics.talks import NoRecogniser

TALK = "客户：三次了！\n" + "考生：真对不起，我来负责到底，请您报一下订单号。\n客户：好。\n" * 3


class DeadlyRecogniser(NoRecogniser):
    """Kills its process at one word, as a fault in a library would."""

    def recognise(self, text: str, context: object) -> tuple[()]:
        if "要命" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "出错" in text:
            raise ZeroDivisionError(text)
        return ()


def deadly() -> Marker:
    recogniser = DeadlyRecogniser()
    return Marker(BuiltinJudge(recogniser), recogniser, find_station)


def marker(judge: object | None = None) -> Marker:
    nobody = NoRecogniser()
    return Marker(judge or BuiltinJudge(nobody), nobody, find_station)  # type: ignore[arg-type]


def file(name: str, text: str = TALK) -> Found:
    return Found(name, text.encode)


def gone() -> bytes:
    raise InputError("文件打不开", file="gone.txt")


def test_processes_keep_the_order_and_outlive_what_kills_one() -> None:
    deadly_one = TALK + "考生：要命\n"
    files = [file(f"{n}.txt") for n in range(6)]
    files[1] = file("1.txt", deadly_one)
    files[3] = file("3.txt", "没有说话人")
    files[4] = Found("4.txt", gone)
    files.append(file("6.txt", TALK + "考生：出错\n"))
    done = list(in_processes(files, deadly, workers=2))
    assert [each.name for each in done] == [f"{n}.txt" for n in range(7)]
    told = {each.name: each.error for each in done if each.error}
    assert sorted(told) == ["1.txt", "3.txt", "4.txt", "6.txt"]
    assert "中断" in str(told["1.txt"])
    assert "打不开" in str(told["4.txt"])
    assert "ZeroDivisionError" in str(told["6.txt"])
    assert all(each.report and each.report["total"] is not None for each in done if not each.error)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_who_stops_reading_leaves_no_process_behind() -> None:
    results = in_processes([file(f"{n}.txt") for n in range(50)], deadly, workers=1)
    next(results)
    begun = [child.pid or 0 for child in active_children()]
    assert begun
    results.close()  # type: ignore[attr-defined]
    ends = time.monotonic() + 20
    while any(map(alive, begun)) and time.monotonic() < ends:
        time.sleep(0.05)
    assert not any(map(alive, begun))


class SlowJudge:
    """Counts how many talks are under way; out of reach for one of them."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.info = JudgeInfo("llm", "1", "m")

    async def judge(self, transcript: Transcript, station: Station | None, rubric: Rubric) -> Verdicts:
        self.now += 1
        self.most = max(self.most, self.now)
        for _ in range(5):
            await asyncio.sleep(0)
        self.now -= 1
        if transcript.id == "2":
            raise ProviderError("连不上")
        return await BuiltinJudge(NoRecogniser()).judge(transcript, station, rubric)


def test_a_model_is_asked_about_many_talks_at_once_and_what_it_fails_is_unscored() -> None:
    judge = SlowJudge()
    with asyncio.Runner() as runner:
        files = [file(f"{n}.txt") for n in range(9)]
        done = list(in_one_loop(files, marker(PatientJudge(judge)), runner, at_once=4))
    assert [each.name for each in done] == [f"{n}.txt" for n in range(9)]
    assert judge.most == 4
    outcomes = [each.report["outcome"] for each in done if each.report]
    assert outcomes == ["scored", "scored", "unscored", *["scored"] * 6]


class StuckJudge(SlowJudge):
    """The first talk is not done before the twelfth has begun."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.twelfth = 0, asyncio.Event()

    async def judge(self, transcript: Transcript, station: Station | None, rubric: Rubric) -> Verdicts:
        self.begun += 1
        if self.begun == 12:
            self.twelfth.set()
        if transcript.id == "0":
            async with asyncio.timeout(20):
                await self.twelfth.wait()
        return await super().judge(transcript, station, rubric)


def test_a_slow_talk_does_not_keep_the_others_waiting_and_few_are_held_ahead() -> None:
    judge, taken = StuckJudge(), []

    def files() -> Iterator[Found]:
        for n in range(40):
            taken.append(n)
            yield file(f"{n}.txt")

    with asyncio.Runner() as runner:
        results = in_one_loop(files(), marker(judge), runner, at_once=4)
        assert next(results).name == "0.txt"
        assert 12 <= len(taken) <= 16
        assert [each.name for each in results] == [f"{n}.txt" for n in range(1, 40)]


def test_processes_that_help_find_what_the_judge_would_and_survive_a_deadly_file() -> None:
    files = (
        [file(f"{n}.txt") for n in range(3)] + [file("deadly.txt", TALK + "考生：要命\n")] + [file("4.txt")]
    )
    with hands(deadly, workers=2) as helping, asyncio.Runner() as runner:
        done = list(in_one_loop(files, marker(), runner, helping=helping))
    with asyncio.Runner() as runner:
        alone = list(in_one_loop(files[:3], marker(), runner))
    assert [each.report for each in done[:3]] == [each.report for each in alone]
    assert done[3].error == DIED
    assert done[4].report


# -- the journal ----------------------------------------------------------------------------------------


def mark(each: Found, by: Marker) -> Outcome:
    with asyncio.Runner() as runner:
        return next(in_one_loop([each], by, runner))


def test_what_was_marked_is_not_marked_again_unless_something_changed(tmp_path: Path) -> None:
    by, each = marker(), file("a.txt")
    journal = Journal(tmp_path, resume=True)
    journal.add(mark(each, by))
    journal.add(Outcome("b.txt", "", error="坏了"))
    journal.close()
    again = Journal(tmp_path, resume=True)
    assert again.kept(each, by) is not None
    assert again.kept(file("a.txt", TALK + "考生：还有\n"), by) is None
    assert again.kept(file("other.txt"), by) is None
    assert again.kept(each, Marker(by.judge, by.recogniser, find_station, rubric="negotiation")) is None
    assert again.kept(each, marker(partial_judge())) is None
    assert again.kept(file("b.txt"), by) is None
    again.close()


def partial_judge() -> object:
    judge = SlowJudge()
    judge.info = JudgeInfo("llm", "2", "m")
    return judge


def test_a_second_opinion_asked_for_later_is_had(tmp_path: Path) -> None:
    alone = marker()
    both = replace(alone, second=BuiltinJudge(NoRecogniser()))
    journal = Journal(tmp_path, resume=False)
    journal.add(mark(file("a.txt"), alone))
    assert journal.kept(file("a.txt"), alone)
    assert not journal.kept(file("a.txt"), both)
    journal.add(mark(file("a.txt"), both))
    assert journal.kept(file("a.txt"), both)
    assert journal.kept(file("a.txt"), alone)
    journal.close()


def test_a_torn_line_is_cut_off_and_the_order_is_that_of_the_files(tmp_path: Path) -> None:
    by = marker()
    journal = Journal(tmp_path, resume=False)
    for name in ("b.txt", "a.txt", "old.txt"):
        journal.add(mark(file(name), by))
    journal.close()
    with journal.path.open("ab") as out:
        out.write(b'{"file": "c.txt", "total"')
    again = Journal(tmp_path, resume=True)
    again.add(mark(file("c.txt"), by))
    again.settle(["a.txt", "b.txt", "c.txt"])
    assert [each["file"] for each in again.lines(["a.txt", "b.txt", "c.txt"])] == ["a.txt", "b.txt", "c.txt"]
    assert again.path.read_text(encoding="utf-8").count("\n") == 3
    again.close()


def test_without_resume_the_old_results_are_kept_beside(tmp_path: Path) -> None:
    (tmp_path / "reports.jsonl").write_text("old\n", encoding="utf-8")
    Journal(tmp_path, resume=False).close()
    assert (tmp_path / "reports.jsonl.bak").read_text(encoding="utf-8") == "old\n"


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="写不进去"):
        Journal(tmp_path / "f", resume=False)


def test_the_digest_is_of_the_bytes() -> None:
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
