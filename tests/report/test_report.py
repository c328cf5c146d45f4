"""The whole of `grader report`, through the command line and the real engine."""

import csv
import hashlib
import json
import os
import shutil
from pathlib import Path

from .conftest import CLASS, Lay, run


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_grades_of_a_class(graded: Path) -> None:
    """grades.csv has a row of possible points and a row per student, with empty cells for what is missing."""
    rows = {row["student"]: row for row in table(graded / "report" / "grades.csv")}
    assert list(rows) == ["possible", "alice", "bob", "carol", "dan", "erin"]
    points = {name: (row["ex01"], row["ex02"], row["r1"], row["total"], row["out of"]) for name, row in rows.items()}
    assert points["possible"] == ("6.00", "2.00", "2.00", "10.00", "10.00")
    assert points["alice"] == ("6.00", "2.00", "1.67", "9.67", "10.00")
    assert points["bob"][1:3] == ("", "0.00") and points["bob"][4] == "8.00"
    assert points["carol"] == ("0.00", "1.50", "", "1.50", "8.00")
    assert points["erin"] == ("", "", "", "", "")
    assert rows["bob"]["notes"].startswith(
        "ex02: not graded: bob/exercises/ex02_double/double.py is the stub, unchanged"
    )
    assert rows["erin"]["notes"] == "ex01: missing; ex02: missing; r1: missing"


def test_everything_is_written(graded: Path) -> None:
    """The folder holds grades, the page, its data, feedback and charts in both forms, and the gradebook."""
    report = graded / "report"
    names = {str(path.relative_to(report)) for path in report.rglob("*") if path.is_file()}
    assert {"grades.csv", "comparison.csv", "report.html", "report.json", "gradebook.sqlite"} <= names
    assert {"feedback/alice.html", "feedback/alice.md", "email/addresses.csv", "gradescope/bob/results.json"} <= names
    assert {
        f"plots/{name}.{form}" for name in ("totals", "units", "heat", "misses") for form in ("svg", "png")
    } <= names
    assert not [path for path in report.parent.iterdir() if path.name.startswith(".report")]


def test_feedback_tells_a_student_about_themselves_only(graded: Path) -> None:
    """Feedback shows titles, messages and hints, and neither another student nor the suite's source."""
    for form in ("html", "md"):
        text = (graded / "report" / "feedback" / f"carol.{form}").read_text(encoding="utf-8")
        assert "double(x) is 2x for x below 0 too" in text and "double(-2): expected -4, saw 4" in text
        assert "SyntaxError" in text
        assert "alice" not in text.lower() and "bob" not in text.lower() and "observe(" not in text
    quiz = (graded / "report" / "feedback" / "bob.html").read_text(encoding="utf-8")
    assert "One too many it is." in quiz and "Halve them." in quiz


def test_the_data_behind_the_page(graded: Path) -> None:
    """report.json tells who is missing, what was missed most, which wrong answers were chosen, and the tier."""
    doc = json.loads((graded / "report" / "report.json").read_text(encoding="utf-8"))
    assert (
        doc["seed"] == 7
        and doc["tiers"] == ["A"]
        and doc["nothing"] == ["erin"]
        and doc["not_on_roster"] == ["dan"]
        and not doc["ungraded"]
    )
    assert {one["id"] for one in doc["misses"]} >= {"ex01_mean_row/test_averages_each_row"}
    chosen = {one["choice"]: (one["count"], one["taken"], one["misconception"]) for one in doc["distractors"]}
    assert chosen["3"] == (1, 2, "off by one")
    alice = doc["students"][0]["units"]["ex01_mean_row"]
    assert alice["max_error"] == 0 and alice["measured"]["seconds"] > 0
    assert "sealed box" in (graded / "report" / "report.html").read_text(encoding="utf-8")


def test_a_second_run_grades_nothing(graded: Path, course: Path, tmp_path: Path) -> None:
    """An unchanged class is not graded again, and its outputs keep their bytes but for what was measured."""
    shutil.copytree(graded / "report", tmp_path / "report")
    done = run(
        graded / "submissions", "--out", tmp_path / "report", "--course", course, "--roster", graded / "roster.csv"
    )
    assert done.returncode == 0 and "0 graded now, seed 7" in done.stdout
    for name in ("grades.csv", "feedback/bob.html", "feedback/bob.md", "plots/heat.svg", "comparison.csv"):
        assert (tmp_path / "report" / name).read_bytes() == (graded / "report" / name).read_bytes(), name
    texts = [(root / "report" / "report.json").read_text() for root in (graded, tmp_path)]
    before, after = (without_measured(json.loads(text)) for text in texts)
    assert before == after


def without_measured(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_measured(item) for key, item in value.items() if key != "measured"}
    return [without_measured(item) for item in value] if isinstance(value, list) else value


def test_one_late_student(graded: Path, course: Path, tmp_path: Path, lay: Lay) -> None:
    """--student takes in one student into the class's report and leaves all others as they were."""
    shutil.copytree(graded / "report", tmp_path / "report")
    late = lay(
        "late", {"erin/double.py": CLASS["alice/ex02_double/double.py"], "bob/double.py": "def double(x): return 2*x"}
    )
    done = run(late, "--student", "erin", "--out", tmp_path / "report", "--course", course)
    assert done.returncode == 0, done.stderr
    assert "0 graded now" in done.stdout, "the very same file was graded before, for alice"
    rows = {row["student"]: row for row in table(tmp_path / "report" / "grades.csv")}
    before = {row["student"]: row for row in table(graded / "report" / "grades.csv")}
    assert rows["erin"]["ex02"] == "2.00" and rows["erin"]["name"] == "Erin Evans"
    assert all(rows[name] == before[name] for name in ("alice", "bob", "carol"))
    nobody = run(late, "--student", "zoe", "--out", tmp_path / "report", "--course", course)
    assert nobody.returncode == 2 and "holds nothing of student zoe" in nobody.stderr


def test_a_timeout_in_one_run_only_is_listed(course: Path, tmp_path: Path, lay: Lay) -> None:
    """A submission that times out in one run and not in another is listed as unsteady, after --regrade."""
    flag = tmp_path / "seen"
    done = run(lay("one", {"ann/double.py": "def double(x):\n    while True: pass\n"}), "--out", tmp_path / "report",
               "--course", course, "--jobs", 1, "--no-measurements")  # fmt: skip
    assert done.returncode == 0, done.stderr
    doc = json.loads((tmp_path / "report" / "report.json").read_text())
    assert doc["unsteady"] == [] and not flag.exists()
    import sqlite3

    with sqlite3.connect(tmp_path / "report" / "gradebook.sqlite") as book:
        (key, record) = book.execute("SELECT key, record FROM results").fetchone()
        steady = json.loads(record)
        for test in steady["tests"]:
            test["outcome"] = "passed"
        row = (key, 2, "ex02_double", steady["submission"]["sha256"], "passed", "A", "2", "2", json.dumps(steady))
        book.execute("INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", row)
    book.close()
    assert run(tmp_path / "one", "--out", tmp_path / "report", "--course", course, "--no-measurements").returncode == 0
    doc = json.loads((tmp_path / "report" / "report.json").read_text())
    assert {(one["student"], one["unit"]) for one in doc["unsteady"]} == {("ann", "ex02")}


def test_weak_machines_are_refused(course: Path, tmp_path: Path, lay: Lay) -> None:
    """Below tier B nothing is graded unless --accept-weak says so, and then every page says it."""
    one = lay("one", {"ann/double.py": "def double(x):\n    return 2 * x\n"})
    weak = os.environ | {"GRADER_TIER": "D"}
    refused = run(one, "--out", tmp_path / "report", "--course", course, "--jobs", 1, env=weak)
    assert refused.returncode == 3 and "tier D only" in refused.stderr and "--accept-weak" in refused.stderr
    assert not (tmp_path / "report" / "report.html").exists()
    done = run(one, "--out", tmp_path / "report", "--course", course, "--jobs", 1, "--accept-weak", env=weak)
    assert done.returncode == 0, done.stderr
    for page, words in (("report.html", "not confined (tier D)"), ("feedback/ann.html", "were not confined")):
        assert words in (tmp_path / "report" / page).read_text(encoding="utf-8")


def test_a_broken_suite_is_nobodys_zero(course: Path, tmp_path: Path, lay: Lay) -> None:
    """Where the suite fails, the unit is ungraded, on top of the page, exit code 1, and graded once it is mended."""
    broken = tmp_path / "course"
    shutil.copytree(course, broken)
    suite = broken / "exercises" / "ex02_double" / "suite" / "test_double.py"
    sound = suite.read_text()
    suite.write_text(sound + "\n\ndef test_(:\n")
    one = lay("one", {"ann/double.py": "def double(x):\n    return 2 * x\n"})
    done = run(one, "--out", tmp_path / "report", "--course", broken, "--jobs", 1)
    assert done.returncode == 1, done.stderr
    assert table(tmp_path / "report" / "grades.csv")[1]["ex02"] == ""
    assert json.loads((tmp_path / "report" / "report.json").read_text())["ungraded"][0]["student"] == "ann"
    suite.write_text(sound)
    assert run(one, "--out", tmp_path / "report", "--course", broken, "--jobs", 1).returncode == 0
    assert table(tmp_path / "report" / "grades.csv")[1]["ex02"] == "2.00"


def test_bad_usage(course: Path, tmp_path: Path, lay: Lay) -> None:
    """A missing path, an empty folder, a foreign or unwritable output: exit code 2, a sentence, and nothing written."""
    empty, one = lay("empty", {}), lay("one", {"ann/double.py": "x = 1\n"})
    foreign = lay("foreign", {"thesis.txt": "precious"})
    cases = [
        ([tmp_path / "nowhere", "--out", tmp_path / "r"], "no such file or folder"),
        ([empty, "--out", tmp_path / "r"], "holds nothing that an exercise or quiz asks for"),
        ([one, "--out", foreign], "holds files, but no report of ours"),
        ([one, "--out", one / "ann" / "double.py"], "is a file"),
        ([one, "--out", tmp_path / "r", "--roster", foreign / "thesis.txt"], "has no column that names a student"),
        ([one, "--out", tmp_path / "r", "--only", "ex99"], "there is no exercise or quiz 'ex99'"),
    ]
    for args, sentence in cases:
        done = run(*args, "--course", course)
        assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert not (tmp_path / "r").exists() and (foreign / "thesis.txt").read_text() == "precious"


def digest(folder: Path) -> dict[str, str]:
    """The sha256 of every file below a folder."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
