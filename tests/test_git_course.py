"""A course that is a git repository: whoever clones it checks, proves and grades as in the folder it was made in."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.quiz.format.answers import Answers, Attempt, write_answers
from grader.quiz.format.reader import read_quiz

ENV = os.environ | {
    "PYTHONPATH": str(Path(__file__).parents[1]), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}  # fmt: skip


def ran(*words: object, cwd: Path, code: int = 0) -> str:
    done = subprocess.run([*map(str, words)], cwd=cwd, env=ENV, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr and done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def grader(*words: object, cwd: Path, code: int = 0) -> str:
    return ran(sys.executable, "-m", "grader", *words, cwd=cwd, code=code)


def cloned(folder: Path, place: Path) -> Path:
    """All of the folder committed, and a clone of it."""
    ran("git", "init", "--quiet", cwd=folder)
    ran("git", "add", "--all", cwd=folder)
    ran("git", "commit", "--quiet", "--message", "the course", cwd=folder)
    ran("git", "clone", "--quiet", folder, place, cwd=folder)
    return place


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course as `grader new --course` lays it out with one public test, its clone, and a clone of its release."""
    home = tmp_path_factory.mktemp("home")
    grader("new", "--course", home / "own", cwd=home)
    suite = home / "own" / "exercises" / "ex01_mean_row" / "suite" / "test_mean_row.py"
    text = suite.read_text(encoding="utf-8")
    text = text.replace("import ", "import public, ", 1) if "from grader.suite import" not in text else text
    head, _, rest = text.partition("@points")
    head = head.replace("from grader.suite import ", "from grader.suite import public, ")
    suite.write_text(f"{head}@public\n@points{rest}", encoding="utf-8")
    grader("release", "ex01", "quiz:q1", "--out", home / "release", cwd=home / "own")
    cloned(home / "own", home / "clone")
    cloned(home / "release", home / "learner")
    return home


def test_a_clone_is_the_course(home: Path) -> None:
    """The same exercises with the same digests; keys stay out of it, and a check leaves nothing to commit."""
    own, clone = Course.load(home / "own"), Course.load(home / "clone")
    assert {one.id: one.digest() for one in own.exercises.values()} == {
        one.id: one.digest() for one in clone.exercises.values()
    }
    assert (
        list((home / "own" / "quizzes" / "keys").glob("*.json")) and not (home / "clone" / "quizzes" / "keys").exists()
    )
    said = grader("check", "ex01", "--submission", "solutions/ex01_mean_row", "--no-keep-warm", cwd=home / "clone")
    assert "4 of 4 points" in said
    assert "nothing is wrong so far" in grader("verify", "ex01", "--quick", cwd=home / "clone")
    assert ran("git", "status", "--porcelain", cwd=home / "clone") == ""


def test_a_class_is_graded_with_a_clone(home: Path, tmp_path: Path) -> None:
    """`grader report --course` from elsewhere: a graded quiz is ungraded until its key map is put there."""
    clone = Course.load(home / "clone").exercise("ex01")
    released = read_quiz(home / "learner" / "quizzes" / "q1-first-questions.yaml")
    for name, source in (("ann", clone.solution.read_bytes()), ("bob", clone.mistake(clone.mistakes[0].stem))):
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / clone.file).write_bytes(source)
        order = {one.id: tuple(choice for choice, _, _ in one.shown) for one in released.questions}
        picks = {"mean-of-two": ("5",)}
        attempt = Attempt(hash=released.content_hash, order=order, picks=picks, submitted=True)
        write_answers(
            tmp_path / "class" / name / "answers" / f"{released.id}.json",
            Answers(quiz=released.id, attempts=(attempt,)),
        )

    def graded(code: int) -> dict[str, dict[str, str]]:
        words = ("report", "class", "--course", home / "clone", "--out", "out", "--accept-weak", "--jobs", 1)
        grader(*words, cwd=tmp_path, code=code)
        with (tmp_path / "out" / "grades.csv").open(encoding="utf-8-sig") as file:
            return {row["student"]: row for row in csv.DictReader(file)}

    rows = graded(1)
    assert float(rows["ann"]["ex01"]) == float(rows["possible"]["ex01"]) > float(rows["bob"]["ex01"])
    assert rows["ann"]["q1"] == "" and rows["ann"]["notes"] == "q1: could not be graded"
    assert "is lost: put it back beside the quiz" in (tmp_path / "out" / "report.json").read_text(encoding="utf-8")
    feedback = (tmp_path / "out" / "feedback" / "ann.md").read_text(encoding="utf-8")
    assert "through no fault of yours" in feedback and "key map" not in feedback
    shutil.copytree(home / "own" / "quizzes" / "keys", home / "clone" / "quizzes" / "keys")
    rows = graded(0)
    assert (float(rows["ann"]["q1"]), float(rows["possible"]["q1"])) == (1, 2), rows["ann"]


def test_learners_clone_a_release(home: Path) -> None:
    """A release is a repository of its own: no suite but its public test, and the check works there."""
    learner = home / "learner"
    assert json.dumps(sorted(path.name for path in learner.rglob("*.py"))).count("mean_row") >= 2
    assert not (learner / "solutions").exists()
    assert "not started" in grader("check", "ex01", "--no-keep-warm", cwd=learner, code=1)
    solution = (home / "own" / "solutions" / "ex01_mean_row" / "mean_row.py").read_bytes()
    (learner / "exercises" / "ex01_mean_row" / "mean_row.py").write_bytes(solution)
    assert "your instructor's report runs all of them, and decides" in grader(
        "check", "ex01", "--no-keep-warm", cwd=learner
    )
    changed = ran("git", "status", "--porcelain", cwd=learner).split()
    assert changed == ["M", "exercises/ex01_mean_row/mean_row.py"], "what a check keeps is not offered to git"
