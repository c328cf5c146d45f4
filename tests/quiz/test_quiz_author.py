"""`grader quiz new` and `preview`: an author's first quiz is sound, and is seen as learners will see it."""

from pathlib import Path

import pytest

from .conftest import Cli


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A course without quizzes."""
    (tmp_path / "exercises").mkdir()
    return tmp_path


def test_a_new_quiz_is_sound_and_says_what_comes_next(empty: Path, cli: Cli) -> None:
    """Two files are written, lint with all checks finds nothing, and the commands that are named work."""
    new = cli(empty, "new", "q2-attention")
    assert new.returncode == 0, new.stderr
    assert new.stdout.splitlines()[-1] == (
        "next: edit it, `grader quiz lint q2-attention`, then `grader quiz preview q2-attention`"
    )
    lint = cli(empty, "lint", "q2-attention")
    assert lint.returncode == 0 and "1 quiz, 3 questions: 0 errors, 0 warnings" in lint.stdout, lint.stdout
    text = (empty / "quizzes" / "q2-attention.yaml").read_text(encoding="utf-8")
    assert all(word in text for word in ("kind: single", "kind: numeric", "```python", "\\frac", "parameters:"))
    checks = empty / "quizzes" / "checks.py"
    checks.write_text(checks.read_text(encoding="utf-8").replace("lr=rate", "lr=2 * rate"), encoding="utf-8")
    assert "check `step_of_q2_attention` gives" in cli(empty, "lint").stdout


def test_nothing_is_overwritten(empty: Path, cli: Cli) -> None:
    """A second quiz gets a file of checks of its own; a quiz or checks that are there are kept and named."""
    assert cli(empty, "new", "one").returncode == cli(empty, "new", "two-b").returncode == 0
    quizzes = empty / "quizzes"
    assert sorted(path.name for path in quizzes.iterdir()) == ["checks.py", "checks_two_b.py", "one.yaml", "two-b.yaml"]
    (quizzes / "one.yaml").write_text("mine\n", encoding="utf-8")
    again = cli(empty, "new", "one")
    assert again.returncode == 2 and "quizzes/one.yaml: there is such a file already" in again.stderr
    assert (quizzes / "one.yaml").read_text(encoding="utf-8") == "mine\n"
    (quizzes / "two-b.yaml").unlink()
    assert "checks_two_b.py: there is such a file already" in cli(empty, "new", "two-b").stderr
    assert not (quizzes / "two-b.yaml").exists()


def test_a_course_with_a_vocabulary_gets_no_foreign_slugs(empty: Path, cli: Cli) -> None:
    """Where the course lists its misconceptions the new quiz names none: no error, and warnings that ask for them."""
    (empty / "quizzes").mkdir()
    (empty / "quizzes" / "vocabulary.toml").write_text('misconceptions = ["mine"]\n', encoding="utf-8")
    assert "take those of quizzes/vocabulary.toml" in cli(empty, "new", "q").stdout
    lint = cli(empty, "lint", "q", "--no-checks")
    warnings = [line for line in lint.stdout.splitlines() if "warning:" in line]
    assert lint.returncode == 0 and len(warnings) == 8
    assert all("names no misconception" in line for line in warnings)


@pytest.mark.parametrize("name", ["Q2", "a_b", "../x", "x" * 41, "-x", "x.yaml", ""])
def test_a_bad_id_is_refused(empty: Path, cli: Cli, name: str) -> None:
    """What is no id of a quiz writes nothing, wherever it points."""
    done = cli(empty, "new", "--", name)
    assert done.returncode == 2 and "is no quiz id" in done.stderr
    assert not (empty / "quizzes").exists()


def test_outside_a_course_nothing_is_written(tmp_path: Path, cli: Cli) -> None:
    """Without a course at or above the folder the next command is named."""
    done = cli(tmp_path, "new", "q")
    assert done.returncode == 2 and "grader new --course DIR" in done.stderr and not list(tmp_path.iterdir())


def test_the_preview_shows_everything_and_keeps_nothing(course: Path, cli: Cli) -> None:
    """Each question stands with choices, right answer, all feedback and explanation; no attempt begins."""
    shown = cli(course, "preview", "tiny")
    assert shown.returncode == 0, shown.stderr
    for words in ("Question 1, stop-epoch", "    ✓ 3", "    ✗ Never", "One miss alone is not yet two.", "counts to two",
                  "losses = [1.0", "✓ Running statistics move", "μ is the mean"):  # fmt: skip
        assert words in shown.stdout, words
    assert not (course / "answers").exists()


def test_the_preview_of_a_graded_release_has_no_answers(course: Path, cli: Cli, tmp_path: Path) -> None:
    """A release without a key is shown as learners get it, and a quiz with other numbers says how many there are."""
    assert cli(course, "release", "tiny", "--mode", "graded", "--out", tmp_path / "out").returncode == 0
    released = next((tmp_path / "out").rglob("tiny.yaml"))
    shown = cli(course, "preview", released)
    assert shown.returncode == 0 and "Question 2, batchnorm" in shown.stdout and "✓" not in shown.stdout
    (course / "exercises").mkdir()
    assert cli(course, "new", "mine").returncode == 0
    assert "the first of 9 draws" in cli(course, "preview", "mine").stdout
