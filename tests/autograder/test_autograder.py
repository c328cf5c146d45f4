"""The Gradescope autograder: its two scripts, run in a folder that is laid out as Gradescope lays it out."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.report.conftest import DOUBLE, TINY, answers

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`/autograder` after the zip was unpacked, `run_autograder` copied up, and setup.sh run once."""
    folder = tmp_path_factory.mktemp("gradescope")
    course = folder / "course"
    shutil.copytree(TINY, course, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in DOUBLE.items():
        path = course / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "grader", "autograder", "--out", folder / "autograder.zip", "--seed", "7"]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, "ex02", "quiz:r1"], cwd=course, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "ex02_double: 2 points" in done.stdout and "has a network" in done.stdout
    root = folder / "autograder"
    (root / "results").mkdir(parents=True)
    subprocess.run(["unzip", "-q", folder / "autograder.zip", "-d", root / "source"], check=True, timeout=60)
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    subprocess.run(["bash", root / "source" / "setup.sh"], env=outside(root), check=True, timeout=60)
    return root


def outside(root: Path) -> dict[str, str]:
    """The environment in which Gradescope would run a script; here, the packages are those that run the tests."""
    return {"PATH": os.environ["PATH"], "AUTOGRADER_ROOT": str(root), "AUTOGRADER_PYTHON": sys.executable}


def graded(image: Path, files: dict[str, str]) -> dict[str, Any]:
    """What Gradescope reads after one submission."""
    shutil.rmtree(image / "submission", ignore_errors=True)
    (image / "results" / "results.json").unlink(missing_ok=True)
    (image / "submission").mkdir()
    for name, text in files.items():
        (image / "submission" / name).write_text(text, encoding="utf-8")
    (image / "submission_metadata.json").write_text('{"users": [{"email": "ann@x.org"}]}', encoding="utf-8")
    done = subprocess.run(
        [image / "run_autograder"], env=outside(image), cwd=image, capture_output=True, text=True, timeout=240,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads((image / "results" / "results.json").read_text(encoding="utf-8"))
    assert found["score"] == pytest.approx(sum(test["score"] for test in found["tests"]))
    assert sum(test["max_score"] for test in found["tests"]) == 4.0
    return found


def test_the_zip_has_what_gradescope_asks_for(image: Path) -> None:
    """Both scripts stand at the top and can be run; suites, solutions and the other exercises are in it or not."""
    with zipfile.ZipFile(image.parent / "autograder.zip") as archive:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert {"course/exercises/ex02_double/suite/test_double.py", "course/solutions/ex02_double/double.py"} <= set(modes)
    assert not [name for name in modes if "ex01_mean_row" in name or "__pycache__" in name]
    assert (image / "source" / "course").stat().st_mode & 0o077 == 0  # to whom root hands a submission's process
    script = (image / "source" / "setup.sh").read_text(encoding="utf-8")
    assert "torch==" in script and "@" not in script.partition("set -eu")[2].replace('"$@"', "")
    assert "numpy==" in (image / "source" / "requirements.txt").read_text(encoding="utf-8")


def test_a_submission_is_graded_as_a_report_grades_it(image: Path) -> None:
    """Each test is a line with its points and message, and the answers to the quiz count, one line each."""
    found = graded(
        image, {"double (1).py": "def double(x):\n    return abs(2 * x)\n", "r1-basics.json": answers(sum=["two"])}
    )
    lines = {test["name"]: (test["score"], test["max_score"], test["output"]) for test in found["tests"]}
    assert lines["ex02: double(x) is 2x."] == (1.5, 1.5, "")
    assert lines["ex02: double(x) is 2x for x below 0 too."] == (0.0, 0.5, "double(-2): expected -4, saw 4")
    assert lines["r1: sum"][:2] == (1.0, 1.0) and found["score"] == 2.5
    assert "seed 7, tier" in found["output"] and found["stdout_visibility"] == "hidden"


def test_nothing_to_grade_is_told_and_earns_nothing(image: Path) -> None:
    """Another file than what is asked for is no fault of the autograder: 0 points, and the name it should have."""
    found = graded(image, {"notes.txt": "I was ill."})
    assert found["score"] == 0.0 and "double.py" in found["output"]


def test_a_broken_course_gives_nobody_a_zero(image: Path) -> None:
    """Where the suite cannot be read no results are written, and the exit code says that the autograder failed."""
    suite = image / "source" / "course" / "exercises" / "ex02_double" / "suite" / "test_double.py"
    text = suite.read_text(encoding="utf-8")
    suite.write_text("import nothing_of_this_name\n" + text, encoding="utf-8")
    try:
        (image / "results" / "results.json").unlink(missing_ok=True)
        (image / "submission" / "double.py").write_text("def double(x):\n    return 2 * x\n", encoding="utf-8")
        done = subprocess.run(
            [image / "run_autograder"], env=outside(image), capture_output=True, text=True, timeout=240
        )
    finally:
        suite.write_text(text, encoding="utf-8")
    assert done.returncode != 0 and "nothing_of_this_name" in done.stderr
    assert not (image / "results" / "results.json").exists()
