"""kill -9 at any moment, and the same command again."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.report.gradebook.store import Gradebook

from .conftest import Lay, answers
from .test_report import digest

QUIZZES = {f"s{n}/answers/r1-basics.json": answers(sum=["two"] * (n % 2), even=list("abcd"[:n])) for n in range(5)}
EXERCISES = {"s0/double.py": "def double(x):\n    return 2 * x\n", "s1/double.py": "def double(x):\n    return x\n"}


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


@pytest.mark.parametrize("files, wanted_kills", [(QUIZZES | EXERCISES, 8), (QUIZZES, 14)], ids=["all", "quizzes"])
def test_nothing_finished_is_lost_or_done_twice(
    files: dict[str, str | bytes], wanted_kills: int, course: Path, tmp_path: Path, lay: Lay
) -> None:
    """After many kills at random moments the report is, byte for byte, that of one undisturbed run."""
    options = ["--course", str(course), "--seed", "3", "--jobs", "1", "--no-measurements", "--out"]
    command = [sys.executable, "-m", "grader", "report", str(lay("class", files)), *options]
    started = time.monotonic()
    subprocess.run([*command, tmp_path / "undisturbed"], check=True, capture_output=True)
    whole_run = time.monotonic() - started
    wanted = digest(tmp_path / "undisturbed")
    written = {name: sha256 for name, sha256 in wanted.items() if name != "gradebook.sqlite"}

    moments = random.Random(wanted_kills)
    kills, out = 0, tmp_path / "report0"
    before: dict[tuple[str, int], str] = {}
    while kills < wanted_kills:
        process = subprocess.Popen([*command, out], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _, problem = process.communicate(timeout=moments.uniform(0.1, whole_run))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
            after = results(out)
            assert before.items() <= after.items(), "a finished result was lost or changed"
            assert all(run == 1 for _, run in after), "a finished unit was graded twice"
            if (out / "report.html").exists():
                assert {name: sha256 for name, sha256 in digest(out).items() if "sqlite" not in name} == written
            before = after
        else:
            assert process.returncode == 0, problem
            assert digest(out) == wanted
            out, before = tmp_path / f"report{kills}", {}
    subprocess.run([*command, out], check=True, capture_output=True)
    assert digest(out) == wanted
