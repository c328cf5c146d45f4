"""Which exercise or quiz a file belongs to, by its name and its folders' names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from grader.course.exercise import Exercise
from grader.report.gradebook.submissions import Kind

AGAIN = re.compile(
    r"(?:-\d{1,2}| ?\(\d{1,2}\)| ?- ?(?:copy|kopie|copie|copia))$|^(?:copy of|kopie von|copie de|copia de) "
)  # what systems add to the name of a second copy
MARKS = 4


@dataclass(frozen=True)
class Match:
    """A wanted file: its unit (exercise or quiz id; empty for an archive to look into) and how it is read."""

    unit: str
    kind: Kind


class Naming:
    """The names of a course's units."""

    def __init__(self, exercises: Iterable[Exercise], quizzes: Iterable[str]) -> None:
        self.by_file: dict[str, list[Exercise]] = {}
        self.by_name: dict[str, Exercise] = {}
        for exercise in exercises:
            self.by_file.setdefault(exercise.file.casefold(), []).append(exercise)
            self.by_name[exercise.id.casefold()] = self.by_name[exercise.key.casefold()] = exercise
        self.quizzes = {quiz.casefold(): quiz for quiz in quizzes}

    def match(self, parts: tuple[str, ...]) -> Match | None:
        """What a file is wanted as; None for a file that no unit asks for."""
        stem, dot, ending = parts[-1].casefold().rpartition(".")
        if ending == "zip":
            return Match("", "archive")
        if ending in ("json", "yaml"):
            quiz = next(filter(None, map(self.quizzes.get, spellings(stem))), None)
            return Match(quiz, "answers") if quiz and not self.handed_out(parts) else None
        if ending not in ("py", "ipynb"):
            return None
        exercise = self.meant(stem, parts)
        if exercise is None and ending == "ipynb":
            exercise = self.around(parts) or self.within(stem)
        return Match(exercise.id, "python" if ending == "py" else "notebook") if exercise else None

    def meant(self, stem: str, parts: tuple[str, ...]) -> Exercise | None:
        """The exercise a name without its ending means, also with the marks of a second copy."""
        return next(filter(None, (self.exercise(name, parts) for name in spellings(stem))), None)

    def handed_out(self, parts: tuple[str, ...]) -> bool:
        """Whether it is a text or a quiz that `grader init` lays out beside the stubs."""
        name, above = parts[-1].casefold(), parts[-2].casefold() if len(parts) > 1 else ""
        if above == "exercises" or above in self.by_name:
            return name in ("readme.md", "course.toml")
        return above == "quizzes" and name.rpartition(".")[0] in self.quizzes

    def exercise(self, stem: str, parts: tuple[str, ...]) -> Exercise | None:
        """The exercise whose file, id or key is `stem`; where two share the file's name, the folder decides."""
        if stem in self.by_name:
            return self.by_name[stem]
        found = self.by_file.get(f"{stem}.py", [])
        if len(found) == 1:
            return found[0]
        return next((exercise for exercise in found if exercise is self.around(parts)), None)

    def around(self, parts: tuple[str, ...]) -> Exercise | None:
        """The exercise that a folder above the file is named after."""
        return next(
            (self.by_name[part.casefold()] for part in reversed(parts[:-1]) if part.casefold() in self.by_name), None
        )

    def within(self, stem: str) -> Exercise | None:
        """The exercise whose key is a word of the name, as in `smith ex03 final`."""
        found = {
            self.by_name[word].id: self.by_name[word] for word in re.split(r"[^a-z0-9]+", stem) if word in self.by_name
        }
        return next(iter(found.values())) if len(found) == 1 else None


def spellings(stem: str) -> list[str]:
    """The name, then without its marks of a second copy, one by one: `cutmix (1)-1`, `cutmix (1)`, `cutmix`."""
    found = [stem]
    while len(found) <= MARKS and (shorter := AGAIN.sub("", found[-1], count=1)) != found[-1]:
        found.append(shorter)
    return found
