"""What a format has no place for, as one line of JSON that only gradeloop reads: in a comment or a metadata field.

`check` is never among it: what comes from outside must not name code to run.
"""

import json
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz

FIELD = "gradeloop"
"""The name of the metadata field that holds the line."""

MARK = f"{FIELD}:"
"""What stands before the line in a comment."""

QUESTION = ("points", "pool", "scoring", "shuffle", "objective", "source", "lesson")
OF_KIND = "extra"
"""Where the line keeps what a kind without choices tells of itself."""

CHOICE = ("id", "misconception", "if_not_chosen", "pin")
QUIZ = ("id", "title", "attempts", "pools")


def of_question(question: Question) -> str:
    """The line of a question: its choices' ids or its kind's own data, and fields that differ from their default."""
    values = _non_defaults(question, QUESTION)
    if isinstance(question, ChoiceQuestion):
        return _line(values | {"choices": [_non_defaults(choice, CHOICE) for choice in question.choices]})
    return _line(values | {OF_KIND: question.portable().extra})


def of_quiz(quiz: Quiz) -> str:
    """The line of a quiz."""
    return _line(_non_defaults(quiz, QUIZ))


def _non_defaults(part: BaseModel, names: Iterable[str]) -> dict[str, object]:
    """The named fields that say something other than their default."""
    values = {name: getattr(part, name) for name in names}
    fields = type(part).model_fields
    return {name: _plain(value) for name, value in values.items() if value != fields[name].default}


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return number(value)
    return _non_defaults(value, type(value).model_fields) if isinstance(value, BaseModel) else value


def number(points: Fraction) -> int | float:
    """The points as the quiz's file has them."""
    return points.numerator if points.denominator == 1 else float(points)


def _line(values: dict[str, object]) -> str:
    """ASCII without `--`, which would end an XML comment, and without GIFT's `[id:` and `[tag:`."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return text.replace("--", "\\u002d\\u002d").replace("[id:", "\\u005bid:").replace("[tag:", "\\u005btag:")


def found_in(comments: list[str]) -> str:
    """The line among the comments of a file, "" if there is none."""
    marked = (comment.removeprefix(MARK).strip() for comment in comments if comment.startswith(MARK))
    return next(marked, "")


def parse(line: str, names: tuple[str, ...]) -> dict[str, object]:
    """The named values of a line that somebody may have edited, the rest left out. Raises ValueError."""
    try:
        values = json.loads(line or "{}")
    except (ValueError, RecursionError):
        raise ValueError("is not JSON any more") from None
    if not isinstance(values, dict):
        raise ValueError("is not a JSON object")
    known = {name: value for name, value in values.items() if name in names}
    if "choices" in known:
        choices = known["choices"]
        if not isinstance(choices, list) or not all(isinstance(choice, dict) for choice in choices):
            raise ValueError("has no list of choices")
        known["choices"] = [{name: choice[name] for name in CHOICE if name in choice} for choice in choices]
    return known
