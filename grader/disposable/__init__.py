"""Reads what a learner wrote (Python source, notebooks, zip files) in a child process that may die of it.

The child is a bare Python, without this package, site-packages or environment, held to one second of CPU and 512 MB of
memory. Its death, or its refusal, is a `SubmissionError` with a sentence about that file; the caller goes on.

    syntax(b"def f(:")                             # Problem(1, "invalid syntax")
    ask("archive", {"do": "list"}, file=opened)    # ([{"name": ...}, ...], b"")
"""

import json
import mmap
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NoReturn

from grader.base.errors import GraderError, SubmissionError
from grader.disposable.child.options import Options
from grader.disposable.child.run import limit

CHILD = Path(__file__).parent / "child" / "run.py"
CPU_SECONDS = 1
MEMORY_MB = 512
WALL_SECONDS = 60.0
SOURCE_CAP = 1 << 20
ANSWER_CAP = 96 << 20
OUT_OF_TIME: tuple[int, ...] = ()
if sys.platform != "win32":
    OUT_OF_TIME = (-signal.SIGXCPU, -signal.SIGKILL)
LINUX = sys.platform == "linux"


@dataclass(frozen=True)
class Problem:
    """Why a source is not Python: the line (0 if unknown) and what the parser says."""

    line: int
    what: str


def ask(task: str, options: Options, data: bytes = b"", *, file: IO[bytes] | None = None) -> tuple[Any, bytes]:
    """The child's answer to one task: plain data, and the raw bytes that follow it.

    The child reads `data`, or the seekable `file`. Raises SubmissionError with the sentence of the child's refusal, or
    one about its death.
    """
    given: dict[str, Any] = {"stdin": file} if file is not None else {"input": data}
    if file is not None:
        file.seek(0)
    try:
        done = subprocess.run(
            command(task, options), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=clean_environment(), cwd="/",
            timeout=WALL_SECONDS, check=False, **given,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise SubmissionError(f"could not be read within {WALL_SECONDS:g} s") from None
    if done.returncode != 0:
        raise SubmissionError(describe_exit(done.returncode))
    return unpacked(done.stdout)


class Children:
    """One bare Python that forks a child for every item of one task: for the many files of a class.

    `with Children("fingerprint") as read: read(data)` answers plain data or raises SubmissionError about that item.
    """

    def __init__(self, task: str, options: Options | None = None) -> None:
        self.task = task
        self.options: Options = options or {}
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self.process is not None:
            self.process.communicate()

    def __call__(self, data: bytes) -> Any:
        if sys.platform == "win32":
            return ask(self.task, self.options, data)[0]
        if self.process is None:
            self.process = subprocess.Popen(
                [*command(self.task, self.options), "each"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, env=clean_environment(), cwd="/",
            )  # fmt: skip
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None and stdout is not None
        try:
            stdin.write(len(data).to_bytes(8, "big") + data)
            stdin.flush()
        except BrokenPipeError:
            self.process = None
            raise SubmissionError("could not be read: the reading process ended") from None
        return unpacked(stdout.read(int.from_bytes(stdout.read(8), "big")))[0]


def command(task: str, options: Options) -> list[str]:
    return [sys.executable, "-I", "-S", "-B", str(CHILD), task, json.dumps(options), str(CPU_SECONDS), str(MEMORY_MB)]


def in_fork(call: Callable[[], Any]) -> Any:
    """What `call` answers, as JSON carries it, from a fork under the same limits: for readers that need our own code.

    A GraderError in the fork, its death, or a system without fork that meets an error becomes a SubmissionError.
    """
    if sys.platform == "win32":
        return call()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        answer_and_leave(call, writing)
    os.close(writing)
    try:
        answer = drained(reading, child)
    finally:
        os.close(reading)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code != 0:
        raise SubmissionError(describe_exit(code))
    return unpacked(answer)[0]


def answer_and_leave(call: Callable[[], Any], writing: int) -> NoReturn:
    """All that the fork does: run the call, write its answer, exit."""
    code = 70
    try:
        mapped = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * mmap.PAGESIZE if LINUX else 0
        limit(CPU_SECONDS, MEMORY_MB + (mapped >> 20))
        try:
            answer = {"answer": call()}
        except GraderError as error:
            answer = {"refused": error.what}
        except RecursionError:
            answer = {"refused": "is nested too deeply to be read"}
        text = json.dumps(answer).encode("ascii")
        with open(writing, "wb") as stream:
            stream.write(len(text).to_bytes(8, "big") + text)
        code = 0
    finally:
        os._exit(code)


def drained(reading: int, child: int) -> bytes:
    """All that the fork writes; it is killed when its time is up."""
    parts: list[bytes] = []
    end = time.monotonic() + WALL_SECONDS
    while select.select([reading], [], [], max(0.0, end - time.monotonic()))[0]:
        data = os.read(reading, 1 << 16)
        if not data:
            return b"".join(parts)
        parts.append(data)
    if sys.platform != "win32":
        os.kill(child, signal.SIGKILL)
    return b""


def unpacked(answer: bytes) -> tuple[Any, bytes]:
    """The two parts of an answer: 8 bytes of length, JSON, raw bytes."""
    length = int.from_bytes(answer[:8], "big")
    if len(answer) < 8 or length > len(answer) - 8 or len(answer) > ANSWER_CAP:
        raise SubmissionError("could not be read: the reading process gave no whole answer")
    value = json.loads(answer[8 : 8 + length])
    if "died" in value:
        raise SubmissionError(describe_exit(value["died"]))
    if "refused" in value:
        raise SubmissionError(str(value["refused"]))
    return value["answer"], answer[8 + length :]


def describe_exit(code: int) -> str:
    """A reading process's end in words about the file."""
    if code in OUT_OF_TIME:
        return f"could not be read within {CPU_SECONDS} s of computing"
    if code < 0:
        return f"makes the parser crash (signal {-code})"
    return f"could not be read within {MEMORY_MB} MB of memory, or not at all (exit code {code})"


def clean_environment() -> dict[str, str]:
    """Nothing but what a bare Python needs to start."""
    return {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}


def syntax(source: bytes) -> Problem | None:
    """What keeps a source from being Python, None if nothing does. Raises SubmissionError where the parser gives up."""
    if len(source) > SOURCE_CAP:
        raise SubmissionError(f"is larger than {SOURCE_CAP >> 20} MiB")
    answer, _ = ask("syntax", {}, source)
    return None if answer is None else Problem(int(answer["line"]), str(answer["what"])[:300])
