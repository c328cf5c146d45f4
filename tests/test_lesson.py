"""The lessons: complete, short, and every demonstration of them runs and prints what the page shows."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks.demonstrations import LESSONS, agree, blocks, problems, run
from benchmarks.lesson import numbers
from grader.course.course import Course

ROOT = Path(__file__).parent.parent
WAY = ROOT / "exercises" / "README.md"
PAGES = sorted(LESSONS.glob("*.md"))
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
PARTS = [
    "Introduction", "For anyone", "The mathematics, symbol by symbol", "Demonstrations", "Exercises", "Summary",
    "Key takeaways",
]  # fmt: skip


@pytest.fixture(scope="module")
def answers() -> dict[Path, dict[str, Any]]:
    """What the blocks of each lesson print, from one process for all."""
    return dict(zip(PAGES, run(list(TEXTS.values())), strict=True))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_demonstrations_print_what_the_page_shows(page: Path, answers: dict[Path, dict[str, Any]]) -> None:
    """Every block of a lesson runs after those before it, prints the text below it, and makes the figure below it."""
    assert not problems(page, TEXTS[page], answers[page])


def test_a_wrong_output_is_found(tmp_path: Path) -> None:
    """A page that shows another number, no output at all, or a figure that is not there is not accepted."""
    page, block, answer = tmp_path / "page.md", "```python\nprint(0.125)\n```\n", {"printed": ["0.125\n"]}
    for below, found in (("\n```text\n0.125\n```\n", 0), ("\n```text\n0.225\n```\n", 1), ("", 1)):
        assert len(problems(page, block + below, answer)) == found, below
    assert "none.svg is missing" in problems(page, f"{block}\n![a line](none.svg)\n", answer)[1]


def test_a_block_that_raises_is_found(tmp_path: Path) -> None:
    """The traceback names the line on the page, and the page after it still runs."""
    first, second = "# Title\n\n```python\nx = 1 / 0\n```\n", "```python\nprint('x' in globals())\n```\n"
    failed, ran = run([first, second])
    assert 'File "lesson", line 4' in problems(tmp_path / "page.md", first, failed)[0]
    assert ran["printed"] == ["False\n"]


def test_one_unit_in_the_last_digit_is_the_same_output() -> None:
    """Decimal numbers may differ by rounding; whole numbers, words and larger differences may not."""
    assert agree("loss 0.31, 2e-07", "loss 0.32, 1e-07")
    for other in ("loss 0.33, 2e-07", "gain 0.31, 2e-07", "loss 0.31"):
        assert not agree("loss 0.31, 2e-07", other)
    assert not agree("7 epochs", "8 epochs")


def test_a_block_that_trains_may_end_a_tenth_away(tmp_path: Path) -> None:
    """Other roundings end in another accuracy; words, whole numbers and larger differences still count."""
    page = tmp_path / "page.md"
    for code, printed, found in (
        ("loss.backward()", "0.45 after 3", 0), ("loss.backward()", "0.52 after 3", 1),
        ("loss.backward()", "0.45 after 4", 1), ("loss.item()", "0.45 after 3", 1),
    ):  # fmt: skip
        text = f"```python\n{code}\n```\n\n```text\n0.40 after 3\n```\n"
        assert len(problems(page, text, {"printed": [f"{printed}\n"]})) == found, (code, printed)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_demonstrations_are_typed_and_choose_a_device(page: Path) -> None:
    """Functions are annotated whole, and the first block falls back from CUDA to MPS to the CPU."""
    code = [block.code for block in blocks(TEXTS[page])]
    functions = [node for part in code for node in ast.walk(ast.parse(part)) if isinstance(node, ast.FunctionDef)]
    for function in functions:
        arguments = [a for a in (*function.args.args, *function.args.kwonlyargs) if a.arg != "self"]
        assert function.returns is not None and all(a.annotation for a in arguments), function.name
    assert re.search(r'"cuda" if .*else "mps" if .*else "cpu"', code[0])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_lesson_has_its_parts_and_at_most_250_lines(page: Path) -> None:
    """Introduction, explanation, mathematics, demonstrations, exercises, summary, and a checklist: in one sitting."""
    text = TEXTS[page]
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == PARTS
    assert len(text.splitlines()) <= 250
    assert len(re.findall(r"^- \[ \] ", text.partition("## Key takeaways")[2], re.MULTILINE)) >= 4


def test_the_lessons_send_to_every_exercise_and_quiz() -> None:
    """Every exercise and every quiz stands at the end of a lesson, and no quiz that does not exist."""
    exercises = {name.partition("_")[0] for name in Course.load(ROOT).folders}
    quizzes = {path.stem.partition("-")[0] for path in (ROOT / "quizzes").glob("*.yaml")}
    text = "".join(part.partition("## Exercises")[2] for part in TEXTS.values())

    assert exercises <= set(re.findall(r"\*\*\[?(ex\d\d)", text))
    assert set(re.findall(r"`grader quiz take (\w+)`", text)) == quizzes


def test_the_way_through_follows_the_course() -> None:
    """exercises/README.md has the course's stages and exercises in its order, links each lesson once, and is short."""
    way, course = WAY.read_text(encoding="utf-8"), Course.load(ROOT)
    stages = [track.title for track in course.tracks]
    named = re.findall(r"\bex\d\d \w+", way)

    assert [title for title in re.findall(r"^## \d+\. (.*)$", way, re.MULTILINE) if title in stages] == stages
    assert [name for text in named if (name := text.replace(" ", "_")) in course.folders] == course.order
    assert sorted(re.findall(r"\]\(lessons/(\w+\.md)\)", way)) == [page.name for page in PAGES]
    assert len(way.splitlines()) <= 120


@pytest.mark.parametrize(("name", "value"), numbers().items())
def test_numbers_are_computed(name: str, value: str) -> None:
    """Each number that the lessons state in a sentence is what its computation gives."""
    assert any(value in text for text in TEXTS.values()), f"{name}: {value}"


def test_the_track_lists_every_exercise() -> None:
    """course.toml orders all exercises, and names none that does not exist."""
    course = Course.load(ROOT)
    listed = [name for track in course.tracks for name in track.all]
    assert sorted(listed) == sorted(course.folders)


def test_the_fourth_exercise_trains_a_model_of_ones_own() -> None:
    """A step, an honest measurement and a rule for the end come first, the whole loop is put together of them."""
    order = Course.load(ROOT).order[:4]
    assert order == ["ex33_train_step", "ex21_evaluate", "ex01_early_stopping", "ex22_fit"]


def test_prerequisites_come_first() -> None:
    """No exercise is listed before one that it needs."""
    course = Course.load(ROOT)
    order = [name.partition("_")[0] for name in course.order]
    for exercise in course.exercises.values():
        for needed in exercise.needs:
            assert order.index(needed) < order.index(exercise.key), f"{exercise.key} needs {needed}"
