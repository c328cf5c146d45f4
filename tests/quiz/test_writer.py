"""Writing a quiz file: what is written reads back equal."""

import random

import pytest

from grader.quiz.format.model import Quiz
from grader.quiz.format.reader import parse_source
from grader.quiz.format.writer import quiz_text

HOSTILE = r"""yes|null|1e3|- a|a: b|# no comment|'|"|\| lead|trail |{a}|[a]|&a|*a|!a|%a|@a""".split("|")
HOSTILE += ["`a`", "--- a", "...", ">-", "? a", "=", "<<", "~"]
HOSTILE += ["a\nb", "a\n\nb\n", "\na", "a\n", "a\n\n", "  a\nb", "a \nb", "a\n  \nb", "a\n---\nb", "a\n# b", "|"]
HOSTILE += ["tab\there", "\u2028", "\u00a0", "𝔼", "\U000e0001"]


def test_the_tiny_quiz_reads_back_equal(tiny: Quiz) -> None:
    """Kinds, points, pins, feedback and attempts survive a round trip, and the text is stable."""
    text = quiz_text(tiny, "a comment")
    again = parse_source(text, "q.yaml").quiz
    assert again == tiny
    assert quiz_text(again, "a comment") == text
    assert text.startswith("# a comment\nformat: 1\nid: tiny\n")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_texts_read_back_equal(tiny: Quiz, hostile: str) -> None:
    """Whatever YAML could take for something else is quoted."""
    first, second = tiny.questions
    choices = (first.choices[0].replace(text=hostile, feedback=hostile), *first.choices[1:])
    quiz = tiny.replace(
        title=hostile, questions=(first.replace(stem=hostile, choices=choices, explanation=hostile), second)
    )
    assert parse_source(quiz_text(quiz), "q.yaml").quiz == quiz


def test_random_texts_read_back_equal(tiny: Quiz) -> None:
    """200 texts of the characters that matter to YAML, drawn with a fixed seed."""
    draw = random.Random(0)
    first, second = tiny.questions
    for _ in range(200):
        stem = "".join(draw.choice(" \n\t:#-|>'\"\\{}[]&*!%@`,?ab1é𝔼") for _ in range(draw.randint(1, 30)))
        quiz = tiny.replace(questions=(first.replace(stem=stem), second))
        assert parse_source(quiz_text(quiz), "q.yaml").quiz == quiz, repr(stem)
