"""GIFT and Moodle XML as readers of other people see them: gift-pegjs (npm) and moodle_xml_parser (PyPI)."""

import html
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from grader.quiz.exchange import write
from grader.quiz.exchange.rendering import to_html
from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.model import Quiz
from grader.quiz.format.reader import read_quiz
from tests.quiz import nasty, outside

QUIZZES = [
    *(nasty.only_choices(read_quiz(path)) for path in sorted((Path(__file__).parents[2] / "quizzes").glob("*.yaml"))),
    *(nasty.quiz(seed, questions=30) for seed in range(20, 24)),
]

by_quiz = pytest.mark.parametrize("quiz", QUIZZES, ids=lambda quiz: quiz.id)


def answer_sets(question: ChoiceQuestion) -> Iterator[tuple[int, ...]]:
    """Every set of places in the written order that a learner can tick."""
    places = range(len(question.choices))
    for count in range(2 if question.kind == "single" else len(places) + 1):
        yield from combinations(places, count)


def assert_pays(question: ChoiceQuestion, shares: list[float]) -> None:
    """The shares a reader found, summed and clamped as Moodle does, pay what our scorer pays for every answer set.

    Moodle has no all-or-nothing rule, so such a question is compared with its partial sibling.
    """
    question, ids = question.replace(scoring="partial"), [choice.id for choice in question.released]
    for picks in answer_sets(question):
        paid = min(1, max(0, sum(shares[place] for place in picks) / 100))
        assert paid == pytest.approx(float(question.share(tuple(ids[place] for place in picks))), abs=1e-6)


def seen_by_pegjs(quiz: Quiz) -> list[dict[str, Any]]:
    first, *questions = outside.gift_pegjs(write(quiz, "gift").data)
    assert first == {"type": "Category", "title": quiz.id}
    return questions


def gift_share(choice: dict[str, Any]) -> float:
    return 100.0 if choice["isCorrect"] else choice["weight"] or 0.0


@by_quiz
def test_gift_pegjs_reads_every_text_and_every_key(quiz: Quiz) -> None:
    """Stems, choices, feedback, explanations, ids and tags arrive whole, and every answer set pays the same."""
    found = seen_by_pegjs(quiz)
    assert len(found) == len(quiz.questions)
    for question, seen in zip(quiz.questions, found, strict=True):
        choices = question.released
        assert (seen["type"], seen["id"], seen["title"]) == ("MC", question.id, question.id)
        assert tuple(seen["tags"] or ()) == question.tags
        assert seen["stem"] == {"format": "html", "text": to_html(question.stem)}
        assert [choice["text"]["text"] for choice in seen["choices"]] == [to_html(choice.text) for choice in choices]
        feedback = [(choice["feedback"] or {"text": ""})["text"] for choice in seen["choices"]]
        assert feedback == [to_html(choice.feedback) for choice in choices]
        assert (seen["globalFeedback"] or {"text": ""})["text"] == to_html(question.explanation)
        assert_pays(question, [gift_share(choice) for choice in seen["choices"]])


@by_quiz
def test_moodle_xml_parser_reads_every_text_and_every_key(quiz: Quiz) -> None:
    """The same for Moodle XML, with points and shuffling; that parser unescapes HTML once more than it should."""
    found = outside.moodle_xml_parser(write(quiz, "moodle-xml").data)
    assert len(found) == len(quiz.questions)
    for question, seen in zip(quiz.questions, found, strict=True):
        choices = question.released
        shown = [question.stem, question.explanation, *(c.text for c in choices), *(c.feedback for c in choices)]
        texts = [seen["text_pre_parse"], seen["general_feedback"]]
        texts += [option["answer"] for option in seen["options"]] + [option["feedback"] for option in seen["options"]]
        assert texts == [html.unescape(to_html(text)) for text in shown]
        assert (seen["name"], seen["single"]) == (question.id, question.kind == "single")
        assert seen["default_grade"] == float(question.points)
        assert seen["shuffle_answers"] == (question.shuffle and not any(choice.pin for choice in choices))
        assert_pays(question, [option["score_fraction"] for option in seen["options"]])


STEM = r"Is $\nabla L = 0$ at `x == y`? # yes // no ]]> {a: ~b}"


@pytest.fixture
def trap(tiny: Quiz) -> Quiz:
    """One question that holds each character GIFT gives a meaning to, and a blank line and a comment line in code."""
    single = tiny.questions[0].replace(id="trap", stem=STEM + "\n\n```\na\n\n// b\n```\n", tags=(), check=None)
    texts = {True: r"$\nabla = 1$", False: "x = 2"}
    choices = tuple(choice.replace(text=f"{texts[choice.correct]} ({choice.id})") for choice in single.choices)
    return tiny.replace(questions=(single.replace(choices=choices),))


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda data: data.replace(rb"x \= 2", b"x = 2", 1), "a second key"),
        (lambda data: data.replace(rb"\\nabla", rb"\nabla", 1), "a line break and abla"),
        (lambda data: data.replace(rb"\n", b"\n"), "a question cut by its blank line"),
        (lambda data: data.replace(rb"\# yes", b"# yes", 1), "a feedback in the stem"),
        (lambda data: data.replace(rb"\{", b"{", 1), "answers that start in the stem"),
        (lambda data: data.replace(rb"\~b", b"~b", 1), "a choice in the stem"),
        (lambda data: data.replace(rb"\:", b":", 1), "an unescaped colon"),
    ],
)
def test_gift_pegjs_sees_each_missing_escape(trap: Quiz, break_it: Callable[[bytes], bytes], says: str) -> None:
    """Each escape is needed: without it gift-pegjs refuses the file or reads another question."""
    data = write(trap, "gift").data
    good = outside.gift_pegjs(data)
    broken = break_it(data)
    assert broken != data, says
    try:
        assert outside.gift_pegjs(broken) != good, says
    except ValueError:
        pass


@pytest.mark.parametrize(
    "break_it",
    [
        lambda data: data.replace(b'fraction="0"', b'fraction="100"', 1),
        lambda data: data.replace(b"<single>true", b"<single>false", 1),
        lambda data: data.replace(b"</questiontext>", b"", 1),
        lambda data: data.replace(b"]]&amp;gt;", b"]]>", 1),
        lambda data: data.replace(b"&lt;code&gt;", b"<code>", 1),
    ],
    ids=["two keys", "another kind", "an element not closed", "an unescaped ]]>", "an unescaped tag"],
)
def test_moodle_xml_parser_sees_each_break(trap: Quiz, break_it: Callable[[bytes], bytes]) -> None:
    """A second key, a lost text or an element that does not close is refused or read as something else."""
    data = write(trap, "moodle-xml").data
    good = outside.moodle_xml_parser(data)
    broken = break_it(data)
    assert broken != data
    try:
        assert outside.moodle_xml_parser(broken) != good
    except ValueError:
        pass


def test_shares_are_numbers_of_moodles_list() -> None:
    """Moodle refuses a share it does not know; five decimals are what its list has."""
    known = "100 90 83.33333 80 75 70 66.66667 60 50 40 33.33333 30 25 20 16.66667 14.28571 12.5 11.11111 10 5".split()
    choices = nasty.quiz(0).questions[0].choices
    for count in (*range(1, 11), 20):
        key = tuple(choices[0].replace(id=f"c{n}", correct=n < count) for n in range(count + 1))
        question = nasty.quiz(0).questions[0].replace(kind="multiple", choices=key, shuffle=False)
        data = write(nasty.quiz(0).replace(questions=(question,)), "gift").data.decode()
        weights = {line.split("%")[1] for line in data.splitlines() if line.startswith("~%")}
        assert weights <= {*known, *(f"-{share}" for share in known)} and len(weights) == 2
