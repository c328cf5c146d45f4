"""`grader verify` on an exercise's texts: each sentence on a file that provokes it, and none on our own exercises."""

import re
import shutil
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.course.exercise import Exercise, read_exercise
from grader.verify.lint import lint
from grader.verify.wording import wording

ROOT = Path(__file__).parent.parent
COURSES = [ROOT, ROOT / "examples" / "attention-course", ROOT / "tests" / "courses" / "tiny"]
EXERCISES = [exercise for root in COURSES for exercise in Course.load(root).exercises.values()]


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    root = shutil.copytree(ROOT / "tests" / "courses" / "tiny", tmp_path / "tiny")
    return read_exercise(Path(root) / "exercises" / "ex01_mean_row")


def changed(exercise: Exercise, path: Path, old: str, new: str) -> list[str]:
    """What is said after one change."""
    text = path.read_text(encoding="utf-8")
    assert old in text and wording(exercise) == []
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return wording(read_exercise(exercise.folder))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_our_own_exercises_are_left_alone(exercise: Exercise) -> None:
    """No hint, README or promise of ours provokes a sentence."""
    assert wording(exercise) == []


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_our_own_suites_are_left_alone(exercise: Exercise) -> None:
    """No suite of ours provokes a sentence about its text, a bare tolerance or a scenario that judges."""
    assert lint(exercise) == []


def test_a_tolerance_without_a_name(exercise: Exercise) -> None:
    """`close` with a bare number behind the message is named with file and line before anything is run."""
    (suite,) = exercise.suite.glob("test_*.py")
    text = suite.read_text(encoding="utf-8")
    (call, *_) = [line for line in text.splitlines() if line.strip().startswith("close(")]
    suite.write_text(text.replace(call, f"{call[:-1]}, 1e-3)"), encoding="utf-8")
    number = next(n for n, line in enumerate(text.splitlines(), 1) if line == call)
    assert lint(exercise)[0].startswith(f"{suite}:{number}: close takes its tolerances by name")
    suite.write_text(text.replace(call, f"{call[:-1]}, rtol=1e-3)"), encoding="utf-8")
    assert lint(exercise) == []


def test_a_first_hint_that_is_the_answer(exercise: Exercise) -> None:
    """Code of the solution at level 1 is named with its line; in the last hint, or in the stub as well, it is not."""
    toml = exercise.folder / "exercise.toml"
    line = next(one for one in exercise.solution.read_text().splitlines() if "return" in one).strip()
    first = re.findall(r'^text = "(.*)"$', toml.read_text(encoding="utf-8"), re.MULTILINE)[0]
    (said,) = changed(exercise, toml, f'text = "{first}"', f"text = 'Write `{line}`.'")
    number = next(n for n, one in enumerate(toml.read_text().splitlines(), 1) if one.strip() == "[[hints]]")
    assert said.startswith(f"{toml}:{number}: the first hint gives the answer away") and exercise.file in said
    exercise.stub.write_text(exercise.stub.read_text() + f"# {line}\n", encoding="utf-8")
    assert wording(read_exercise(exercise.folder)) == []
    exercise.stub.write_text(exercise.stub.read_text().replace(f"# {line}\n", ""), encoding="utf-8")
    text = toml.read_text(encoding="utf-8").replace(f"text = 'Write `{line}`.'", f'text = "{first}"')
    toml.write_text(f"{text}\n[[hints]]\ntext = 'Write `{line}`.'\n", encoding="utf-8")
    assert wording(read_exercise(exercise.folder)) == []


@pytest.mark.parametrize(
    ("text", "worked"),
    [
        ("# Mean 1 2 3\n\nWrite `mean_row(x)` for 7 rows.\n", False),
        ("# Mean\n\n1. Read ex01 and ex02.\n2. See [it](https://example.org/1/2), of 2019 and 2020.\n", False),
        ("# Mean\n\nOf the rows 1 and 3 it is 2.\n", True),
        ("# Mean\n\n    mean_row([[1.0], [3.0]])  # [2.0]\n", True),
    ],
)
def test_a_readme_without_a_worked_number(exercise: Exercise, text: str, worked: bool) -> None:
    """A paragraph with what goes in and what comes out is asked for; headings, lists, links and years are none."""
    readme = exercise.folder / "README.md"
    readme.write_text(text, encoding="utf-8")
    said = wording(exercise)
    assert [one for one in said if one.startswith(f"{readme}:1: has no worked number")] == ([] if worked else said)
    assert bool(said) != worked


def test_two_tests_with_one_promise(exercise: Exercise) -> None:
    """The same sentence, whatever its case, is named with both places; so is the same body below another sentence."""
    (suite,) = exercise.suite.glob("test_*.py")
    text = suite.read_text(encoding="utf-8")
    places = [n for n, line in enumerate(text.splitlines(), 1) if line.startswith("def test_")]
    sentences = re.findall(r'^def test_.*?"""(.*?)"""', text, re.MULTILINE | re.DOTALL)
    (said,) = changed(exercise, suite, f'"""{sentences[1]}"""', f'"""{sentences[0].upper()}"""')
    assert f"{suite}:{places[1]}: " in said and f"promises the same as the test at {suite}:{places[0]}" in said
    again = "\n".join(text.splitlines()[places[0] - 1 : places[1] - 2])
    body = again.partition("\n\n\n")[0].replace("def test_", "def test_again_").replace(sentences[0], "Something else.")
    suite.write_text(f"{text}\n\n{body}\n", encoding="utf-8")
    (said,) = wording(exercise)
    assert "asks and asserts the same as the test at" in said and f":{places[0]}: drop one" in said
