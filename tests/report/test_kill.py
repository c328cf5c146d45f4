"""kill -9 in the midst of writing, and the same command again."""

import contextlib
import subprocess
import sys
import time
from pathlib import Path

from grader.report.gradebook.store import Gradebook

from .conftest import Lay, answers
from .test_report import digest

FILES: dict[str, str | bytes] = {
    **{f"s{n}/answers/r1-basics.json": answers(sum=["two"] * (n % 2), even=list("abcd"[:n])) for n in range(5)},
    "s0/double.py": "def double(x):\n    return 2 * x\n",
    "s1/double.py": "def double(x):\n    return x\n",
}


def results(out: Path) -> dict[tuple[str, int], str]:
    """What the gradebook of a killed run holds."""
    if not (out / "gradebook.sqlite").exists():
        out = out.with_name(f".{out.name}.old")
    if not (out / "gradebook.sqlite").exists():
        return {}
    with Gradebook.open(out / "gradebook.sqlite") as book:
        return {
            (key, run): record for key, run, record in book.connection.execute("SELECT key, run, record FROM results")
        }


def state(folder: Path, out: Path) -> set[tuple[str, int, int]]:
    """Names, sizes and times of what a report has written so far, under its own name and beside it."""
    found = set()
    for place in folder.glob(f"*{out.name}*"):
        for path in (place, *place.rglob("*")):
            with contextlib.suppress(FileNotFoundError):
                found.add((str(path), path.stat().st_size, path.stat().st_mtime_ns))
    return found


def killed(command: list[str], out: Path, writes: int) -> bool:
    """Starts the command and kills it after so many of its writes were seen; False if it had ended before."""
    process = subprocess.Popen([*command, str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    known = state(out.parent, out)
    while process.poll() is None and writes:
        now = state(out.parent, out)
        writes -= now != known
        known = now
        time.sleep(0.005)
    process.kill()
    return process.wait() != 0


def test_nothing_finished_is_lost_or_done_twice(course: Path, tmp_path: Path, lay: Lay) -> None:
    """Killed after its first write, then after two more, and so on, it ends, byte for byte, as an undisturbed run."""
    options = ["--course", str(course), "--seed", "3", "--jobs", "1", "--no-measurements", "--out"]
    command = [sys.executable, "-m", "grader", "report", str(lay("class", FILES)), *options]
    subprocess.run([*command, tmp_path / "undisturbed"], check=True, capture_output=True)
    wanted = digest(tmp_path / "undisturbed")
    written = {name: sha256 for name, sha256 in wanted.items() if name != "gradebook.sqlite"}

    kills, out = 0, tmp_path / "killed"
    before: dict[tuple[str, int], str] = {}
    while killed(command, out, 1 + 2 * kills):
        kills += 1
        after = results(out)
        assert before.items() <= after.items(), "a finished result was lost or changed"
        assert all(run == 1 for _, run in after), "a finished unit was graded twice"
        if (out / "report.html").exists():
            assert {name: sha256 for name, sha256 in digest(out).items() if "sqlite" not in name} == written
        before = after
    assert kills >= 4 and before
    assert digest(out) == wanted
