"""`quizzes/vocabulary.toml`: the tags, objectives and misconceptions that questions may name, so that a typo is found.

objectives = ["lo-trace-stopping"]
tags = ["early-stopping"]
misconceptions = ["counter-off-by-one"]
"""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.base.errors import UsageError
from grader.quiz.format import textfile
from grader.quiz.format.document import Place
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.problems import did_you_mean

NAME = "vocabulary.toml"


class Vocabulary(BaseModel):
    """The words of a course."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    objectives: frozenset[str] = Field(frozenset(), description="slugs of what questions ask for")
    tags: frozenset[str] = Field(frozenset(), description="slugs of topics")
    misconceptions: frozenset[str] = Field(frozenset(), description="slugs of what wrong choices show")

    @classmethod
    def of(cls, folder: Path) -> Self | None:
        """The vocabulary of a `quizzes/` folder, None where it has none. Raises UsageError."""
        path = folder / NAME
        if not path.exists():
            return None
        try:
            return cls.model_validate(tomllib.loads(textfile.read_text(path)))
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            raise UsageError(f"is not a vocabulary: {str(error).splitlines()[0]}", str(path)) from None

    def unknown(self, question: Question) -> Iterator[tuple[Place, str]]:
        """The slugs of a question that the vocabulary does not have, each with its place."""
        misconceptions = [((*place, "misconception"), option.misconception) for place, option in question.placed]
        named: list[tuple[str, frozenset[str], Iterable[tuple[Place, str | None]]]] = [
            ("objective", self.objectives, [(("objective",), question.objective)]),
            ("tag", self.tags, [(("tags", number), tag) for number, tag in enumerate(question.tags)]),
            ("misconception", self.misconceptions, misconceptions),
        ]
        for kind, known, slugs in named:
            for place, slug in slugs:
                if slug and slug not in known:
                    yield place, f"{kind} `{slug}` is not in {NAME}" + did_you_mean(slug, sorted(known))
