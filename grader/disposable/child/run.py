"""The disposable child's program: `python -I -S run.py TASK OPTIONS CPU_SECONDS MEMORY_MB [each]`, its data on stdin.

It answers on stdout with 8 bytes of length, JSON ({"answer": ...}, {"refused": sentence} or {"died": code}) and raw
bytes. With `each` it reads any number of items, each behind 8 bytes of length, and forks one child for every one.
"""

import gc
import importlib
import io
import json
import os
import sys
from typing import IO, Any


def limit(cpu_seconds: int, memory_mb: int) -> None:
    """Binds this process; where the system knows no such limits, the caller's wall clock is left."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))


def answered(task: str, options: Any, stream: IO[bytes]) -> bytes:
    """The answer to one item, as it goes back."""
    raw = b""
    try:
        value, raw = importlib.import_module(f"child.{task}").answer(options, stream)
        answer = {"answer": value}
    except importlib.import_module("child.refusal").Refused as refusal:
        answer = {"refused": str(refusal)}
    except RecursionError:
        answer = {"refused": "is nested too deeply to be read"}
    except MemoryError:
        answer = {"refused": "needs too much memory to be read"}
    text = json.dumps(answer).encode("ascii")
    return len(text).to_bytes(8, "big") + text + raw


def answer_each(task: str, options: Any, cpu_seconds: int, memory_mb: int) -> None:
    """Items until the end of stdin, each in a fork of its own; an answer goes back behind 8 bytes of length."""
    if sys.platform == "win32":
        return
    import resource  # noqa: F401  # here, and not in every fork

    if warm_up := getattr(importlib.import_module(f"child.{task}"), "warm_up", None):
        warm_up(options)
    gc.freeze()
    while head := sys.stdin.buffer.read(8):
        data = sys.stdin.buffer.read(int.from_bytes(head, "big"))
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            limit(cpu_seconds, memory_mb)
            with open(writing, "wb") as pipe:
                pipe.write(answered(task, options, io.BytesIO(data)))
            os._exit(0)
        os.close(writing)
        with open(reading, "rb") as pipe:
            answer = pipe.read()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code:
            text = json.dumps({"died": code}).encode("ascii")
            answer = len(text).to_bytes(8, "big") + text
        sys.stdout.buffer.write(len(answer).to_bytes(8, "big") + answer)
        sys.stdout.buffer.flush()


def main() -> None:
    task, options, cpu_seconds, memory_mb = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if sys.argv[5:] == ["each"]:
        answer_each(task, options, cpu_seconds, memory_mb)
        return
    limit(cpu_seconds, memory_mb)
    sys.stdout.buffer.write(answered(task, options, sys.stdin.buffer))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
