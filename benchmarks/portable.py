"""Tier A beside the portable engine, interleaved: `python -m benchmarks.portable [ROUNDS [STEP]]`; minutes.

A cold check, a warm one, all solutions in a row, and the memory of what waits between checks. STEP 4 takes each
fourth solution. The table goes into benchmarks/RESULTS.md, with the machine's load beside it.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.speed import ROOT, put
from grader.course.course import carried_course
from grader.course.exercise import Exercise

SOLUTION = ROOT / "solutions" / "ex01_early_stopping"
TIERS = {"A": {}, "D": {"GRADER_TIER": "D"}}
TARGETS = {"cold check": 1.5, "warm check": 2.0, "all solutions": 2.5, "MB that wait": 2.0}
SETTLED = 8.0  # seconds in which what waits has loaded all that it loads


def spent(words: list[str], environment: dict[str, str]) -> float:
    """Wall seconds of one command that must succeed."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "grader", *words], cwd=ROOT, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


def waiting_mb(folder: str) -> float:
    """Proportional memory of all guests below the warm server of a runtime folder, boxes between them or not."""
    total = 0
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if b"start.py" in (path / "cmdline").read_bytes() and served(path, folder.encode()):
                lines = (path / "smaps_rollup").read_text(encoding="ascii").splitlines()
                total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except (OSError, ValueError, StopIteration):
            continue
    return total / 1024


def served(path: Path, folder: bytes) -> bool:
    """Whether a process above has the folder in its command line."""
    while path.name != "0":
        if folder in (path / "cmdline").read_bytes():
            return True
        path = path.with_name((path / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    return False


def chosen(step: int) -> list[Exercise]:
    return list(carried_course().exercises.values())[::step]


def measure(rounds: int, step: int) -> dict[str, dict[str, list[float]]]:
    check = ["check", "ex01", "--submission", str(SOLUTION)]
    found: dict[str, dict[str, list[float]]] = {what: {tier: [] for tier in TIERS} for what in TARGETS}
    solutions = [["check", one.id, "--submission", str(one.solution)] for one in chosen(step)]
    for _ in range(rounds):
        for tier, forced in TIERS.items():
            with tempfile.TemporaryDirectory() as folder:
                environment = os.environ | forced | {"XDG_RUNTIME_DIR": folder}
                found["cold check"][tier].append(spent([*check, "--no-keep-warm"], environment))
                spent(check, environment)
                time.sleep(SETTLED)
                found["MB that wait"][tier].append(waiting_mb(folder))
                found["warm check"][tier].append(spent(check, environment))
                time.sleep(SETTLED)
                start = time.perf_counter()
                for words in solutions:
                    spent(words, environment)
                found["all solutions"][tier].append(time.perf_counter() - start)
                spent(["stop"], environment)
    return found


def main(rounds: int = 3, step: int = 1) -> None:
    system = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    before = os.getloadavg()[0]
    found = measure(rounds, step)
    load = f"load {before:.1f} before and {os.getloadavg()[0]:.1f} after, of which this run makes 1 to 2"
    lines = [f"Interleaved rounds: {rounds}; medians. {len(chosen(step))} solutions in a row. {system}, {load}.\n",
             "| what | tier A | portable (tier D) | ratio | target | met |", "|---|---|---|---|---|---|"]  # fmt: skip
    for what, times in found.items():
        a, d = (statistics.median(times[tier]) for tier in TIERS)
        unit = "" if what.startswith("MB") else " s"
        met = "yes" if d <= TARGETS[what] * a else "no"
        lines.append(f"| {what} | {a:.2f}{unit} | {d:.2f}{unit} | {d / a:.2f} | ≤ {TARGETS[what]} | {met} |")
    text = "\n".join(lines) + "\n"
    print(text)
    put("portable", f"## The portable engine: `python -m benchmarks.portable`\n\n{text}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
