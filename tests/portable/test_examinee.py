"""Tier D: a process for every submission, ended in time, leaving nothing, and nothing more promised."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox import Limits, Reply, Sandbox
from grader.sandbox.host import portable, seatbelt
from grader.sandbox.host.pool import ProcessPool
from grader.sandbox.host.surroundings import interpreter
from grader.sandbox.host.tiers import Launch


@pytest.fixture(scope="module")
def pool() -> Iterator[Sandbox]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_TIER", "D")
        with Sandbox(early=True) as sandbox:
            yield sandbox


def asked(
    pool: Sandbox, source: str, scenario: str = "return module.answer()", session: str = "", **limits: Any
) -> Reply:
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
    return pool.run(request, Limits(**({"seconds": 10.0, "memory_mb": 512} | limits)), "torch", session)


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


SHARED = """
import os


def answer():
    print("asked")
    return os.getpid()


def mark():
    import torch

    torch.nn.functional.relu = None
    return os.getpid()
"""


def test_questions_of_a_session_share_a_process_until_one_leaves_a_trace(pool: Sandbox) -> None:
    """The process answers question after question with what was printed to each, and ends after a patch of torch."""
    first, second = asked(pool, SHARED, session="s"), asked(pool, SHARED, session="s")
    patched = asked(pool, SHARED, "return module.mark()", session="s")
    after = asked(pool, SHARED, session="s")
    pool.leave("s")

    pids = [reply.value["answers"][0] for reply in (first, second, patched, after)]
    assert pids[0] == pids[1] == pids[2] != pids[3]
    assert [reply.reused for reply in (first, second, patched, after)] == [False, True, True, False]
    assert [reply.output for reply in (first, second, patched, after)] == ["asked\n", "asked\n", "", "asked\n"]
    assert pool.link.handles == {}


def test_what_a_shared_process_cannot_answer_goes_to_a_new_one(pool: Sandbox) -> None:
    """A second question that ends its process is put once more to one that was asked nothing before."""
    code = "import os\ntold = []\ndef answer():\n    return os.getpid()\ndef leave():\n    os._exit(4)\n"
    first = asked(pool, code, session="t")
    second = asked(pool, code, "return module.leave()", session="t")
    third = asked(pool, code, session="t")
    pool.leave("t")

    assert (second.ended, second.reused) == ("crashed", False)
    assert "exit code 4" in second.message
    assert third.value["answers"][0] != first.value["answers"][0]


def test_memory_is_bounded(pool: Sandbox) -> None:
    """What a submission may hold beyond torch is refused to it, or ends it, and that is told as on the other tiers."""
    reply = asked(pool, "def answer():\n    return len(bytearray(400 << 20))\n", memory_mb=128)
    words = repr(reply.value["answers"][0]) if reply.ended == "answered" else reply.message
    assert "MemoryError" in words or "out of memory (limit 128 MB)" in words
    assert asked(pool, "def answer():\n    return len(bytearray(40 << 20))\n", memory_mb=128).ended == "answered"


def test_files_are_bounded(pool: Sandbox) -> None:
    """More files than the scratch folder may hold end the process."""
    write = "open(str(number), 'wb').write(bytes(1 << 20))"
    code = f"def answer():\n    for number in range(1000): {write}\n    while True: pass\n"
    reply = asked(pool, code, scratch_mb=4)
    assert (reply.ended, reply.message) == ("crashed", "the code wrote more than 4 MB of files")


def test_no_question_can_be_read_as_input(pool: Sandbox) -> None:
    """A submission that reads its standard input finds it empty."""
    assert asked(pool, "import sys\ndef answer():\n    return sys.stdin.read()\n").value == {"answers": [""]}


def test_a_forged_answer_ends_its_process(pool: Sandbox) -> None:
    """Bytes that a submission writes where answers go can become no answer, whatever comes behind them."""
    code = "import os\ndef answer():\n    for fd in range(3, 20):\n        try: os.write(fd, b'x')\n"
    code += "        except OSError: pass\n    return 1\n"
    for session in ("", "forged"):
        reply = asked(pool, code, session=session)
        assert (reply.ended, "without giving an answer" in reply.message) == ("crashed", True)


@pytest.mark.parametrize(
    ("code", "ended", "words"),
    [
        ("def answer():\n    while True: pass\n", "timeout", "no answer within 1 s"),
        ("import os\ndef answer():\n    os._exit(3)\n", "crashed", "exit code 3"),
        ("def answer():\n    import faulthandler; faulthandler._read_null()\n", "crashed", "SIGSEGV"),
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


def test_nothing_is_left_when_the_pool_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing ends the processes that wait for a submission and removes their folders."""
    monkeypatch.setenv("GRADER_TIER", "D")
    sandbox = Sandbox()
    assert isinstance(sandbox.link, ProcessPool)
    waiting = list(sandbox.link.waiting)
    sandbox.close()

    assert all(member.process.poll() is not None for member in waiting)
    assert not any(member.folder.path.exists() for member in waiting)


class Started(Exception):
    """Instead of a process: the command that would have been run."""


@pytest.mark.parametrize("how, first", [("sandbox-exec", "/usr/bin/sandbox-exec"), ("none", interpreter())])
def test_on_a_mac_the_command_is_wrapped(monkeypatch: pytest.MonkeyPatch, how: str, first: str) -> None:
    """Where the launch says so, what is started is the system's sandbox around the examinee, and nothing else is."""

    def start(command: list[str], **_: Any) -> Any:
        raise Started(command)

    monkeypatch.setattr(portable, "ProcessGroup", start)
    with pytest.raises(Started) as found:
        portable.PortableExaminee(Launch("C" if how == "sandbox-exec" else "D", how))
    command = found.value.args[0]
    assert command[0] == first and "portable" in command
    assert (seatbelt.PROFILE in command) == (how == "sandbox-exec")
