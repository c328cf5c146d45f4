"""The quiz as data: what a `quizzes/<id>.yaml` holds once it was read and found to have the right shape.

Everything here is frozen and knows nothing of files. The shape (types, ids, no unknown keys) is enforced here; whether
the content makes sense (one key in a single question, feedback that says something) is for `grader.quiz.lint.rules`,
so that an author can see such problems all at once. What a question holds is for its kind to say (`format.kinds`).
"""

import hashlib
import json
import unicodedata
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from grader.quiz.format.kinds import AnyQuestion
from grader.quiz.format.kinds.parts import Frozen, Id, Points, Text
from grader.quiz.format.kinds.question import Question


class Attempts(Frozen):
    """How often a learner may answer, and which attempt counts (Moodle's four rules)."""

    max: Annotated[int | None, Field(ge=1, le=1000, description="how often it may be taken")] = None
    keep: Annotated[Literal["highest", "last", "first", "average"], Field(description="which attempt counts")] = (
        "highest"
    )


class Defaults(Frozen):
    """What a question has where it says nothing itself; the reader writes these into every question."""

    points: Annotated[Points, Field(description="of questions that name none")] = Fraction(1)
    scoring: Annotated[Literal["partial", "all_or_nothing"], Field(description="of questions that name none")] = (
        "partial"
    )
    shuffle: Annotated[bool, Field(description="of questions that name none")] = True


class Quiz(Frozen):
    """A whole quiz. `release` is None for the author's own file; a `graded` release holds no key."""

    format: Annotated[Literal[1], Field(description="version of this file's form")] = 1
    id: Annotated[Id, Field(description="the file's name without .yaml")]
    title: Annotated[Text, Field(description="one line for lists and reports")]
    attempts: Annotated[Attempts, Field(description="how often, and which counts")] = Attempts()
    pools: Annotated[
        dict[Id, Annotated[int, Field(ge=1, le=1000)]],
        Field(description="`name: 3` for each: how many of the questions with this `pool` an attempt asks"),
    ] = {}
    release: Annotated[
        Literal["practice", "graded"] | None, Field(description="how the file was released; none in an author's own")
    ] = None
    questions: Annotated[tuple[AnyQuestion, ...], Field(strict=False, min_length=1, description="one or more")]

    @property
    def asks(self) -> int:
        """How many questions an attempt asks."""
        return sum(question.pool not in self.pools for question in self.questions) + sum(self.pools.values())

    @property
    def possible(self) -> Fraction:
        """The points of an attempt; the questions of a pool are worth the same."""
        each = {question.pool: question.points for question in self.questions}
        always = (question.points for question in self.questions if question.pool not in self.pools)
        return sum((each[pool] * count for pool, count in self.pools.items()), sum(always, Fraction(0)))

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
                **({"pools": self.pools} if self.pools else {}),
                "questions": [
                    {
                        "id": question.id,
                        "kind": question.kind,
                        "stem": question.stem,
                        "points": str(question.points),
                        "scoring": question.scoring,
                        **({"pool": question.pool} if question.pool else {}),
                        **({"parameters": question.parameters} if question.parameters else {}),
                        **question.content,
                    }
                    for question in self.questions
                ],
            }
        )

    @property
    def key_hash(self) -> str:
        """SHA-256 of the key alone: when it changes, answers must be scored again."""
        return _digest({question.id: question.key for question in self.questions})


def _digest(value: object) -> str:
    """SHA-256 of canonical JSON: sorted keys, no spaces, text in NFC."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")).hexdigest()
