"""Which exercise or quiz a file belongs to, by its name and its folders' names."""

import difflib
import fnmatch
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader.base.errors import UsageError
from grader.base.text import line
from grader.base.toml import nearest
from grader.course.exercise import Exercise
from grader.report.gradebook.submissions import Kind

AGAIN = re.compile(
    r"(?:-\d{1,2}| ?\(\d{1,2}\)|[ _]?-?[ _]?(?:copy|kopie|copie|copia)(?:[ -]?\(?\d{1,2}\)?)?)$"
    r"|^(?:copy of|kopie von|copie de|copia de)[ _]"
)  # what systems add to the name of a second copy
MARKS = 4
CODE = {"py": "python", "pyw": "python", "ipynb": "notebook"}
LAID_OUT = frozenset({"exercises", "answers", "quizzes"})  # the folders of a student's workspace
HELPING = frozenset("test tests check checks util utils helper helpers plot plots data demo example examples".split())
MAIN = frozenset("solution solutions main submission answer answers homework assignment code exercise index".split())
NUMBERED = re.compile(r"(?:^|[\W_])(?:ex|exercise|aufgabe|übung|uebung|exercice|ejercicio)[\W_]*0*(\d{1,3})(?=$|[\W_])")


@dataclass(frozen=True)
class Match:
    """A wanted file: its unit (exercise or quiz id; empty for an archive to look into) and how it is read.

    `rule` says how the name led there; `likeness` that it is not the name the unit asks for.
    """

    unit: str
    kind: Kind
    rule: str = ""
    likeness: bool = False


class Naming:
    """The names of a course's units; `patterns` are the course's and the instructor's own, each with its unit."""

    def __init__(
        self, exercises: Iterable[Exercise], quizzes: Iterable[str], patterns: Iterable[tuple[str, str]] = ()
    ) -> None:
        self.by_file: dict[str, list[Exercise]] = {}
        self.by_name: dict[str, Exercise] = {}
        self.beside: dict[str, list[Exercise]] = {}
        for exercise in exercises:
            self.by_file.setdefault(exercise.file.casefold(), []).append(exercise)
            for file in exercise.files:
                self.beside.setdefault(file.casefold(), []).append(exercise)
            self.by_name[exercise.id.casefold()] = self.by_name[exercise.key.casefold()] = exercise
            if number := re.fullmatch(r"ex0*(\d+)", exercise.key.casefold()):
                self.by_name[f"ex{number[1]}"] = exercise
        self.quizzes = {quiz.casefold(): quiz for quiz in quizzes}
        self.patterns = list(patterns)

    def match(self, parts: tuple[str, ...]) -> Match | None:
        """What a file is wanted as; None for a file that no unit asks for."""
        name = plain(parts[-1])
        stem, _, ending = name.rpartition(".")
        if mapped := self.mapped(parts, ending):
            return mapped
        if ending == "zip":
            return Match("", "archive")
        if ending in ("json", "yaml"):
            return self.answers(stem, parts)
        if ending not in CODE:
            return None
        kind: Kind = "notebook" if ending == "ipynb" else "python"
        exercise = self.exercise(stem, parts)
        if self.is_beside(stem, parts):
            return None
        if exercise and ending != "pyw":
            return Match(exercise.id, kind, "its name")
        short = stem.strip().removesuffix(".py").strip()
        exercise = self.meant(short, parts)
        if exercise is None and not HELPING & set(words(short)):
            exercise = self.within(short)
            if exercise is None and (kind == "notebook" or set(words(short)) & MAIN) and not self.mentioned(short):
                exercise = self.around(parts)
                return (
                    Match(exercise.id, kind, f"in a folder of {exercise.key}, which asks for {exercise.file}", True)
                    if exercise
                    else None
                )
        return Match(exercise.id, kind, f"a name like {exercise.file}", likeness=True) if exercise else None

    def is_beside(self, stem: str, parts: tuple[str, ...]) -> bool:
        """Whether an exercise asks for a file beside its own; where it is another one's own, the folder decides."""
        names = [f"{spelled}.py" for spelled in spellings(stem)]
        asking = [exercise for name in names for exercise in self.beside.get(name, ())]
        own = any(name in self.by_file for name in names)
        return bool(asking) and (not own or self.around(parts) in asking)

    def mapped(self, parts: tuple[str, ...], ending: str) -> Match | None:
        """The unit that a pattern of `--map` or of the course names for this file, whatever its own name says."""
        path = "/".join(map(plain, parts))
        for pattern, unit in self.patterns:
            wanted = plain(pattern)
            if fnmatch.fnmatchcase(path.rpartition("/")[2], wanted) or fnmatch.fnmatchcase(f"/{path}", f"*/{wanted}"):
                known = {"ipynb": "notebook", "zip": "archive"}.get(ending, "python")
                kind: Kind = "answers" if unit in self.quizzes.values() else known  # type: ignore[assignment]
                return Match("" if kind == "archive" else unit, kind, f"map {pattern}")
        return None

    def answers(self, stem: str, parts: tuple[str, ...]) -> Match | None:
        """The quiz that a file of answers is named after."""
        for number, spelled in enumerate(spellings(stem)):
            if quiz := self.quizzes.get(spelled):
                if self.handed_out(parts):
                    return None
                return Match(quiz, "answers", f"a name like {quiz}" if number else "its name", likeness=number > 0)
        return None

    def meant(self, stem: str, parts: tuple[str, ...]) -> Exercise | None:
        """The exercise a name without its ending means, also with the marks of a second copy."""
        return next(filter(None, (self.exercise(name, parts) for name in spellings(stem))), None)

    def handed_out(self, parts: tuple[str, ...]) -> bool:
        """Whether it is a text, a quiz or a public test that `grader init` or `grader release` lays out."""
        name, above = parts[-1].casefold(), parts[-2].casefold() if len(parts) > 1 else ""
        if above == "exercises" or above in self.by_name:
            return name in ("readme.md", "course.toml", "exercise.toml")
        if above == "suite" and len(parts) > 2 and parts[-3].casefold() in self.by_name:
            return True
        if "lessons" in (above, *parts[-3:-2]):
            return name.endswith((".md", ".svg"))
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
        return next(filter(None, (self.by_name.get(plain(part)) for part in reversed(parts[:-1]))), None)

    def folders(self, parts: tuple[str, ...], unit: str) -> tuple[int, ...]:
        """What the folders above a file are to its unit: 2 its own or a workspace's, 1 named like it, 0 another."""
        above = [plain(part) for part in parts[:-1]]
        return tuple(2 if self.is_of(unit, name) else int(unit in self.mentioned(name)) for name in above)

    def is_of(self, unit: str, folder: str) -> bool:
        """Whether a unit's files are expected in a folder of that name."""
        return folder in LAID_OUT or (folder in self.by_name and self.by_name[folder].id == unit)

    def within(self, stem: str) -> Exercise | None:
        """The one exercise whose file or key is in the name, as in `smith ex03 final`, `cutmix_v2`; None if several."""
        found = self.mentioned(stem)
        return next(iter(found.values())) if len(found) == 1 else None

    def mentioned(self, stem: str) -> dict[str, Exercise]:
        """Every exercise that a name mentions, by id; a longer name hides the shorter ones inside it."""
        parts = words(stem)
        spans: list[tuple[int, int, Exercise]] = []
        named = {tuple(words(file.removesuffix(".py"))): each for file, each in self.by_file.items() if len(each) == 1}
        for inside, each in named.items():
            for at in range(len(parts) - len(inside) + 1):
                if tuple(parts[at : at + len(inside)]) == inside:
                    spans.append((at, at + len(inside), each[0]))
        outer = [one for one in spans if not any(o[0] <= one[0] and one[1] <= o[1] and o != one for o in spans)]
        found = {one[2].id: one[2] for one in outer}
        keys = [self.by_name[word] for word in parts if word in self.by_name]
        keys += [self.by_name[name] for n in NUMBERED.findall(stem) if (name := f"ex{n}") in self.by_name]
        return found | {one.id: one for one in keys}

    def is_unit(self, name: str) -> bool:
        """Whether a folder is named after an exercise."""
        return plain(name) in self.by_name

    def nearest(self, stem: str) -> Exercise | None:
        """The exercise whose file's name is most like a stem, if one is."""
        near = difflib.get_close_matches(f"{stem}.py", self.by_file, 1, 0.75)
        return self.by_file[near[0]][0] if near else None


def unit_patterns(pairs: Iterable[str], table: Mapping[str, str], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Patterns and unit ids of `--map PATTERN=UNIT` and of the course's table, the instructor's first. UsageError."""
    found = []
    for pair in pairs:
        pattern, sign, unit = pair.rpartition("=")
        if not sign or not pattern.strip():
            raise UsageError(f"--map {line(pair)} is no PATTERN=UNIT", next="write it as --map 'homework3.py=ex03'")
        found.append((pattern.strip(), unit.strip(), f"--map {line(pair)}"))
    found += [(pattern, unit, f"`intake.map` of course.toml: {line(pattern)}") for pattern, unit in table.items()]
    for _, unit, where in found:
        if unit.casefold() not in names:
            raise UsageError(f"there is no unit {line(unit)!r}", where, nearest(unit, names))
    return [(pattern, names[unit.casefold()]) for pattern, unit, _ in found]


def plain(name: str) -> str:
    """A file's name as it is compared: composed, without case and surrounding spaces."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def words(stem: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", stem) if word]


def spellings(stem: str) -> list[str]:
    """The name, then without its marks of a second copy, one by one: `cutmix (1)-1`, `cutmix (1)`, `cutmix`."""
    found = [stem]
    while len(found) <= MARKS and (shorter := AGAIN.sub("", found[-1], count=1).strip()) not in (found[-1], ""):
        found.append(shorter)
    return found
