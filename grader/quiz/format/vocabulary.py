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
from grader.quiz.format.model import Quiz
from grader.quiz.format.problems import did_you_mean

NAME = "vocabulary.toml"


def has_section(root: Path, section: str) -> bool:
    """Whether `file # heading` names a heading of a Markdown file below `root`."""
    name, _, heading = (part.strip() for part in section.partition("#"))
    path = root / name
    if not path.resolve().is_relative_to(root.resolve()) or not path.is_file():
        return False
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return heading in [line.lstrip("#").strip() for line in lines if line.startswith("#")]


class Vocabulary(BaseModel):
    """The words of a course."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    objectives: frozenset[str] = Field(frozenset(), description="slugs of what questions ask for")
    tags: frozenset[str] = Field(frozenset(), description="slugs of topics")
    misconceptions: frozenset[str] = Field(frozenset(), description="slugs of what wrong choices show")
    sections: dict[str, str] = Field({}, description="where an objective is taught: lesson file # heading, by its slug")
    mistakes: dict[str, str] = Field({}, description="what an exercise's known mistake shows, by exercise/mistake")

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

    def with_lessons(self, quiz: Quiz) -> Quiz:
        """The quiz with the section to read in every question that names none."""
        lessons = {question.id: self.sections.get(question.objective or "", "") for question in quiz.questions}
        return quiz.replace(
            questions=tuple(
                question.replace(lesson=lessons[question.id]) if not question.lesson else question
                for question in quiz.questions
            )
        )

    def dangling(self, folder: Path) -> Iterator[str]:
        """Sections and mistakes that name what is not there; lessons lie below the folder above `quizzes/`."""
        for objective, section in self.sections.items():
            if objective not in self.objectives:
                yield f"section of `{objective}`, which is no objective"
            if not has_section(folder.parent, section):
                yield f"there is no section `{section}` for `{objective}`"
        for mistake, slug in self.mistakes.items():
            if slug not in self.misconceptions:
                yield f"mistake `{mistake}` stands for `{slug}`, which is no misconception"

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
