"""Reads what a learner wrote (Python source, notebooks, zip files) in a child process that may die of it.

The child is a bare Python, without this package, site-packages or environment, held to one second of CPU and 512 MB of
memory. Its death, or its refusal, is a `SubmissionError` with a sentence about that file; the caller goes on.

    tree_problem = syntax(b"def f(:")           # Problem(1, "...")
    archive = ask("archive", {"do": "list"}, stdin=opened_file)
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from grader.errors import SubmissionError

CHILD = Path(__file__).parent / "child" / "run.py"
CPU_SECONDS = 1
MEMORY_MB = 512
WALL_SECONDS = 30.0
SOURCE_CAP = 1 << 20
ANSWER_CAP = 96 << 20


@dataclass(frozen=True)
class Problem:
    """Why a source is not Python: the line (0 if unknown) and what the parser says."""

    line: int
    what: str


def ask(task: str, options: dict[str, Any], data: bytes = b"", *, file: IO[bytes] | None = None) -> tuple[Any, bytes]:
    """The child's answer to one task: plain data, and the raw bytes that follow it.

    The child reads `data`, or the seekable `file`. Raises SubmissionError with the sentence of the child's refusal, or
    one about its death.
    """
    command = [sys.executable, "-I", "-S", "-B", str(CHILD), task, json.dumps(options), str(CPU_SECONDS), str(MEMORY_MB)]
    given: dict[str, Any] = {"stdin": file} if file is not None else {"input": data}
    if file is not None:
        file.seek(0)
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=clean_environment(), cwd="/",
            timeout=WALL_SECONDS, check=False, **given,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise SubmissionError(f"could not be read within {WALL_SECONDS:g} s") from None
    if done.returncode != 0:
        raise SubmissionError(manner_of_death(done.returncode))
    return unpacked(done.stdout)


def unpacked(answer: bytes) -> tuple[Any, bytes]:
    """The two parts of an answer: 8 bytes of length, JSON, raw bytes."""
    length = int.from_bytes(answer[:8], "big")
    if len(answer) < 8 or length > len(answer) - 8 or len(answer) > ANSWER_CAP:
        raise SubmissionError("could not be read: the reading process gave no whole answer")
    value = json.loads(answer[8 : 8 + length])
    if "refused" in value:
        raise SubmissionError(str(value["refused"]))
    return value["answer"], answer[8 + length :]


def manner_of_death(code: int) -> str:
    """A reading process's end in words about the file."""
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
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
