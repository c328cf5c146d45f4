"""The kind `order`: what an order pays, what a known wrong one says, and its way to platforms and back."""

from fractions import Fraction
from itertools import permutations
from pathlib import Path

import pytest

from grader.quiz.exchange import FORMATS, read, write
from grader.quiz.format.document import DocumentError
from grader.quiz.format.kinds.ordering import OrderQuestion
from grader.quiz.format.model import Quiz
from grader.quiz.format.reader import parse_source
from grader.quiz.format.writer import quiz_text
from grader.quiz.lint.linter import lint
from grader.quiz.score.release import release_quiz
from grader.quiz.score.scoring import judge

from .conftest import Cli

TEXT = """format: 1
id: steps
title: Steps
questions:
  - id: loop
    kind: order
    stem: Put one step of training in order.
    steps:
      - {id: zero, text: "`optimizer.zero_grad()`"}
      - {id: forward, text: "`loss = f(model(x), y)`"}
      - {id: backward, text: "`loss.backward()`"}
      - {id: step, text: "`optimizer.step()`"}
    feedback: The update needs the gradients of this batch alone.
    known:
      - {id: step-first, order: [step], feedback: No gradient is there yet to step with., misconception: step-is-first}
    explanation: "Clear, compute, differentiate, update."
"""


@pytest.fixture
def quiz() -> Quiz:
    return parse_source(TEXT, "steps.yaml").quiz


@pytest.fixture
def question(quiz: Quiz) -> OrderQuestion:
    (found,) = quiz.questions
    assert isinstance(found, OrderQuestion)
    return found


@pytest.mark.parametrize(
    ("picks", "share"),
    [
        ("zero forward backward step", 1),
        ("step zero forward backward", Fraction(3, 4)),
        ("forward zero backward step", Fraction(1, 2)),
        ("step backward forward zero", 0),
    ],
)
def test_the_longest_right_run_is_paid(question: OrderQuestion, picks: str, share: Fraction) -> None:
    """A run is steps that follow each other as they should; one step alone is no run, and all or nothing pays none."""
    answer = tuple(picks.split())
    assert question.share(answer) == share
    assert question.replace(scoring="all_or_nothing").share(answer) == (1 if share == 1 else 0)


def test_every_order_pays_what_counting_by_hand_gives(question: OrderQuestion) -> None:
    """Over all 24 orders: one pays all, and the mean share is that of a count over pairs of neighbors."""
    shares = [question.share(answer) for answer in permutations(question.right)]
    counts = {share: shares.count(share) for share in set(shares)}
    assert counts == {Fraction(1): 1, Fraction(3, 4): 2, Fraction(1, 2): 10, Fraction(0): 11}


@pytest.mark.parametrize(
    "picks", [("zero",), ("zero", "zero", "backward", "step"), ("zero", "forward", "backward", "x")]
)
def test_an_answer_that_is_no_order_is_invalid(question: OrderQuestion, picks: tuple[str, ...]) -> None:
    """Every step once, or it is not scored."""
    assert judge(question, picks).status == "invalid"


def test_a_known_beginning_says_what_was_misunderstood(question: OrderQuestion) -> None:
    """An order that begins as a known one is told apart, and the part that is right is shown."""
    answer = ("step", "zero", "forward", "backward")
    assert question.taken(answer) == ("step-first",) and question.taken(answer[1:] + answer[:1]) == ("right",)
    assert [line.about for line in question.remarks(answer)] == ["you answered", "right in a row", "right is"]
    assert question.remarks(answer)[0].why == "No gradient is there yet to step with."


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("order: [step]", "order: []", "steps.yaml:15: `order` is empty"),
        ("{id: zero, text:", "{id: zero, txet:", "steps.yaml:9: unknown key `txet`; did you mean `text`?"),
        ("{id: forward", "{id: zero", "steps.yaml:10: choice id `zero` is taken by line 9"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(old: str, new: str, sentence: str) -> None:
    """The reader names key and line."""
    with pytest.raises(DocumentError) as caught:
        parse_source(TEXT.replace(old, new), "steps.yaml")
    assert sentence in "\n".join(caught.value.lines)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("order: [step]", "order: [zero]", "`step-first` is how the right order begins"),
        ("order: [step]", "order: [stpe]", "`step-first` names a step twice or one that is not there"),
        ('"`optimizer.step()`"', '"`loss.backward()`"', "steps `backward` and `step` say the same"),
    ],
)
def test_lint_sees_what_cannot_be_scored(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """Each is an error; the file as it stands has none and no warning."""
    path = tmp_path / "steps.yaml"
    path.write_text(TEXT.replace(old, new))
    assert sentence in "\n".join(lint([path], None).errors)
    path.write_text(TEXT)
    report = lint([path], None)
    assert (report.errors, report.warnings) == ([], [])


def test_a_graded_release_does_not_show_the_order(quiz: Quiz) -> None:
    """Steps have opaque ids in an order made from their texts, and the way back scores what was answered with them."""
    released, keys = release_quiz(quiz, "graded")
    assert keys is not None and sorted(keys.choices["loop"].values()) == sorted(quiz.questions[0].ids)
    ids = keys.choices["loop"]
    assert [ids[f"k{at}"] for at in range(1, 5)] != ["zero", "forward", "backward", "step"]
    text = quiz_text(released)
    assert not [word for word in ("step-first", "zero,", "needs the gradients", "Clear") if word in text]
    assert [quiz.questions[0].own(f"k{at}", ids) for at in range(1, 5)] == list(ids.values())
    assert parse_source(text, "steps.yaml").quiz == released


@pytest.mark.parametrize("form", FORMATS)
def test_it_comes_back_from_a_platform(quiz: Quiz, form: str) -> None:
    """The same question, whether the platform has an order or makes pairs of it, which is told."""
    export = write(quiz, form)
    assert read(export.data, form, "steps.export").questions == quiz.questions
    assert any("become pairs of place and step" in loss for loss in export.losses) == (form != "moodle-xml")
    assert parse_source(quiz_text(quiz), "steps.yaml").quiz == quiz


def test_it_is_taken_in_a_pipe(tmp_path: Path, cli: Cli) -> None:
    """A line that is no order is asked again; the answer is kept as ids and paid in part."""
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "quizzes" / "steps.yaml").write_text(TEXT)
    shown = cli(tmp_path, "take", "steps", "--mode", "exam", typed="1 2\n1 1 2 3\n1 2 3 4\n1\n4 3 2 1\ny\n").stdout
    assert "(1 point; put in order; the longest right run counts)" in shown and "\x1b" not in shown
    assert shown.count("! Type each number from 1 to 4 once, in the order you find right.") == 2
    assert "(your answer so far: 1 2 3 4)" in shown and "1. 4 3 2 1" in shown
