"""The kind `fill`: which texts are the same, what a known wrong one says, and its way to platforms and back."""

from fractions import Fraction
from pathlib import Path

import pytest

from grader.quiz.exchange import FORMATS, read, write
from grader.quiz.exchange.rendering import to_html
from grader.quiz.format.document import DocumentError
from grader.quiz.format.kinds.fill import FillQuestion
from grader.quiz.format.model import Quiz
from grader.quiz.format.reader import parse_source
from grader.quiz.format.writer import quiz_text
from grader.quiz.lint.linter import lint
from grader.quiz.score.release import release_quiz
from grader.quiz.score.scoring import judge

from .conftest import Cli

TEXT = """format: 1
id: blanks
title: Blanks
questions:
  - id: clear
    kind: fill
    stem: |-
      What clears the gradients before the next batch?

      ```python
      optimizer.____
      ```
    blanks:
      - accept: ["zero_grad()", "zero_grad(set_to_none=True)"]
        pattern: 'zero_grad\\( *(set_to_none *= *(True|False))? *\\)'
    feedback: Every gradient is dropped or set to zero.
    known:
      - {id: step, text: "step()", feedback: That moves the weights instead., misconception: step-clears}
    explanation: "Gradients add up until they are cleared."
  - id: group
    kind: fill
    scoring: all_or_nothing
    stem: "Fill both: `{'params': ____, 'weight_decay': ____}` for the biases."
    blanks:
      - accept: biases
      - accept: ["0", "0.0"]
    feedback: A bias is not decayed at all.
    known:
      - {id: all, text: [biases, "0.01"], feedback: That decays the biases too., misconception: decays-biases}
    explanation: "A group has its own decay."
"""


@pytest.fixture
def quiz() -> Quiz:
    return parse_source(TEXT, "blanks.yaml").quiz


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("zero_grad()", "correct"), (" zero_grad( ) ", "correct"), ("zero_grad(set_to_none = True)", "correct"),
        ("zero_grad(set_to_none=False)", "correct"), ("Zero_grad()", "wrong"), ("zero_grad", "wrong"),
        ("step()", "wrong"), ("zero _grad()", "wrong"), ("x" * 201, "invalid"),
    ],
)  # fmt: skip
def test_texts_are_compared_as_code(quiz: Quiz, typed: str, status: str) -> None:
    """Spaces around signs mean nothing, those between words do, capitals count, and a pattern must fit the whole."""
    assert judge(quiz.questions[0], (typed,)).status == status


def test_several_blanks_pay_together_or_one_by_one(quiz: Quiz) -> None:
    """Each blank has its own texts."""
    strict = quiz.questions[1]
    assert [judge(strict, picks).points for picks in (("biases", "0.0"), ("biases", "0.01"))] == [1, 0]
    assert strict.replace(scoring="partial").share(("biases", "0.01")) == Fraction(1, 2)
    assert judge(strict, ("biases",)).status == "invalid"


def test_capitals_may_be_told_not_to_count_and_quotes_never_do() -> None:
    """`cased: false` compares letters alone; `'a'` and `"a"` are the same text."""
    loose = parse_source(
        TEXT.replace('    blanks:\n      - accept: ["zero', '    cased: false\n    blanks:\n      - accept: ["zero'),
        "b.yaml",
    )
    assert judge(loose.quiz.questions[0], ("ZERO_GRAD()",)).status == "correct"
    quoted = loose.quiz.questions[0].replace(blanks=[{"accept": ["f('a')"]}], known=())
    assert quoted.share(('f( "a" )',)) == 1 and quoted.share(("f(a)",)) == 0


def test_a_known_wrong_text_says_what_was_misunderstood(quiz: Quiz) -> None:
    """It is told apart from any other, and an answer is shown as code whatever it holds."""
    question = quiz.questions[0]
    assert [question.taken((typed,)) for typed in ("zero_grad()", "step( )", "?")] == [
        ("right",),
        ("step",),
        ("other",),
    ]
    assert question.remarks(("step()",))[0].why == "That moves the weights instead."
    assert question.answer_text(("**a** `b`",)) == "`` **a** `b` ``"


def test_a_pattern_that_is_none_is_told_with_its_line() -> None:
    """The reader names it."""
    with pytest.raises(DocumentError) as caught:
        parse_source(TEXT.replace("'zero_grad\\(", "'zero_grad("), "blanks.yaml")
    assert "blanks.yaml:15: `pattern` is not a regular expression" in caught.value.lines[0]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("optimizer.____", "optimizer", ""),
        ("'params': ____", "'params': x", "the stem shows 1 blanks (`____`), there are 2"),
        ('text: "step()"', 'text: "zero_grad( )"', "`step` would be taken for the right answer"),
        ('text: [biases, "0.01"]', "text: biases", "`all` has 1 texts for 2 blanks"),
        ("      - accept: biases\n", "      - {}\n", "there is no text to `accept`"),
    ],
)
def test_lint_sees_what_cannot_be_scored(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """Each is an error, but a short answer needs no blank in its stem; the file as it stands has none, no warning."""
    path = tmp_path / "blanks.yaml"
    path.write_text(TEXT.replace(old, new))
    errors = lint([path], None).errors
    assert sentence in "\n".join(errors) if sentence else not errors
    path.write_text(TEXT)
    report = lint([path], None)
    assert (report.errors, report.warnings) == ([], [])


def test_a_graded_release_holds_no_text(quiz: Quiz) -> None:
    """Only how many blanks there are; it is read back."""
    released, _ = release_quiz(quiz, "graded")
    text = quiz_text(released)
    assert not [word for word in ("zero_grad", "step()", "accept", "pattern", "decayed") if word in text]
    assert parse_source(text, "blanks.yaml").quiz == released
    assert parse_source(quiz_text(quiz), "blanks.yaml").quiz == quiz


@pytest.mark.parametrize("form", FORMATS)
def test_it_comes_back_from_a_platform_without_its_pattern(quiz: Quiz, form: str) -> None:
    """Texts, feedback and slugs survive; a pattern never comes from outside, and that is told."""
    export = write(quiz, form)
    first, second = read(export.data, form, "blanks.export").questions
    original = quiz.questions[0]
    assert isinstance(original, FillQuestion)
    assert first.replace(stem=original.stem) == original.replace(blanks=[original.blanks[0].replace(pattern="")])
    assert to_html(first.stem) == to_html(original.stem)
    assert second == quiz.questions[1]
    assert any("its pattern is left out" in loss for loss in export.losses)


def test_other_peoples_short_answers_are_read() -> None:
    """GIFT's equals signs; a `*` of Moodle's stands for anything, and what no rule fits is refused."""
    (found,) = read(b"::a::Who?{=Grant =Ulysses *Grant =%0%Lee#no}", "gift", "x.gift").questions
    assert judge(found, ("Ulysses S. Grant",)).status == "correct" and judge(found, ("grant",)).status == "correct"
    assert found.remarks(("Lee",))[0].why == "no"
    with pytest.raises(DocumentError, match="pays parts for some texts"):
        read(b"::a::Who?{=Grant =%50%Lee}", "gift", "x.gift")


def test_it_is_taken_in_a_pipe(tmp_path: Path, cli: Cli) -> None:
    """Blanks are asked one after the other, and `=` lets an answer be a letter that is a command."""
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "quizzes" / "blanks.yaml").write_text(TEXT)
    shown = cli(tmp_path, "take", "blanks", "--mode", "exam", typed="=b\nbiases\n0.01\nr\n1\nzero_grad( )\ny\n").stdout
    assert "1. b " in shown and "Blank 2 of 2 [text, ?]: 0.01" in shown
    assert "✓ Question 1: correct" in shown and "✗ you answered: `biases`, `0.01`" in shown and "\x1b" not in shown
