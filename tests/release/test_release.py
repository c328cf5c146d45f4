"""`grader release`: learners get all that they need, and nothing that gives it away."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course.device import available
from tests.release.conftest import grader

ROOT = Path(__file__).parents[2]
RIGHT = "def double(x):\n    return x * 2\n"
LONG = 20


def released(course: Path, *units: str) -> Path:
    out = course.parent / "handed out"
    grader("release", "--out", out, *units, cwd=course)
    return out


def parts(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a folder, its name and bytes."""
    for path in sorted(folder.rglob("*")):
        yield str(path.relative_to(folder)), path.read_bytes() if path.is_file() else b""


def test_a_release_has_no_word_of_a_suite_solution_mistake_or_key(course: Path) -> None:
    """In every byte and every name of a release no secret word occurs, while each of them occurs in the course."""
    out = released(course, "ex01", "ex02", "quiz:w1")

    everything = {name.lower(): data.lower() for name, data in parts(out)}
    assert not [(name, b"secret") for name, data in everything.items() if b"secret" in data or "secret" in name]
    words = {word for _, data in parts(course) for word in data.lower().split() if b"secret" in word}
    assert len(words) > 30
    names = {name for name in everything if "." in name.rpartition("/")[2]}
    assert names == {
        ".gitignore", "exercises/course.toml", "exercises/readme.md", "exercises/ex01_double/readme.md",
        "exercises/ex01_double/box.svg", "exercises/ex01_double/double.py", "exercises/ex01_double/exercise.toml",
        "exercises/ex01_double/.stub/double.py", "exercises/ex01_double/.stub",
        "exercises/ex01_double/suite/test_double.py", "exercises/ex01_double/suite/numbers_here.py",
        "exercises/ex02_half/readme.md", "exercises/ex02_half/half.py", "exercises/ex02_half/exercise.toml",
        "exercises/ex02_half/.stub/half.py", "exercises/ex02_half/.stub", "quizzes/w1-graded.yaml",
    }  # fmt: skip


def test_a_release_of_the_course_has_no_line_that_was_not_made_public(tmp_path: Path) -> None:
    """No line of substance of a suite, solution, mistake or variant is in a release, but those of public code."""
    course = tmp_path / "course"
    keys = ("ex01_early_stopping", "ex03_cutmix", "ex26_linear_regression", "ex33_train_step")
    for name in keys:
        for kind in ("exercises", "solutions"):
            shutil.copytree(ROOT / kind / name, course / kind / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "quizzes", course / "quizzes", ignore=shutil.ignore_patterns("keys", "__pycache__"))
    out = released(course, *(name.partition("_")[0] for name in keys), "quiz:r1", "quiz:r5")

    every = b"\n".join(data for _, data in parts(out)).decode("utf-8")
    learners = [*course.glob("exercises/ex*/*.*"), *course.glob("quizzes/*.yaml"), *out.rglob("suite/*.py")]
    open_text = "\n".join(path.read_text(encoding="utf-8") for path in learners if path.name != "picture.py")
    for name in keys:
        folder = course / "exercises" / name / "suite"
        public = {line for path in (out / "exercises" / name / "suite").glob("*.py") for line in stripped(path)}
        suite = {line for path in folder.glob("*.py") for line in stripped(path)}
        texts = [path for path in (course / "solutions" / name).rglob("*") if path.suffix in (".py", ".patch")]
        secret = {line.lstrip("+-").strip() for path in texts for line in stripped(path)}
        assert len([test for test in suite - public if test.startswith("def test_")]) > 5
        assert len(public) < len(suite) / 2
        told = [line for line in (suite - public) | secret if len(line) >= LONG and line not in open_text]
        assert len(told) > 150
        assert not [line for line in told if line in every]
    for quiz in ("r1-early-stopping", "r5-mixing"):
        text = (course / "quizzes" / f"{quiz}.yaml").read_text(encoding="utf-8")
        key = [line.partition("feedback:")[2].strip(" }\"'\n") for line in text.splitlines() if "feedback:" in line]
        assert len(key) > 10 and not [line for line in key if len(line) >= LONG and line in every]
        assert "correct:" not in (out / "quizzes" / f"{quiz}.yaml").read_text(encoding="utf-8")


def stripped(path: Path) -> set[str]:
    return {line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()}


def test_check_in_a_release_runs_the_public_tests_and_says_who_decides(course: Path) -> None:
    """A stub is not started, wrong code fails and right code passes the public tests, without suite or solution."""
    out = released(course, "ex01", "ex02")
    stub = out / "exercises" / "ex01_double" / "double.py"

    assert "not started" in grader("check", "ex01", cwd=out, code=1)
    stub.write_text("def double(x):\n    return x + 1\n", encoding="utf-8")
    said = grader("check", "ex01", "--no-keep-warm", cwd=out, code=1)
    assert "expected 42, saw 22" in said and "0 of 1 point" in said
    assert "your instructor's report runs all of them, and decides" in said
    stub.write_text("def double(x):\n    return x.no_such\n", encoding="utf-8")
    assert "AttributeError" in grader("check", "ex01", cwd=out, code=1)  # the submission's doing, not the suite's
    stub.write_text(RIGHT, encoding="utf-8")
    said = grader("check", "ex01", "--no-keep-warm", cwd=out)
    assert "✓ double(x) is 2x." in said and "1 of 1 point" in said and "grader compare" not in said
    record = json.loads(grader("check", "ex01", "--json", "--no-keep-warm", cwd=out))
    assert (record["public"], len(record["tests"]), record["outcome"]) == (True, 1, "passed")
    assert "the solution was not handed out" in grader("compare", "ex01", cwd=out, code=2)
    assert "passed" in grader("list", cwd=out)


def test_an_exercise_without_public_tests_says_so(course: Path) -> None:
    """No public test is no verdict: the sentence, exit code 0, and in a table a line that does not count."""
    out = released(course, "ex01", "ex02")
    (out / "exercises" / "ex02_half" / "half.py").write_text("def half(x):\n    return 0\n", encoding="utf-8")
    (out / "exercises" / "ex01_double" / "double.py").write_text(RIGHT, encoding="utf-8")

    assert "no public tests; your instructor's report decides" in grader("check", "ex02", cwd=out)
    assert json.loads(grader("check", "ex02", "--json", cwd=out))["outcome"] == "not tested"
    said = grader("check", "--all", cwd=out)
    assert "ex02  Half as much: no public tests" in said and "1 of 1 passed" in said


def test_a_release_cannot_grade_a_class_or_be_released(course: Path) -> None:
    """The instructor's course grades what learners made of a release; the release itself is refused for that."""
    out = released(course, "ex01", "ex02", "quiz:w1")
    (out / "exercises" / "ex01_double" / "double.py").write_text("def double(x):\n    return 2 * abs(x)\n", "utf-8")
    shutil.copytree(out, course.parent / "class" / "ann")
    report = ("report", course.parent / "class", "--out", course.parent / "report", "--jobs", 1)

    assert "was handed out" in grader(*report, "--course", out, cwd=course, code=2)
    assert not (course.parent / "report").exists()
    grader(*report, "--course", course, cwd=course)
    seen = json.loads((course.parent / "report" / "report.json").read_text(encoding="utf-8"))
    (ann,) = seen["students"]
    assert ann["units"]["ex01_double"]["earned"] == "1.00" and "ex02_half" not in ann["units"]
    assert not seen["refused"]
    assert "is itself a release" in grader("release", "--out", course.parent / "again", "ex01", cwd=out, code=2)


@pytest.mark.parametrize(
    ("units", "code", "says"),
    [
        (["ex03"], 3, "test_thirds is public and asks the reference, but a release holds no solution"),
        (["ex09"], 2, "there is no exercise 'ex09'"),
        (["quiz:w9"], 2, "there is no quiz `w9`"),
        (["quiz:w1:open"], 2, "no form 'open'"),
        (["quiz:w1", "quiz:w1:practice"], 2, "is named twice"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_released_is_refused(course: Path, units: list[str], code: int, says: str) -> None:
    """A wrong unit is one sentence, and nothing is written."""
    out = course.parent / "out"
    assert says in grader("release", "--out", out, *units, cwd=course, code=code)
    assert not out.exists() and sorted(os.listdir(course.parent)) == ["course"]


def test_nothing_is_overwritten(course: Path) -> None:
    """A folder that holds anything is refused, and stays as it was; so is one inside the course's own folders."""
    out = course.parent / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    assert "is not empty" in grader("release", "--out", out, "ex01", cwd=course, code=2)
    assert os.listdir(out) == ["mine.txt"]
    inside = course / "exercises" / "out"
    assert "lies inside the course's own folders" in grader("release", "--out", inside, "ex01", cwd=course, code=2)


def test_public_tests_are_tried_on_the_solution_before_they_go_out(course: Path) -> None:
    """A public test that needs more than its code shows, or that the solution fails, stops the release."""
    suite = course / "exercises" / "ex02_half" / "suite" / "test_half.py"
    text = suite.read_text(encoding="utf-8").replace("points, same", "points, public, same")
    text = text.replace("@points", "@public\n@points").replace('8), 4, "half(8)"', '8), globals()["EIGHT"], "half"')
    suite.write_text(f"{text}\n\nEIGHT = 4\n", encoding="utf-8")

    said = grader("release", "--out", course.parent / "out", "ex02", cwd=course, code=3)
    assert "the public test test_secret_half does not pass the solution by itself" in said
    assert not (course.parent / "out").exists()


@pytest.mark.skipif("cuda" in available(), reason="this machine has a GPU")
def test_an_exercise_for_a_gpu_goes_out_and_is_graded_without_one(course: Path) -> None:
    """Where there is no GPU a release says that nobody tried its tests; a report leaves it ungraded with a sentence."""
    toml = course / "exercises" / "ex01_double" / "exercise.toml"
    toml.write_text(toml.read_text().replace('"double.py"\n', '"double.py"\ndevice = "gpu"\n'), encoding="utf-8")
    out = course.parent / "out"
    said = grader("release", "--out", out, "ex01", "ex02", cwd=course)
    assert "! ex01 needs a GPU, and this machine has none: its public tests were not tried" in said
    assert "ex02 needs" not in said and (out / "exercises" / "ex01_double" / "suite" / "test_double.py").is_file()
    (out / "exercises" / "ex01_double" / "double.py").write_text(RIGHT, encoding="utf-8")
    check = ("check", "ex01", "--no-keep-warm")
    assert "needs a GPU, and this machine has none: nothing was graded" in grader(*check, cwd=out, code=3)

    for name in ("ann", "ben"):
        (course.parent / "class" / name).mkdir(parents=True)
        (course.parent / "class" / name / "double.py").write_text(f"# {name}\n{RIGHT}", encoding="utf-8")
    report = ("report", course.parent / "class", "--out", course.parent / "report", "--jobs", 1)
    assert "2 units ungraded" in grader(*report, "--course", course, cwd=course, code=1)
    text = (course.parent / "report" / "report.json").read_text(encoding="utf-8")
    assert [one["units"]["ex01_double"]["earned"] for one in json.loads(text)["students"]] == ["", ""]
    assert "ex01 needs a GPU, and this machine has none: nothing was graded" in text


def test_a_practice_quiz_comes_with_its_key_and_a_graded_one_is_scored_by_its_map(course: Path) -> None:
    """`quiz:w1:practice` teaches; `quiz:w1` keeps the map with the instructor, whose score understands the answers."""
    grader("release", "--out", course.parent / "open", "quiz:w1:practice", cwd=course)
    assert "SECRET_RIGHT" in (course.parent / "open" / "quizzes" / "w1-graded.yaml").read_text(encoding="utf-8")
    out = released(course, "quiz:w1")
    (key,) = (course / "quizzes" / "keys").glob("w1-graded-*.json")
    right = next(name for name, own in json.loads(key.read_text())["choices"]["sum"].items() if own == "secret-two")
    attempt = {"attempt": 1, "picks": {"sum": [right]}, "submitted": True}
    answers = out / "answers" / "w1-graded.json"
    answers.parent.mkdir()
    answers.write_text(json.dumps({"format": 1, "quiz": "w1-graded", "learner": "x", "attempts": [attempt]}), "utf-8")
    assert "1/1" in grader("quiz", "score", "w1-graded", answers, cwd=course).replace(" ", "").replace("of", "/")


def test_init_lays_out_units_and_never_a_graded_quiz(course: Path) -> None:
    """`grader init DIR ex01` lays out that exercise; once a quiz was handed out as graded, init gives no key away."""
    assert "1 exercise, 0 quizzes" in grader("init", course.parent / "a", "ex01", cwd=course)
    assert not (course.parent / "a" / "exercises" / "ex02_half").exists()
    assert not (course.parent / "a" / "exercises" / "ex01_double" / "suite").exists()
    grader("init", course.parent / "b", "ex02", "quiz:w1", cwd=course)
    assert "SECRET_RIGHT" in (course.parent / "b" / "quizzes" / "w1-graded.yaml").read_text(encoding="utf-8")
    grader("quiz", "release", "w1-graded", "--mode", "graded", "--out", course.parent / "g", cwd=course)
    said = grader("init", course.parent / "c", cwd=course)
    assert "3 exercises, 0 quizzes" in said and "w1-graded was released as graded" in said
    assert not [name for name, data in parts(course.parent / "c") if b"SECRET" in data]
    assert "would hold its key" in grader("init", course.parent / "d", "quiz:w1", cwd=course, code=2)
    assert not (course.parent / "d").exists()


def test_init_in_a_workspace_lays_out_the_carried_course(course: Path, tmp_path: Path) -> None:
    """In a learner's folder, which has no solutions, `init` means the course of the package."""
    out = released(course, "ex01")
    grader("init", tmp_path / "w", "ex03", "ex1", "quiz:r1", cwd=out)
    assert sorted(path.name for path in (tmp_path / "w" / "exercises").glob("ex*")) == [
        "ex01_early_stopping", "ex03_cutmix",
    ]  # fmt: skip
    assert [path.name for path in (tmp_path / "w" / "quizzes").glob("*.yaml")] == ["r1-early-stopping.yaml"]
