"""Demonstrations: what they declare is read without running them, and a process of its own draws them."""

import asyncio
import base64
import math
from pathlib import Path

import pytest

from grader.base.errors import CourseError, UsageError
from grader.demo import Choice, Slider
from grader.demo.library import Demo, find_demos, read_demo
from grader.demo.studio import Studio
from grader.workbook.demos import frames, near

ROOT = Path(__file__).parents[2]
SMALL = '''"""Two coins

How often do they agree?"""
from matplotlib.figure import Figure

from grader.demo import Choice, Prediction, Shown, Slider

PARAMETERS = (Slider("p", "chance", 0, 1, 0.5, step=0.25), Choice("color", "color", ("red", "blue"), "red"))
PREDICTION = Prediction("How often?", of="agree", at={"p": 0.25}, tolerance=0.01)


def draw(p, color):
    if p == 1:
        raise ValueError("always heads")
    print("a word that is no answer")
    figure = Figure(figsize=(2, 2))
    figure.subplots().plot([0, p], color=color)
    return Shown(figure, {"agree": p**2 + (1 - p) ** 2}, (("a", "b"), (1, 2)))
'''


@pytest.fixture
def small(tmp_path: Path) -> Demo:
    path = tmp_path / "demos" / "coins" / "demo.py"
    path.parent.mkdir(parents=True)
    path.write_text(SMALL, encoding="utf-8")
    return read_demo(path)


def test_every_demonstration_of_the_course_is_read() -> None:
    """All declare parameters, an exercise that exists, and a prediction for values in range."""
    demos = find_demos(ROOT)
    assert {"early-stopping", "affine-matrices", "augmentation", "loss-landscape"} <= set(demos)
    for demo in demos.values():
        assert demo.prediction and demo.text and demo.values({}) == demo.defaults
        assert demo.values({name: str(value) for name, value in demo.asked.items()}) == demo.asked
        for key in demo.exercises:
            assert list((ROOT / "exercises").glob(f"{key}_*")), demo.id


def test_values_are_in_range_and_on_a_step() -> None:
    """A number goes to the nearest step, whole steps give an int; anything else is refused in words."""
    slider = Slider("rate", "rate", 0, 1, 0.5, step=0.05)
    assert slider.value("0.12") == 0.1 and Slider("n", "n", 1, 9, 3).value("4.2") == 4
    assert isinstance(Slider("n", "n", 1, 9, 3).value("4"), int)
    for text in ("-0.1", "1.1", "nan", "inf", "x", ""):
        with pytest.raises(UsageError, match="rate"):
            slider.value(text)
    with pytest.raises(UsageError, match="one of a, b"):
        Choice("c", "c", ("a", "b"), "a").value("z")


def test_frames_move_one_parameter_at_a_time(small: Demo) -> None:
    """The frames of a page without a server begin with the defaults; each differs from them in one value."""
    found = frames(small)
    assert found[0] == {"p": 0.5, "color": "red"} and len(found) == 1 + 4 + 1
    for values in found[1:]:
        assert sum(values[name] != found[0][name] for name in values) == 1


@pytest.mark.parametrize(
    ("guess", "value", "right"),
    [
        ("0.62", 0.625, True), ("0,63", 0.625, True), ("0.7", 0.625, False), ("Yes", "yes", True),
        ("no", "yes", False), ("nan", 1, False),
    ],
)  # fmt: skip
def test_a_guess_is_right_within_its_tolerance(guess: str, value: object, right: bool) -> None:
    """Numbers count within the tolerance, with a comma too; words without regard to capitals."""
    assert near(guess, value, 0.01) is right


def test_one_thread_draws(tmp_path: Path) -> None:
    """The figures are small: on a busy machine several threads would wait for each other."""
    path = tmp_path / "demos" / "threads" / "demo.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        '''"""Threads

How many?"""
import torch

from grader.demo import Shown, Slider

PARAMETERS = (Slider("p", "chance", 0, 1, 0.5, step=0.25),)


def draw(p):
    return Shown(None, {"threads": torch.get_num_threads()})
''',
        encoding="utf-8",
    )
    demo = read_demo(path)

    async def threads() -> object:
        studio = Studio()
        try:
            return (await studio.draw(demo, demo.defaults))["numbers"]["threads"]
        finally:
            await studio.close()

    assert asyncio.run(threads()) == 1


def test_the_studio_draws_remembers_and_survives(small: Demo) -> None:
    """A figure, numbers and a table come back; the same again from memory; an exception is told and ends nothing."""

    async def scene() -> None:
        studio = Studio()
        try:
            first = await studio.draw(small, small.asked)
            assert base64.b64decode(first["svg"]).startswith(b"<?xml")
            assert math.isclose(first["numbers"]["agree"], 0.625) and first["table"] == [["a", "b"], ["1", "2"]]
            assert await studio.draw(small, small.asked) is first
            process = studio.process
            with pytest.raises(CourseError, match="ValueError: always heads"):
                await studio.draw(small, small.values({"p": "1"}))
            assert (await studio.draw(small, small.defaults, dark=True))["svg"] != first["svg"]
            assert studio.process is process
        finally:
            await studio.close()

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = (", "cannot be imported"), ('"""T"""\n', "needs a docstring"),
        ('"""T"""\nPARAMETERS = (3,)\ndef draw(): ...\n', "PARAMETERS holds 3"),
    ],
)  # fmt: skip
def test_a_broken_demonstration_names_its_file(tmp_path: Path, text: str, words: str) -> None:
    """What an author got wrong is an error of the course with the file in it."""
    path = tmp_path / "demo.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=words) as caught:
        read_demo(path)
    assert str(path) in str(caught.value)
