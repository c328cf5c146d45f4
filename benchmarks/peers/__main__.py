"""Side by side with four other autograders: `python -m benchmarks.peers [--count 30] [--home FOLDER]`.

Each peer is installed into an environment of its own (5 GB with torch, kept in `--home`), gets the same eight tests of
ex01 and the same submissions, half of them right, one after the other, and a few files that do nothing and try to gain
points. `grader report` grades them with the whole suite of ex01, one worker. Prints one table; needs the package index.
"""

import argparse
import csv
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.peers.harnesses import FILE, HERE, Peer, peers
from grader.base.version import installed
from grader.course.course import Course, carried_course

ATTACKS = sorted((HERE / "attacks").glob("*.py"))


def submissions(course: Course, count: int, folder: Path) -> list[tuple[Path, bool]]:
    """Files of ex01, no two alike, and whether each is right; of the wrong ones those that the eight tests can see."""
    exercise = course.exercise("ex01")
    right = [path.read_text(encoding="utf-8") for path in (exercise.solution, *exercise.variants)]
    names = [path.stem for path in exercise.mistakes]
    wrong = seen_wrong([exercise.mistake(name).decode() for name in names], folder)
    found = []
    for number in range(count):
        pool = wrong if number % 2 else right
        file = folder / f"s{number:03d}.py"
        file.write_text(f"{pool[number // 2 % len(pool)]}\n# handed in by s{number:03d}\n", encoding="utf-8")
        found.append((file, number % 2 == 0))
    return found


def seen_wrong(texts: list[str], folder: Path) -> list[str]:
    """Those of the files on which one of the eight tests fails."""
    code = "import json, sys, types, checks\ndef fails(text):\n    try:\n        module = types.ModuleType('m')\n"
    code += "        exec(text, module.__dict__)\n        [check(module) for check in checks.CHECKS.values()]\n"
    code += "    except Exception:\n        return True\n    return False\n"
    code += "print(json.dumps([fails(text) for text in json.load(sys.stdin)]))"
    env = {"PYTHONPATH": str(HERE), "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=env, input=json.dumps(texts),
                          capture_output=True, text=True, check=True)  # fmt: skip
    return [text for text, fails in zip(texts, json.loads(done.stdout), strict=True) if fails]


def measured(peer: Peer, files: list[tuple[Path, bool]], place: Path) -> tuple[float, int, list[str]]:
    """Median seconds per submission, right verdicts, and the attacks that gained a point."""
    seconds, verdicts = [], 0
    for file, good in files:
        start = time.perf_counter()
        points = peer.points(file, fresh(place, file.stem))
        seconds.append(time.perf_counter() - start)
        verdicts += (points == 8) == good
        print(f"\r{peer.package} {file.stem} {points}/8 {seconds[-1]:.1f} s   ", end="", file=sys.stderr)
    idle = peer.points(HERE / "idle.py", fresh(place, "idle"))
    gained = [path.stem for path in ATTACKS if peer.points(path, fresh(place, path.stem)) > idle]
    return statistics.median(seconds), verdicts, gained


def fresh(place: Path, name: str) -> Path:
    folder = place / name
    folder.mkdir(parents=True)
    return folder


def ours(files: list[tuple[Path, bool]], place: Path) -> tuple[float, int, list[str]]:
    """The same of `grader report`: start included, the whole suite instead of eight tests."""
    for file, _ in files:
        (fresh(place / "class", file.stem) / FILE).write_bytes(file.read_bytes())
    start = time.perf_counter()
    grades = graded(place / "class", place / "report")
    seconds = (time.perf_counter() - start) / len(files)
    verdicts = sum((grades[file.stem] == grades["possible"]) == good for file, good in files)
    for path in (HERE / "idle.py", *ATTACKS):
        (fresh(place / "attacks", path.stem) / FILE).write_bytes(path.read_bytes())
    attacked = graded(place / "attacks", place / "report-attacks")
    return seconds, verdicts, [path.stem for path in ATTACKS if attacked[path.stem] > attacked["idle"]]


def graded(submitted: Path, out: Path) -> dict[str, float]:
    """ex01's points by student."""
    command = [
        sys.executable,
        "-m",
        "grader",
        "report",
        str(submitted),
        "--out",
        str(out),
        "--jobs",
        "1",
        "--seed",
        "1",
    ]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    with (out / "grades.csv").open(encoding="utf-8-sig") as file:
        return {row["student"]: float(row["ex01"] or 0) for row in csv.DictReader(file)}


def row(name: str, count: int, home: Path) -> str:
    """One line of the table, measured in this process, whose children are nobody else's."""
    peer = peers(home).get(name)
    with tempfile.TemporaryDirectory() as work:
        version = peer.install(installed("torch").partition("+")[0]) if peer else installed("gradeloop")
        files = submissions(carried_course(), count, fresh(Path(work), "files"))
        place = Path(work) / "work"
        seconds, verdicts, gained = measured(peer, files, place) if peer else ours(files, place)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    told = f"{len(gained)} of {len(ATTACKS)}" + (f" ({', '.join(gained)})" if gained else "")
    return f"| {name} | {version} | {seconds:.2f} | {largest:.0f} | {verdicts} of {count} | {told} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__.partition(":")[0])
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "grader-peers")
    parser.add_argument("--only", help="one line: gradeloop or one of the peers")
    options = parser.parse_args()
    if options.only:
        print(row(options.only, options.count, options.home))
        return
    print("| | version | seconds a submission | largest process, MB | verdicts right | attacks that gain points |")
    print("|---|---|---|---|---|---|", flush=True)
    again = [sys.executable, "-m", "benchmarks.peers", "--count", str(options.count), "--home", str(options.home)]
    for name in ("gradeloop", *peers(options.home)):
        subprocess.run([*again, "--only", name], check=True)


if __name__ == "__main__":
    main()
