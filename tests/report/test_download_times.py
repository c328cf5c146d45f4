"""From a download to points: times are the LMS's own, and what a file cannot prove costs nobody anything."""

import csv
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from .conftest import Lay, run
from .taken import GOOD, packed
from .test_downloads import CANVAS, LATE, MOODLE, WRONG


def graded(path: Path) -> dict[str, dict[str, str]]:
    """The rows of grades.csv by student."""
    rows = csv.DictReader(io.StringIO((path / "grades.csv").read_text(encoding="utf-8-sig")))
    return {row["student"]: row for row in rows}


def test_a_canvas_class_from_download_to_points(course: Path, tmp_path: Path) -> None:
    """Late by Canvas's own mark, resubmitted, renamed, with a helper, as a notebook: each has the right points."""
    setup = [{"cell_type": "code", "source": "import torch\ndevice = torch.device('cpu')"}]
    note = json.dumps(
        {"cells": [*setup, {"cell_type": "code", "source": "def double(x):\n    device\n    return 2 * x"}]}
    )
    (tmp_path / "one.zip").write_bytes(packed({
        "smithann_20001_7_double-1.py": WRONG, "smithann_20002_8_double.py": WRONG, "libo_LATE_3_9_double.py": GOOD,
        "youngcy_4_10_double-final.py": GOOD, "doedee_5_11_double.py": "from helper import double\n",
        "doedee_5_12_helper.py": GOOD, "eve_6_13_double.ipynb": note, "fay_7_text.html": "<p>see my repo</p>",
        "gus_8_14_tripel.py": GOOD,
    }))  # fmt: skip
    (tmp_path / "two.zip").write_bytes(packed({"smithann_20001_19_double.py": GOOD}))
    people = "".join(f'"{n}",{i},u{i},{s},A\n' for n, i, s in (
        ("Li, Bo", 3, "bo"), ("Young, Cy", 4, "cy"), ("Doe, Dee", 5, "dee"), ("E, Eve", 6, "eve"), ("F, Fay", 7, "fay"),
        ("G, Gus", 8, "gus"), ("H, Hal", 9, "hal")))  # fmt: skip
    (tmp_path / "roster.csv").write_text(CANVAS + people, encoding="utf-8")
    (tmp_path / "late.toml").write_text(LATE + '[extensions]\n"Doe, Dee" = 2\n', encoding="utf-8")
    rules = ["--roster", tmp_path / "roster.csv", "--late", tmp_path / "late.toml", "--only", "ex2"]
    done = run(tmp_path / "one.zip", tmp_path / "two.zip", "--out", tmp_path / "r", "--course", course, "--seed", 7,
               "--jobs", 1, *rules)  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = graded(tmp_path / "r")
    points = {student: row["ex02"] for student, row in rows.items() if student != "possible"}
    assert points == {"asmith": "2.00", "smithann (20002)": "0.00", "bo": "1.80", "cy": "2.00", "dee": "2.00",
                      "eve": "2.00", "fay": "", "gus": "", "hal": ""}  # fmt: skip
    assert "2.00 − 10 % (marked late by Canvas, counted as 1 day) = 1.80" in rows["bo"]["notes"]
    doc = json.loads((tmp_path / "r" / "report.json").read_text(encoding="utf-8"))
    assert doc["nothing"] == ["hal"] and doc["not_on_roster"] == ["smithann (20002)"] and not doc["time_unknown"]
    assert [(one["student"], one["name"], one["path"]) for one in doc["left_out"]] == [
        ("fay", "F, Fay", "fay_7_text.html"), ("gus", "G, Gus", "gus_8_14_tripel.py")
    ]  # fmt: skip
    assert [one["student"] for one in doc["likeness"]] == ["cy"]
    told = (tmp_path / "r" / "feedback" / "cy.md").read_text(encoding="utf-8").replace("\\", "")
    assert "double-final.py was taken for ex02: a name like double.py" in told
    assert "with it came helper.py" in (tmp_path / "r" / "feedback" / "dee.md").read_text(encoding="utf-8")
    page = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert page.index("Files left out") < page.index('id="overview"') and "F, Fay" in page


def test_times_come_from_the_lms_alone(course: Path, tmp_path: Path, lay: Lay) -> None:
    """Moodle's worksheet and a times file decide; times of zip entries only if trusted; unknown is on time, listed."""
    stale = io.BytesIO()
    with zipfile.ZipFile(stale, "w") as archive:
        for name in ("Ann Smith_11", "Bo Li_12"):
            archive.writestr(zipfile.ZipInfo(f"{name}_assignsubmission_file_/double.py", (2026, 4, 1, 0, 0, 0)), GOOD)
    (tmp_path / "m.zip").write_bytes(stale.getvalue())
    lay(".", {"w.csv": MOODLE, "late.toml": LATE, "api.json": json.dumps([
        {"user_id": 1, "submitted_at": "2026-03-02T08:00:00Z", "user": {"login_id": "ann"}},
        {"user_id": 2, "submitted_at": None, "user": {"login_id": "bo"}}])})  # fmt: skip
    common = ["--course", course, "--seed", 7, "--jobs", 1, "--late", tmp_path / "late.toml"]
    done = run(tmp_path / "m.zip", "--out", tmp_path / "a", "--roster", tmp_path / "w.csv", *common)
    assert done.returncode == 0, done.stderr
    rows = graded(tmp_path / "a")
    assert rows["ann@x.org"]["ex02"] == "2.00"
    assert rows["bo@x.org"]["notes"] == "ex02: 2.00 − 20 % (2 days late) = 1.60"
    folders = lay("class", {"ann/double.py": GOOD, "bo/double.py": GOOD})
    done = run(folders, "--out", tmp_path / "b", "--times", tmp_path / "api.json", *common)
    rows = graded(tmp_path / "b")
    assert rows["ann"]["ex02"] == "1.80" and rows["bo"]["notes"] == "ex02: time unknown, counted as on time"
    lay("class", {"cy/double.py": GOOD})
    done = run(folders, "--out", tmp_path / "b", "--trust-file-times", *common)
    assert "! all 3 times of" in done.stdout and "are late" in done.stdout
    page = (tmp_path / "b" / "report.html").read_text(encoding="utf-8")
    assert page.index("within 5 minutes of each other") < page.index('id="overview"')


@pytest.mark.skipif(shutil.which("git") is None, reason="builds a repository with git")
def test_a_checkout_has_the_time_of_its_last_commit(course: Path, tmp_path: Path, lay: Lay) -> None:
    """Loose or packed, the commit's time counts; a push time given by the instructor beats it."""
    root = lay("clones", {"ex02-double-ann/double.py": GOOD, "ex02-double-bo/double.py": GOOD})
    for name in ("ann", "bo"):
        git(root / f"ex02-double-{name}", "init", "-q")
        for day in range(1, 4 if name == "bo" else 2):
            (root / f"ex02-double-{name}" / "log.txt").write_text("x" * day)
            git(root / f"ex02-double-{name}", "add", ".")
            git(root / f"ex02-double-{name}", "commit", "-qm", "a long message " * 20, day=day)
    git(root / "ex02-double-bo", "gc", "-q")
    lay(".", {"late.toml": LATE, "p.csv": "repo,pushed_at\nex02-double-ann,2026-03-04T10:00:00Z\n"})
    args = ["--course", course, "--dry-run", "--csv", tmp_path / "i.csv", "--late", tmp_path / "late.toml"]
    for more, ann in (([], "2026-03-01 12:00:00+0100"), (["--pushed", tmp_path / "p.csv"], "2026-03-04 11:00:00+0100")):
        done = run(root, *args, *more)
        assert done.returncode == 0, done.stderr
        rows = csv.DictReader(io.StringIO((tmp_path / "i.csv").read_text(encoding="utf-8-sig")))
        times = {row["student"]: row["time"] for row in rows if row["counts"] == "yes"}
        assert times == {"ann": ann, "bo": "2026-03-03 12:00:00+0100"}


def git(folder: Path, *args: str, day: int = 1) -> None:
    """git as a student has it, at noon of a day in March."""
    when = f"2026-03-0{day}T12:00:00+01:00"
    env = {"GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when, "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    who = ["-c", "user.name=x", "-c", "user.email=x@x"]
    subprocess.run(["git", *who, *args], cwd=folder, env=env, check=True, capture_output=True)
