"""How long a proof takes: `python -m benchmarks.proofs` runs `grader verify` on a scaffold and on the attention course.

Each in a fresh copy that remembers nothing. CPU seconds of all processes come first, because they stay the same on a
busy machine; wall seconds are what an author waits on a quiet one.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
GRADER = (sys.executable, "-m", "grader")


def spent(*words: str, cwd: Path, environment: dict[str, str]) -> tuple[float, float]:
    """(CPU seconds, wall seconds) of a command that must succeed, with all its processes."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*GRADER, *words], cwd=cwd, env=environment, check=True, stdout=subprocess.DEVNULL)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, wall


def main() -> None:
    with tempfile.TemporaryDirectory() as work:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "GRADER_CACHE": f"{work}/cache"}
        scaffold, example = Path(work) / "scaffold", Path(work) / "attention-course"
        subprocess.run([*GRADER, "new", "--course", str(scaffold)], env=environment, check=True, capture_output=True)
        shutil.copytree(ROOT / "examples" / "attention-course", example, ignore=shutil.ignore_patterns(".grader"))
        rows = (
            ("a scaffold, `grader verify ex01`", scaffold, ("verify", "ex01"), "≤ 4 s"),
            ("the same again, nothing changed", scaffold, ("verify", "ex01"), ""),
            ("a scaffold, `grader verify ex01 --quick`", scaffold, ("verify", "ex01", "--quick"), ""),
            ("the attention course, `grader verify --all`", example, ("verify", "--all"), "≤ 60 s"),
            (
                "the attention course, `--all --seeds 5 --thorough`",
                example,
                ("verify", "--all", "--seeds", "5", "--thorough"),
                "",
            ),
        )
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before.\n")
        print("| what | CPU s | wall s | target, on a quiet machine |\n|---|---|---|---|", flush=True)
        for title, cwd, words, target in rows:
            cpu, wall = spent(*words, cwd=cwd, environment=environment)
            print(f"| {title} | {cpu:.1f} | {wall:.1f} | {target} |", flush=True)


if __name__ == "__main__":
    main()
