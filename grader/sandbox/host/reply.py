"""How an examinee ended, whatever carried its answer: the same words on every system."""

import signal
import sys
import time
from dataclasses import dataclass, replace
from typing import Any, Literal

from grader.base.errors import SandboxError
from grader.sandbox.guest import wire
from grader.sandbox.guest.limits import Limits

ANSWER_CAP = 64 << 20
NEEDS = ("torch", "optimizer", "pictures")  # what must be loaded; each includes the one before it
LATE = "no answer in time"
STATUSES = {
    0xC0000005: "SIGSEGV (a segmentation fault)",
    0xC000001D: "SIGILL",
    0xC00000FD: "SIGSEGV (the stack is full)",
    0xC0000409: "SIGABRT",
}  # exit codes of Windows, in the words of the other systems
OUT_OF_TIME: int | None = None  # the exit status of who used up its processor time, where a system has one
if sys.platform != "win32":
    OUT_OF_TIME = -signal.SIGXCPU

Ended = Literal["answered", "timeout", "crashed", "refused", "broken"]


@dataclass(frozen=True)
class Reply:
    """How one examinee ended.

    `ended` is `answered`, `timeout`, `crashed`, `refused` (the confinement failed and nothing was run) or `broken` (the
    scenario itself could not be had, before any submitted code ran). `imported`: whether the submission got
    through its import. `seconds` is what the question took on the examinee's own clock, `loading` the part of it that
    was the import, `cpu` and `peak_kb` are the kernel's own numbers, 0 for an examinee that stays. `reused` marks the
    answer of one that had answered another question before. `size` is the length of the answer in bytes.
    """

    ended: Ended
    value: Any = None
    message: str = ""
    output: str = ""
    imported: bool = False
    seconds: float = 0.0
    loading: float = 0.0
    cpu: float = 0.0
    peak_kb: int = 0
    reused: bool = False
    size: int = 0


@dataclass(frozen=True)
class Usage:
    """What examinees took, as the kernel counted it: CPU seconds together, peak memory of the largest."""

    cpu: float = 0.0
    peak_kb: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.cpu + other.cpu, max(self.peak_kb, other.peak_kb))


class NoProcess(SandboxError):
    """The machine gave the warm process no new process, for want of memory or of a free place."""


def serves(given: Limits, loaded: str, limits: Limits, needs: str) -> bool:
    """Whether an examinee with the limits `given` and what is `loaded` may get a question of these limits and needs."""
    enough = NEEDS.index(needs) <= NEEDS.index(loaded) and limits.seconds <= given.seconds
    return enough and replace(limits, seconds=given.seconds) == given


def framed(request: bytes) -> bytes:
    """The request as the examinee reads it: its length first."""
    return len(request).to_bytes(8, "little") + request


def interpret(
    answer: bytes | bytearray, code: int | None, limits: Limits, fault: str, measured: dict[str, Any]
) -> Reply:
    """What an examinee's answer, its exit status and the examiner's own `fault` amount to.

    The signs `+` (confined) and `s` (scenario compiled) were sent before any submitted code ran: the bytes at these two
    places can be believed, nothing behind them can.
    """
    if answer[:1] != b"+":
        reason = answer[1:].decode("utf-8", "replace") or f"the examinee ended with {code} before it was confined"
        return Reply("refused", message=reason, **measured)
    if answer[1:2] != b"s":
        reason = answer[2:].decode("utf-8", "replace") or fault or f"the process ended with {code}"
        return Reply("broken", message=reason, **measured)
    imported = answer[2:3] == b"i"
    measured = measured | {"imported": imported}
    if fault == LATE or code == OUT_OF_TIME:
        return Reply("timeout", message=f"no answer within {limits.seconds:g} s", **measured)
    if fault:
        return Reply("crashed", message=fault, **measured)
    if code:
        return Reply("crashed", message=describe_exit(code, limits.memory_mb), **measured)
    decoding = time.process_time()
    try:
        start, end = wire.extent(answer)
        value = wire.unpack(answer[start:] if len(answer) == end else b"")
    except wire.WireError:
        message = "the process ended without giving an answer (did the code call exit?)"
        return Reply("crashed", message=message, **measured)
    measured["seconds"] += time.process_time() - decoding
    return Reply("answered", value, size=len(answer), **measured)


def describe_exit(code: int, memory_mb: int) -> str:
    """A process's end in words."""
    if code == wire.BROKE_DOWN:
        return "the process broke down (did the code change Python's own functions or modules?)"
    if code in STATUSES:
        return f"the process was killed by {STATUSES[code]}"
    if code >= 0:
        return f"the code ended the process itself (exit code {code})"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    if name == "SIGKILL":
        return f"the process was killed, most likely out of memory (limit {memory_mb} MB)"
    return f"the process was killed by {name}" + (" (a segmentation fault)" if name == "SIGSEGV" else "")
