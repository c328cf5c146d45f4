"""Feedback on a quiz that was handed out as graded: late takers exist."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.report.conftest import answers, run

KEY = ("Right it is", "One too many", "Halve them", "It is odd", "right is", "✓ you chose", "✗ you chose")


@pytest.fixture
def graded_course(course: Path, tmp_path: Path) -> Path:
    """The course, its quiz released as graded."""
    root = tmp_path / "course"
    shutil.copytree(course, root)
    command = [
        sys.executable,
        "-m",
        "grader",
        "quiz",
        "release",
        "r1-basics",
        "--mode",
        "graded",
        "--out",
        tmp_path / "g",
    ]
    subprocess.run(command, cwd=root, env={"PYTHONPATH": str(Path(__file__).parents[2])}, check=True, timeout=120)
    return root


def feedback(report: Path, student: str) -> str:
    pages = [(report / "feedback" / f"{student}.{form}").read_text(encoding="utf-8") for form in ("html", "md")]
    return "\n".join(pages)


def test_feedback_on_a_graded_quiz_shows_the_key_on_request_only(graded_course: Path, tmp_path: Path) -> None:
    """Own answers and points are there; what is right, why, and what each answer was worth needs --show-key."""
    release = next((graded_course / "quizzes" / "keys").glob("*.json"))
    choices = json.loads(release.read_text(encoding="utf-8"))["choices"]
    opaque = {own: shown for shown, own in choices["sum"].items()}
    for name, picks in (("ann", {"sum": [opaque["two"]]}), ("bob", {"sum": [opaque["three"]]})):
        path = tmp_path / "class" / name / "r1-basics.json"
        path.parent.mkdir(parents=True)
        path.write_text(answers(**picks), encoding="utf-8")
    args = (tmp_path / "class", "--out", tmp_path / "r", "--course", graded_course, "--format", "gradescope")

    done = run(*args)
    assert done.returncode == 0, done.stderr
    ann, bob = (feedback(tmp_path / "r", name) for name in ("ann", "bob"))
    assert not [word for word in KEY if word in ann + bob]
    assert "1.00 of 2.00 points" in ann and "0.00 of 2.00 points" in bob and "you answered" in bob
    assert ">3<" in bob.replace("<p>", "").replace("</p>", "") or "you answered: 3" in bob
    assert "others may still take this quiz" in ann and "not answered" in ann and "correct" not in ann
    assert 'class="choice"' in ann and "choice right" not in ann and "choice wrong" not in bob
    results = json.loads((tmp_path / "r" / "gradescope" / "bob" / "results.json").read_text(encoding="utf-8"))
    assert [test["name"] for test in results["tests"]] == ["Basics"] and results["score"] == 0.0

    assert run(*args, "--show-key").returncode == 0
    bob = feedback(tmp_path / "r", "bob")
    assert all(word in bob for word in ("One too many", "right is", "✗ you chose"))
    assert "Halve them" in bob


def test_a_quiz_for_practice_teaches_as_before(course: Path, tmp_path: Path) -> None:
    """Where no graded release exists there is nothing to keep back."""
    path = tmp_path / "class" / "bob" / "r1-basics.json"
    path.parent.mkdir(parents=True)
    path.write_text(answers(sum=["three"]), encoding="utf-8")
    assert run(tmp_path / "class", "--out", tmp_path / "r", "--course", course).returncode == 0
    assert "One too many" in feedback(tmp_path / "r", "bob")
