"""Tier D: a process for every question, ended in time, leaving nothing, and nothing more promised."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox import Limits, Reply, Sandbox
from grader.sandbox.host.pool import ProcessPool


@pytest.fixture(scope="module")
def pool() -> Iterator[Sandbox]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_TIER", "D")
        with Sandbox() as sandbox:
            yield sandbox


def asked(pool: Sandbox, source: str, scenario: str = "return module.answer()", **limits: Any) -> Reply:
    """One question to a submission with a function `answer`."""
    request = {
        "source": source.encode(),
        "file": "work.py",
        "wants": "module",
        "seed": 1,
        "device": "cpu",
        "modules": [["test_work", "test_work.py", f"def ask(module):\n    {scenario}\n"]],
        "function": "ask",
        "cases": [[[], {}]],
    }
    return pool.run(request, Limits(**({"seconds": 10.0, "memory_mb": 512} | limits)))


def test_a_question_is_answered_by_a_process_of_its_own(pool: Sandbox) -> None:
    """Two questions get two processes in two folders, which are gone afterwards; the tier says that it is forced."""
    code = "import os\nprint('printed')\n\n\ndef answer():\n    return os.getpid(), os.getcwd(), os.getppid()\n"
    first, second = asked(pool, code), asked(pool, code)

    assert isinstance(pool.link, ProcessPool)
    assert (pool.tier, pool.description["forced"]) == ("D", True)
    assert (first.ended, first.imported, first.output) == ("answered", True, "printed\n")
    (one, here, parent), (other, there, _) = first.value["answers"][0], second.value["answers"][0]
    assert one != other
    assert parent == os.getpid()
    assert not Path(here).exists()
    assert not Path(there).exists()


@pytest.mark.parametrize(
    ("code", "ended", "words"),
    [
        ("def answer():\n    while True: pass\n", "timeout", "no answer within 1 s"),
        ("import os\ndef answer():\n    os._exit(3)\n", "crashed", "exit code 3"),
        ("def answer():\n    import ctypes; ctypes.string_at(0)\n", "crashed", "SIGSEGV"),
        ("import os\ndef answer():\n    os.write(1, b'+'); os._exit(0)\n", "crashed", "without giving an answer"),
    ],
    ids=["loop", "exit", "segfault", "silence"],
)
def test_an_end_without_an_answer_is_told(pool: Sandbox, code: str, ended: str, words: str) -> None:
    """Time, exits and signals end one question alone, each in its own words."""
    reply = asked(pool, code, seconds=1.0)

    assert reply.ended == ended
    assert words in reply.message


def test_a_broken_scenario_is_not_the_submissions_fault(pool: Sandbox) -> None:
    """A scenario that cannot be compiled is told apart from everything a submission can do."""
    assert asked(pool, "import os\nos._exit(0)\n", "return (").ended == "broken"


FORK = """
import os, time


def answer():
    pid = os.fork()
    if pid == 0:
        %s
        time.sleep(60)
        os._exit(0)
    return pid
"""


def test_processes_left_behind_do_not_hold_the_grader(pool: Sandbox) -> None:
    """A child that keeps the pipes open is ended with its group; a daemon that left the group is not waited for."""
    for code, lives_on in ((FORK % "pass", False), (FORK % "os.setsid()", True)):
        reply = asked(pool, code)
        assert reply.ended == "answered"
        pid = reply.value["answers"][0]
        status = Path(f"/proc/{pid}/stat")
        if lives_on:
            assert runs(status)
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while runs(status) and time.monotonic() < deadline:  # the kernel ends a killed process a little later
            time.sleep(0.01)
        assert not runs(status)


def runs(status: Path) -> bool:
    """Whether the process of this /proc/…/stat is there and no zombie."""
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_nothing_is_left_when_the_pool_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing ends the processes that wait for a question and removes their folders."""
    monkeypatch.setenv("GRADER_TIER", "D")
    sandbox = Sandbox()
    assert isinstance(sandbox.link, ProcessPool)
    waiting = list(sandbox.link.waiting)
    sandbox.close()

    assert [member.process.poll() for member in waiting] == [-9] * len(waiting)
    assert not any(member.root.exists() for member in waiting)
