"""The disposable child's program: `python -I -S run.py TASK OPTIONS CPU_SECONDS MEMORY_MB`, its data on stdin.

It answers on stdout with 8 bytes of length, JSON ({"answer": ...} or {"refused": sentence}) and raw bytes.
"""

import importlib
import json
import os
import sys


def limit(cpu_seconds: int, memory_mb: int) -> None:
    """Binds this process; where the system knows no such limits, the caller's wall clock is left."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))


def main() -> None:
    task, options = sys.argv[1], json.loads(sys.argv[2])
    limit(int(sys.argv[3]), int(sys.argv[4]))
    sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    raw = b""
    try:
        value, raw = importlib.import_module(f"child.{task}").answer(options, sys.stdin.buffer)
        answer = {"answer": value}
    except importlib.import_module("child.refusal").Refused as refusal:
        answer = {"refused": str(refusal)}
    except RecursionError:
        answer = {"refused": "is nested too deeply to be read"}
    except MemoryError:
        answer = {"refused": "needs too much memory to be read"}
    text = json.dumps(answer).encode("ascii")
    sys.stdout.buffer.write(len(text).to_bytes(8, "big") + text + raw)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
