"""Saving starts a check; however often it is asked for, one runs and one waits, and every page hears the same."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.course.course import Course
from grader.server import client
from grader.workbook.checking import Checker

TINY = Path(__file__).parents[1] / "courses" / "tiny"
NAME = "ex01_mean_row"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    shutil.copytree(TINY, tmp_path / "tiny", ignore=shutil.ignore_patterns("__pycache__"))
    return Course.load(tmp_path / "tiny")


def verdict(name: str, outcome: str = "passed") -> dict[str, Any]:
    points = {"earned": 1, "possible": 1}
    texts = {"message": "", "hint": "", "output": ""}
    return {"name": name, "title": name, "outcome": outcome, "points": points, **texts, "seconds": 0, "gate": False,
            "frames": []}  # fmt: skip


class Checks:
    """Stands for the warm process: counts what it is asked, and lets a check end when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[bytes] = []
        self.begun = threading.Semaphore(0)
        self.go = threading.Semaphore(0)
        monkeypatch.setattr(client, "events", self.events)

    def events(self, exercise: Path, source: bytes, *args: Any, **more: Any) -> Iterator[dict[str, Any]]:
        self.asked.append(source)
        self.begun.release()
        yield {"event": "test", "name": "test_a", "verdict": verdict("test_a")}
        assert self.go.acquire(timeout=20)
        yield {"event": "error", "what": f"end of {source.decode()}", "where": "", "next": "", "code": 3}


async def until(queue: "asyncio.Queue[str]", wanted: str) -> None:
    while not (await asyncio.wait_for(queue.get(), 20)).startswith(wanted):
        pass


def test_many_requests_are_one_check_and_one_that_waits(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred requests while a check runs start one more, of the newest file; what was replaced says nothing."""
    checks = Checks(monkeypatch)
    stub = course.exercise("ex01").stub

    async def scene() -> None:
        checker = Checker(course)
        queue = checker.listen(NAME)
        work = asyncio.create_task(checker.work())
        stub.write_bytes(b"first")
        checker.look(NAME)
        await until(queue, "verdict test_a")
        for number in range(100):
            stub.write_bytes(b"save %d" % number)
            checker.look(NAME, again=True)
        checks.go.release()
        await until(queue, "verdict test_a")
        assert checks.asked == [b"first", b"save 99"]
        checks.go.release()
        await until(queue, "all")
        assert "end of save 99" in checker.report(NAME).problem
        work.cancel()

    asyncio.run(scene())


def test_another_exercise_waits_its_turn(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """A save of another exercise leaves the running check alone, and both are done in the end."""
    checks = Checks(monkeypatch)
    folder = course.root / "exercises" / "ex02_other"
    shutil.copytree(course.root / "exercises" / NAME, folder)
    both = Course.load(course.root)
    for name in (NAME, "ex02_other"):
        both.exercises[name].stub.write_bytes(name.encode())

    async def scene() -> None:
        checker = Checker(both)
        queues = {name: checker.listen(name) for name in both.exercises}
        work = asyncio.create_task(checker.work())
        checker.look(NAME)
        await until(queues[NAME], "verdict test_a")
        checker.look("ex02_other")
        checks.go.release()
        checks.go.release()
        for name, queue in queues.items():
            await until(queue, "all")
            assert f"end of {name}" in checker.report(name).problem
        work.cancel()

    asyncio.run(scene())


def test_every_page_hears_the_same(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two listeners get the same changes in the same order; opening a page again starts no second check."""
    checks = Checks(monkeypatch)
    checks.go.release()
    course.exercise("ex01").stub.write_bytes(b"mine")

    async def scene() -> None:
        checker = Checker(course)
        queues = [checker.listen(NAME) for _ in range(2)]
        work = asyncio.create_task(checker.work())
        checker.look(NAME)
        checker.look(NAME)
        heard = []
        for queue in queues:
            told = []
            while not told or told[-1] != "all":
                told.append(await asyncio.wait_for(queue.get(), 20))
            heard.append(told)
        assert heard[0] == heard[1] and len(checks.asked) == 1
        work.cancel()

    asyncio.run(scene())


def test_a_deleted_file_is_a_sentence(course: Course) -> None:
    """A file that is gone while it is watched says so, and what to do; saved again it is checked again."""
    course.exercise("ex01").stub.unlink()
    checker = Checker(course)
    checker.look(NAME)
    assert checker.report(NAME).phase == "trouble" and "is gone: save it again" in checker.report(NAME).problem


def test_pages_that_listen_are_counted(course: Course) -> None:
    """More open pages than anybody looks at are refused."""
    checker = Checker(course)
    queues = [checker.listen(NAME) for _ in range(64)]
    with pytest.raises(Exception, match="too many pages"):
        checker.listen(NAME)
    checker.leave(NAME, queues[0])
    checker.listen(NAME)
