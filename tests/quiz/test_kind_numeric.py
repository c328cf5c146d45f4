"""The kind `numeric`: what counts as the number, what a known wrong one says, and its way to platforms and back."""

from fractions import Fraction
from pathlib import Path

import pytest

from grader.quiz.exchange import FORMATS, read, write
from grader.quiz.format.document import DocumentError
from grader.quiz.format.model import Quiz
from grader.quiz.format.numbers import number
from grader.quiz.format.reader import parse_source
from grader.quiz.format.writer import quiz_text
from grader.quiz.lint.linter import lint
from grader.quiz.score.release import release_quiz
from grader.quiz.score.scoring import judge

from .conftest import Cli

TEXT = """
format: 1
id: numbers
title: Numbers
questions:
  - id: decay
    kind: numeric
    stem: "What is $1/(\\\\eta\\\\tau)$ for `lr=0.01` after 1000 steps?"
    answer: 0.1
    tolerance: 1 %
    unit: ms
    feedback: One over a hundredth of a thousand.
    known:
      - {id: eta-over-tau, value: 0.00025, feedback: That divides by the steps instead., misconception: upside-down}
    explanation: "The strength is the inverse of the product."
    check: strength
  - id: stop-and-best
    kind: numeric
    scoring: all_or_nothing
    stem: Which epoch stops the run, and which was best?
    answer: [11, 8]
    feedback: Three misses follow the eighth epoch.
    known:
      - {id: same, value: [11, 11], feedback: The best one came three before., misconception: stop-is-best}
    explanation: "Three misses in a row."
    check: stop
"""


@pytest.fixture
def quiz() -> Quiz:
    return parse_source(TEXT, "numbers.yaml").quiz


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("0.1", "correct"), (".1", "correct"), ("1e-1", "correct"), ("1/10", "correct"), ("0.1 ms", "correct"),
        ("0.101", "correct"), ("0.099", "correct"), ("0.1011", "wrong"), ("-0.1", "wrong"), ("0.00025", "wrong"),
        ("0,1", "invalid"), ("0.1 s", "invalid"), ("a tenth", "invalid"), ("1/0", "invalid"), ("", "invalid"),
    ],
)  # fmt: skip
def test_a_number_is_compared_by_value(quiz: Quiz, typed: str, status: str) -> None:
    """Spelling does not matter, the tolerance includes its ends, and what is no number is invalid rather than wrong."""
    assert judge(quiz.questions[0], (typed,)).status == status


def test_several_numbers_pay_together_or_one_by_one(quiz: Quiz) -> None:
    """All or nothing wants every number; partial scoring pays each in its place."""
    strict = quiz.questions[1]
    partial = strict.replace(scoring="partial")
    assert [judge(strict, picks).points for picks in (("11", "8"), ("11", "9"), ("8", "11"))] == [1, 0, 0]
    assert [judge(partial, picks).points for picks in (("11", "9"), ("8", "11"))] == [Fraction(1, 2), 0]
    assert judge(strict, ("11",)).status == "invalid"


def test_a_known_wrong_number_is_told_from_any_other(quiz: Quiz) -> None:
    """Analysis and feedback see the right answer, a known wrong one and the rest apart."""
    question = quiz.questions[0]
    assert [question.taken((typed,)) for typed in ("0.1", "0.00025", "7")] == [
        ("right",),
        ("eta-over-tau",),
        ("other",),
    ]
    assert [line.why for line in question.remarks(("0.00025",))] == [
        "That divides by the steps instead.",
        "One over a hundredth of a thousand.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("answer: 0.1", "answer: ten", "numbers.yaml:9: `answer` (item 1) must be a number, not 'ten'"),
        ("tolerance: 1 %", "tolerance: about", "`tolerance` must be a number, or a share of the value such as `1 %`"),
        ("tolerance: 1 %", "tolerance: -1", "`tolerance` must"),
        ("unit: ms", "units: ms", "numbers.yaml:11: unknown key `units`; did you mean `unit`?"),
        ("value: 0.00025", "valeu: 0.00025", "unknown key `valeu`; did you mean `value`?"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(old: str, new: str, sentence: str) -> None:
    """The reader names key and line of what no numeric question has."""
    with pytest.raises(DocumentError) as caught:
        parse_source(TEXT.replace(old, new).lstrip(), "numbers.yaml")
    assert sentence.replace(":9:", ":8:").replace(":11:", ":10:") in "\n".join(caught.value.lines)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("value: 0.00025", "value: 0.1005", "`eta-over-tau` would be taken for the right answer"),
        ("value: [11, 11]", "value: 11", "`same` has 1 numbers, the answer 2"),
        ("    answer: [11, 8]\n", "", "`answer` is missing"),
        ("id: same", "id: right", "the id `right` has a meaning of its own"),
        ("    check: strength\n", "", "no `check` computes it"),
        ("    tolerance: 1 %\n", "", "no whole number and has no `tolerance`"),
    ],
)
def test_lint_sees_what_cannot_be_told_apart(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """A known wrong number within the tolerance, a missing key, a key that nothing computes."""
    path = tmp_path / "numbers.yaml"
    path.write_text(TEXT.replace(old, new))
    report = lint([path], None)
    assert sentence in "\n".join([*report.errors, *report.warnings])
    path.write_text(TEXT)
    assert lint([path], None).errors == []


def test_a_graded_release_holds_no_number(quiz: Quiz) -> None:
    """Neither key, tolerance nor known wrong numbers leave; what is asked for and its unit do, and it is read back."""
    released, keys = release_quiz(quiz, "graded")
    text = quiz_text(released)
    assert keys is not None and keys.choices == {"decay": {}, "stop-and-best": {}}
    assert not [word for word in ("0.1", "1 %", "11", "eta-over-tau", "strength", "inverse") if word in text]
    assert "unit: ms" in text and "numbers: 2" in text
    assert parse_source(text, "numbers.yaml").quiz == released


def test_the_file_of_a_quiz_is_read_back(quiz: Quiz) -> None:
    """Writer and reader agree."""
    assert parse_source(quiz_text(quiz), "numbers.yaml").quiz == quiz


@pytest.mark.parametrize("form", FORMATS)
def test_it_comes_back_from_a_platform(quiz: Quiz, form: str) -> None:
    """Numbers, tolerance, unit, feedback and slugs survive the way out and in; what is lost is told."""
    export = write(quiz, form)
    back = read(export.data, form, "numbers.export")
    assert back.questions == tuple(question.replace(check=None) for question in quiz.questions)
    assert any("several numbers are one text there" in loss for loss in export.losses)


def test_other_peoples_numbers_are_read() -> None:
    """GIFT's range and its answer without a mark."""
    first, second = read(b"::a::One{#1.4..1.6}\n\n::b::Two{#=5:1#yes =%0%7#no}", "gift", "x.gift").questions
    assert judge(first, ("1.6",)).points == 1 and judge(first, ("1.61",)).points == 0
    assert judge(second, ("4",)).points == 1 and [line.why for line in second.remarks(("7",))][0] == "no"


def test_it_is_taken_in_a_pipe(tmp_path: Path, cli: Cli) -> None:
    """What is no number is asked again, several may stand between brackets, and feedback says what the slip was."""
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "quizzes" / "numbers.yaml").write_text(TEXT)
    shown = cli(tmp_path, "take", "numbers", "--mode", "exam", typed="0,1\n0.1005 ms\n(11, 11)\ny\n").stdout
    assert "Question 1 of 2 (1 point; a number in ms)" in shown and "\x1b" not in shown
    assert "! Type a number in ms, as 0.25, with a decimal point and without separators." in shown
    assert "✓ Question 1: correct (1 of 1)" in shown
    assert "✗ you answered: 11, 11\n      The best one came three before." in shown
    assert "✓ right is: 11, 8" in shown and "1 of 2 points." in shown


def test_typed_numbers_are_exact() -> None:
    """A typed number is a fraction, and nothing else is a number."""
    assert number("0.1") == Fraction(1, 10) and number("−2.5e-1") == Fraction(-1, 4) and number("2/3") == Fraction(2, 3)
    assert [number(text) for text in ("", "1,5", "0x10", "nan", "1e999", "1" * 61, "1/0")] == [None] * 7
