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

    id: Annotated[Id, Field(description="its name in answers and analysis")]
    text: Annotated[Text, Field(description="what the learner reads, in Markdown")]
    correct: Annotated[bool, Field(description="whether it is right")] = False
    feedback: Annotated[str, Field(description="what a learner who ticked it reads")] = ""
    misconception: Annotated[Slug | None, Field(description="the slug of what is misunderstood by who ticks it")] = None
    if_not_chosen: Annotated[str, Field(description="what a learner who should have ticked it reads")] = ""
    pin: Annotated[Literal["first", "last"] | None, Field(description="its place when choices are shuffled")] = None


class Question(_Frozen):
    """A stem and its choices; `single` has exactly one correct choice, `multiple` one or more."""

    id: Annotated[Id, Field(description="its name in answers and analysis")]
    kind: Annotated[Literal["single", "multiple"], Field(description="one right choice, or one or more")]
    stem: Annotated[Text, Field(description="the question, in Markdown")]
    choices: Annotated[tuple[Choice, ...], Field(strict=False, description="two or more answers")]
    explanation: Annotated[str, Field(description="what everybody reads afterwards")] = ""
    points: Annotated[Points, Field(description="what it is worth; 0 for a survey question")] = Fraction(1)
    scoring: Annotated[
        Literal["partial", "all_or_nothing"], Field(description="how several right choices are paid")
    ] = "partial"
    shuffle: Annotated[bool, Field(description="whether the order of choices is drawn")] = True
    objective: Annotated[Slug | None, Field(description="the slug of what it asks for")] = None
    tags: Annotated[tuple[Slug, ...], Field(strict=False, description="slugs of its topics")] = ()
    source: Annotated[str, Field(description="where its facts come from")] = ""
    check: Annotated[
        str | None,
        Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,79}$", description="a function in checks.py that computes the key"),
    ] = None

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

    max: Annotated[int | None, Field(ge=1, le=1000, description="how often it may be taken")] = None
    keep: Annotated[Literal["highest", "last", "first", "average"], Field(description="which attempt counts")] = (
        "highest"
    )


class Defaults(_Frozen):
    """What a question has where it says nothing itself; the reader writes these into every question."""

    points: Annotated[Points, Field(description="of questions that name none")] = Fraction(1)
    scoring: Annotated[Literal["partial", "all_or_nothing"], Field(description="of questions that name none")] = (
        "partial"
    )
    shuffle: Annotated[bool, Field(description="of questions that name none")] = True


class Quiz(_Frozen):
    """A whole quiz. `release` is None for the author's own file; a `graded` release holds no key."""

    format: Annotated[Literal[1], Field(description="version of this file's form")] = 1
    id: Annotated[Id, Field(description="the file's name without .yaml")]
    title: Annotated[Text, Field(description="one line for lists and reports")]
    attempts: Annotated[Attempts, Field(description="how often, and which counts")] = Attempts()
    release: Annotated[
        Literal["practice", "graded"] | None, Field(description="how the file was released; none in an author's own")
    ] = None
    questions: Annotated[tuple[Question, ...], Field(strict=False, min_length=1, description="one or more")]

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
