"""Packages beyond the core: promised in exercise.toml, imported ahead by the warm process, named where missing."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.course.packages import advice, missing
from grader.verify.lint import lint

TINY = Path(__file__).parent / "courses" / "tiny"
EXERCISE = "exercises/ex01_mean_row/exercise.toml"
SUITE = "exercises/ex01_mean_row/suite/test_mean_row.py"
AHEAD = "latex2mathml.converter"
SEES = f"import sys\n\nassert '{AHEAD}' in sys.modules, 'nobody has imported it ahead'\nimport {AHEAD}\n"


def course(tmp_path: Path, packages: str, allowed: str = "") -> Path:
    """The tiny course, its suite importing `pygments` for a scenario."""
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    for name, old, new in (
        (EXERCISE, "needs = []", f"needs = []\npackages = {packages}"),
        (SUITE, "import torch ", "import pygments.lexer\nimport torch "),
        (SUITE, "    return [module.mean_row(x)", "    pygments.lexer.Lexer()\n    return [module.mean_row(x)"),
    ):
        path = root / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new, 1))
    toml = root / "exercises" / "course.toml"
    toml.write_text(toml.read_text().replace("format = 1", f"format = 1\n{allowed}", 1))
    return root


def check(root: Path, source: str) -> dict[str, object]:
    path = root / "mean_row.py"
    path.write_text(source + (root / "solutions" / "ex01_mean_row" / "mean_row.py").read_text())
    argv = [sys.executable, "-m", "grader", "check", "ex01", "--submission", str(path), "--json", "--no-keep-warm"]
    done = subprocess.run(argv, cwd=root, env=os.environ, capture_output=True, text=True, check=False)
    told: dict[str, object] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("allowed", ["", 'packages = ["torch"]'])
def test_a_promised_package_is_there_before_the_submission(tmp_path: Path, allowed: str) -> None:
    """A submission finds it imported, whatever else the course allows, and the suite may import it at its top."""
    told = check(course(tmp_path, f'["pygments.lexer", "{AHEAD}"]', allowed), SEES)

    assert told["outcome"] == "passed", told


def test_what_nobody_promised_is_not_imported_ahead(tmp_path: Path) -> None:
    """Without the line in exercise.toml the submission is the first to import it."""
    told = check(course(tmp_path, '["pygments.lexer"]'), SEES)

    assert told["outcome"] == "failed" and "nobody has imported it ahead" in json.dumps(told)


def test_a_missing_package_is_named_with_what_installs_it(tmp_path: Path) -> None:
    """`check` says which package is missing, where it is asked for, and the command; nothing is blamed on anybody."""
    told = check(course(tmp_path, '["sklearn.linear_model", "no_such_package"]'), "")

    error = told["error"]
    assert isinstance(error, dict)
    assert "`no_such_package`" in error["what"] and error["where"].endswith("exercise.toml")
    assert error["next"].startswith("pip install ") and "no_such_package" in error["next"]
    assert advice(["sklearn.svm"]) == "pip install scikit-learn" and missing(["torch", "json"]) == []


def run(cwd: Path, *words: str | Path) -> str:
    argv = [sys.executable, "-m", "grader", *map(str, words)]
    done = subprocess.run(argv, cwd=cwd, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_doctor_names_what_the_course_needs(tmp_path: Path) -> None:
    """`doctor` in a course lists its packages, and the command that installs those that are missing."""
    said = run(course(tmp_path, '["pygments.lexer", "no_such_package.part", "sklearn_absent"]'), "doctor")

    line = "packages no_such_package, pygments, sklearn_absent: pip install no_such_package sklearn_absent"
    assert line in said.splitlines()


@pytest.mark.parametrize(
    ("packages", "said", "written"),
    [
        ('["pygments.lexer", "cv2", "cv2.absent"]', "packages cv2, pygments: ", "`pip install pygments opencv-python`"),
        ('["pygments.lexer"]', "packages pygments: all there", "`pip install pygments`"),
    ],
)
def test_learners_are_told_before_they_miss_one(tmp_path: Path, packages: str, said: str, written: str) -> None:
    """`init` says what an exercise needs as soon as it is laid out, and so does the overview of a release."""
    root = course(tmp_path, packages)

    told = run(root, "init", tmp_path / "mine", "ex01").splitlines()
    assert len([line for line in told if line.startswith(said)]) == 1, told
    run(root, "release", "ex01", "--out", tmp_path / "out")
    overview = (tmp_path / "out" / "exercises" / "README.md").read_text()
    assert f"ex01 needs packages beyond torch: {written}." in overview.splitlines()


def test_who_needs_none_is_told_of_none(tmp_path: Path) -> None:
    """Without packages beyond the core no line speaks of them."""
    shutil.copytree(TINY, tmp_path / "course")
    assert "packages" not in run(tmp_path / "course", "init", tmp_path / "mine")
    run(tmp_path / "course", "release", "ex01", "--out", tmp_path / "out")
    assert "packages" not in (tmp_path / "out" / "exercises" / "README.md").read_text()


def test_an_import_that_is_not_promised_is_a_problem(tmp_path: Path) -> None:
    """`grader verify` names the line of a suite that imports what exercise.toml does not have."""
    line = f"{Path(SUITE).name}:3: imports pygments.lexer, which is beyond the core"
    assert any(line in problem for problem in lint(Course.load(course(tmp_path / "a", "[]")).exercise("ex01")))
    assert not any("beyond" in p for p in lint(Course.load(course(tmp_path / "b", '["pygments"]')).exercise("ex01")))
