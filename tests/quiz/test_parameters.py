"""Questions with parameters: draws, expressions, what attempts show, what a release and an export hold."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.quiz.analysis.item_analysis import analyze
from grader.quiz.exchange import write
from grader.quiz.format.document import DocumentError
from grader.quiz.format.model import Quiz
from grader.quiz.format.parameters import MOST, draws, filled, parameters_of
from grader.quiz.format.reader import parse_source
from grader.quiz.format.writer import quiz_text
from grader.quiz.lint.linter import lint
from grader.quiz.score.release import release_quiz
from grader.quiz.score.scoring import judge, score_attempt
from grader.quiz.take.attempt import start_or_resume

TEXT = """format: 1
id: drawn
title: Drawn
questions:
  - id: decay
    kind: numeric
    parameters: {lr: [0.1, 0.01], tau: [200, 300, 500]}
    stem: "`lr={{lr}}`, {{tau}} steps: which strength?"
    answer: "{{1 / (lr * tau)}}"
    tolerance: 1 %
    feedback: One over the product {{lr * tau}} of both.
    known:
      - {id: product, value: "{{lr * tau}}", feedback: That is the product itself., misconception: upside-down}
    explanation: "Longer runs are weaker penalties."
    check: strength
  - id: pick
    kind: single
    parameters:
      - {losses: "[3, 2, 4]", best: 1, last: 2}
      - {losses: "[1, 2, 4, 5]", best: 0, last: 3}
    stem: "Which epoch of `{{losses}}` is best?"
    choices:
      - {id: right, correct: true, text: "epoch {{best}}", feedback: Its loss is the smallest of all.}
      - {id: wrong, text: "epoch {{last}}", feedback: That is only the last one., misconception: last-is-best}
    explanation: "The best is the smallest."
"""
CHECKS = "def strength(lr, tau):\n    return 1 / (lr * tau)\n"


@pytest.fixture
def quiz() -> Quiz:
    return parse_source(TEXT, "drawn.yaml").quiz


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{a}} of {{b}}", "3 of 0.5"), ("{{1 / a}}", "0.3333333333"), ("{{1 / a | .3f}}", "0.333"),
        ("{{a ** 2 - b}}", "8.5"), ("{{a if a > 2 else b}}", "3"), ("{{sqrt(a + 1)}}", "2"), ("{{max(a, b, 7)}}", "7"),
        ("{{0.1 + 0.2}}", "0.3"), ("{{name}}", "[1, 2]"), ("{{10000 | ,d}}", "10,000"), ("{{-a // 2}}", "-2"),
        ("{{round(b * a)}}", "2"), ("a {b} $\\frac{1}{2}$", "a {b} $\\frac{1}{2}$"),
    ],
)  # fmt: skip
def test_expressions_have_exact_values(text: str, value: str) -> None:
    """Arithmetic is in fractions, so that 0.1 + 0.2 is 0.3; braces that are not double stay."""
    assert filled(text, {"a": 3, "b": 0.5, "name": "[1, 2]"}) == value


@pytest.mark.parametrize(
    "text",
    ["{{c}}", "{{a.real}}", "{{__import__('os')}}", "{{a[0]}}", "{{1 / 0}}", "{{9 ** 9 ** 9}}", "{{a +}}", "{{a | x}}",
     "{{(lambda: 1)()}}", "{{exp(10000)}}"],
)  # fmt: skip
def test_what_is_no_expression_is_refused(text: str) -> None:
    """Names, attributes, calls and powers beyond what is needed end in a ValueError, nothing else."""
    with pytest.raises(ValueError, match="."):
        filled(text, {"a": 3})


def test_draws_are_the_same_everywhere_and_at_most_fifty() -> None:
    """All combinations in an order of their own for each question, or the list as it stands."""
    many = parameters_of({"a": tuple(range(20)), "b": tuple(range(20))})
    assert len(draws(many, "q")) == MOST == len({(row["a"], row["b"]) for row in draws(many, "q")})
    assert draws(many, "q") == draws(many, "q") != draws(many, "r")
    listed = parameters_of(({"a": 1}, {"a": 2}))
    assert [row["a"] for row in draws(listed, "q")] == [1, 2]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("tau: [200, 300, 500]", "tau: []", "drawn.yaml:7: `parameters` must give `tau` a list of numbers or texts"),
        ("tau: [200, 300, 500]", "Tau: [1]", "must have names of a-z, 0-9 and _, not `Tau`"),
        ("best: 0, last: 3", "best: 0", "must be maps of the same names"),
        ("{{tau}} steps", "{{tua}} steps", "drawn.yaml:7: `decay`: there is no parameter `tua`"),
        (
            'answer: "{{1 / (lr * tau)}}"',
            'answer: "{{lr}} ms"',
            "drawn.yaml:7: `decay`: the first draw makes no question",
        ),
    ],
)
def test_what_cannot_be_drawn_is_told_with_its_line(old: str, new: str, sentence: str) -> None:
    """The reader names the parameters' line."""
    with pytest.raises(DocumentError) as caught:
        parse_source(TEXT.replace(old, new), "drawn.yaml")
    assert sentence in "\n".join(caught.value.lines)


def test_attempts_show_other_numbers(quiz: Quiz, tmp_path: Path) -> None:
    """Three attempts of one learner have three variants; another learner may begin elsewhere; all is kept."""
    question = quiz.questions[0]
    shown = [question.variant_for("anna", quiz.id, attempt) for attempt in (1, 2, 3)]
    assert len({question.variant(number).stem for number in shown}) == 3
    assert len({question.variant_for(name, quiz.id, 1) for name in "abcdefgh"}) > 1
    attempt, _ = start_or_resume(quiz, tmp_path / "answers.json", "anna")
    attempt.save()
    again, note = start_or_resume(quiz, tmp_path / "answers.json", "anna")
    assert note and again.variants == attempt.variants == {"decay": shown[0], "pick": again.variants["pick"]}
    assert again.questions[0].stem == question.variant(shown[0]).stem


def test_an_answer_is_scored_with_the_numbers_it_was_asked_with(quiz: Quiz) -> None:
    """The same number is right in one variant and wrong in another."""
    question = quiz.questions[0]
    rows = question.draws
    at = next(number for number, row in enumerate(rows) if row == {"lr": 0.1, "tau": 200})
    other = next(number for number, row in enumerate(rows) if row == {"lr": 0.01, "tau": 200})
    assert [judge(question, ("0.05",), number).points for number in (at, other)] == [1, 0]
    result = score_attempt(quiz, 1, {"decay": ("0.05",)}, {"decay": at})
    assert result.earned == Fraction(1) and result.questions[0].variant == at
    both = analyze(quiz.questions[:1], [(("0.05",),), (("0.05",),)], [(at,), (other,)])
    assert both.items[0].difficulty.value == 0.5


def test_every_draw_is_linted_and_checked(tmp_path: Path) -> None:
    """A distractor that some draw makes right, and a key that its check does not compute, are errors with values."""
    folder = tmp_path / "quizzes"
    folder.mkdir()
    path = folder / "drawn.yaml"
    (folder / "checks.py").write_text(CHECKS)
    path.write_text(TEXT)
    assert lint([path], folder).errors == []
    path.write_text(TEXT.replace("tau: [200, 300, 500]", "tau: [200, 100, 10]"))
    assert any("`product` would be taken for the right answer (with lr=" in line for line in lint([path], None).errors)
    path.write_text(TEXT.replace('answer: "{{1 / (lr * tau)}}"', 'answer: "{{1 / (lr * 100)}}"'))
    (wrong,) = lint([path], folder).errors
    assert "check `strength` gives" in wrong and "(and 5 more)" in wrong


def test_a_graded_release_shows_numbers_and_no_expression(quiz: Quiz) -> None:
    """What is released makes the same texts for every draw, and holds neither formula nor the names of parameters."""
    released, _ = release_quiz(quiz, "graded")
    text = quiz_text(released)
    back = parse_source(text, "drawn.yaml").quiz
    assert not [word for word in ("tau", "best:", "last", "/ (", "lr *", "check") if word in text]
    for question, own in zip(back.questions, quiz.questions, strict=True):
        assert len(question.draws) == len(own.draws)
        for number in range(len(own.draws)):
            shown, original = question.variant(number), own.variant(number)
            assert shown.stem == original.stem
            assert sorted(t for _, t, _ in shown.shown) == sorted(t for _, t, _ in original.shown)


def test_a_practice_release_keeps_them(quiz: Quiz) -> None:
    """Reading back what was written gives the same quiz without its check."""
    released, _ = release_quiz(quiz, "practice")
    again: Any = parse_source(quiz_text(released), "drawn.yaml").quiz
    assert again == released and again.questions[0].parameters == quiz.questions[0].parameters


@pytest.mark.parametrize("form", ["gift", "moodle-xml", "qti12"])
def test_an_export_has_the_first_variant_and_says_so(quiz: Quiz, form: str) -> None:
    """Platforms get plain numbers."""
    export = write(quiz, form)
    assert b"{{" not in export.data
    assert "other numbers: of `decay` the first variant alone is written" in export.losses
