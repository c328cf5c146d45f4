"""The quiz as data: what a `quizzes/<id>.yaml` holds once it was read and found to have the right shape.

Everything here is frozen and knows nothing of files. The shape (types, ids, no unknown keys) is enforced here; whether
the content makes sense (one key in a single question, feedback that says something) is for `grader.quiz.lint.rules`,
so that an author can see such problems all at once.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,39}$"

Id = Annotated[str, Field(pattern=ID_PATTERN)]
"""A quiz, question or choice id; answers and statistics hang on it, so it is never used again for something else."""

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
"""A tag, an objective or a misconception: the same letters as an id, a little longer."""

Text = Annotated[str, Field(min_length=1)]
"""Markdown with `$...$` mathematics; never empty."""


def _exact(value: Any) -> Fraction:
    """The points a file names, without a binary rounding: 0.1 is 1/10."""
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        raise ValueError("must be a number")
    points = value if isinstance(value, Fraction) else Fraction(str(value))
    if not 0 <= points <= 1000:
        raise ValueError("must be between 0 and 1000")
    return points


Points = Annotated[Fraction, PlainValidator(_exact)]
"""An exact, non-negative number of points; a question of 0 points is a survey question."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed; unlike `model_copy` it is checked and takes no cached property along."""
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | changes)


class Choice(_Frozen):
    """One answer a learner can tick."""

    id: Id
    text: Text
    correct: bool = False
    feedback: str = ""
    misconception: Slug | None = None
    if_not_chosen: str = ""
    pin: Literal["first", "last"] | None = None


class Question(_Frozen):
    """A stem and its choices; `single` has exactly one correct choice, `multiple` one or more."""

    id: Id
    kind: Literal["single", "multiple"]
    stem: Text
    choices: Annotated[tuple[Choice, ...], Field(strict=False)]
    explanation: str = ""
    points: Points = Fraction(1)
    scoring: Literal["partial", "all_or_nothing"] = "partial"
    shuffle: bool = True
    objective: Slug | None = None
    tags: Annotated[tuple[Slug, ...], Field(strict=False)] = ()
    source: str = ""
    check: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,79}$")] | None = None

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all choices."""
        return frozenset(choice.id for choice in self.choices)

    @cached_property
    def correct(self) -> frozenset[str]:
        """The ids of the correct choices; empty in a graded release."""
        return frozenset(choice.id for choice in self.choices if choice.correct)

    @property
    def texts(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every Markdown text of the question with its path in it, as (("choices", 0, "feedback"), "...")."""
        yield ("stem",), self.stem
        for number, choice in enumerate(self.choices):
            for name in ("text", "feedback", "if_not_chosen"):
                yield ("choices", number, name), getattr(choice, name)
        yield ("explanation",), self.explanation

    def choice(self, choice_id: str) -> Choice | None:
        """The choice of that id."""
        return next((choice for choice in self.choices if choice.id == choice_id), None)


class Attempts(_Frozen):
    """How often a learner may answer, and which attempt counts (Moodle's four rules)."""

    max: Annotated[int, Field(ge=1, le=1000)] | None = None
    keep: Literal["highest", "last", "first", "average"] = "highest"


class Defaults(_Frozen):
    """What a question has where it says nothing itself; the reader writes these into every question."""

    points: Points = Fraction(1)
    scoring: Literal["partial", "all_or_nothing"] = "partial"
    shuffle: bool = True


class Quiz(_Frozen):
    """A whole quiz. `release` is None for the author's own file; a `graded` release holds no key."""

    format: Literal[1] = 1
    id: Id
    title: Text
    attempts: Attempts = Attempts()
    release: Literal["practice", "graded"] | None = None
    questions: Annotated[tuple[Question, ...], Field(strict=False, min_length=1)]

    @property
    def has_key(self) -> bool:
        """Whether the correct choices are known here."""
        return self.release != "graded"

    def question(self, question_id: str) -> Question | None:
        """The question of that id."""
        return next((question for question in self.questions if question.id == question_id), None)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of what a learner sees: another hash means another quiz. Feedback and key do not count."""
        return _digest(
            {
                "id": self.id,
                "title": self.title,
                "questions": [
                    {
                        "id": question.id,
                        "kind": question.kind,
                        "stem": question.stem,
                        "points": str(question.points),
                        "scoring": question.scoring,
                        "choices": [[choice.id, choice.text, choice.pin] for choice in question.choices],
                    }
                    for question in self.questions
                ],
            }
        )

    @property
    def key_hash(self) -> str:
        """SHA-256 of the key alone: when it changes, answers must be scored again."""
        return _digest({question.id: sorted(question.correct) for question in self.questions})


def _digest(value: object) -> str:
    """SHA-256 of canonical JSON: sorted keys, no spaces, text in NFC."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")).hexdigest()
