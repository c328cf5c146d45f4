"""Finds quizzes: in the nearest folder upward that has a `quizzes/`, else in the course that the package carries.

Only the standard library is imported here: `grader quiz list` must answer at once.
"""

import difflib
import json
import re
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from grader.base.errors import UsageError
from grader.quiz.format.textfile import shown

PACKAGE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Library:
    """A `quizzes/` folder. `home` is where `answers/` belongs; `carried` says that the folder came with the package."""

    folder: Path
    home: Path
    carried: bool = False

    @property
    def paths(self) -> list[Path]:
        """The quiz files, by name."""
        return sorted(path for path in self.folder.glob("*.yaml") if path.is_file() and not path.name.startswith("."))

    def answers(self, quiz_id: str) -> Path:
        """Where a learner's answers to a quiz are kept."""
        return self.home / "answers" / f"{quiz_id}.json"

    def state(self, quiz_id: str) -> str:
        """`answered`, `begun` or nothing; found in the text of the answers, which `grader quiz take` wrote."""
        try:
            answers = self.answers(quiz_id).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "answered" if '"submitted": true' in answers else "begun"

    def find(self, name: str) -> Path:
        """The file of a quiz named by its id, by the beginning of it, or by a path. Raises UsageError."""
        if name.endswith(".yaml") or "/" in name:
            if not Path(name).is_file():
                raise UsageError("there is no such file", name)
            return Path(name)
        ids = {path.stem: path for path in self.paths}
        if name in ids:
            return ids[name]
        beginning = [quiz_id for quiz_id in ids if quiz_id.startswith(name)]
        if len(beginning) == 1:
            return ids[beginning[0]]
        if beginning:
            raise UsageError(f"`{name}` is the beginning of {', '.join(beginning)}", next="Type a little more.")
        near = difflib.get_close_matches(name, ids, n=1, cutoff=0.4)
        hint = f"Did you mean `{near[0]}`? " if near else ""
        raise UsageError(f"there is no quiz `{name}`", str(self.folder), f"{hint}`grader quiz list` names them all.")


def find_library(start: Path | None = None) -> Library:
    """The library that `start` (the current folder) belongs to. Raises UsageError when there is none."""
    here = (start or Path.cwd()).absolute()
    for parent in (here, *here.parents):
        if (parent / "quizzes").is_dir():
            return Library(parent / "quizzes", parent)
    for folder in (PACKAGE / "_course" / "quizzes", PACKAGE.parent / "quizzes"):
        if folder.is_dir():
            return Library(folder, here, carried=True)
    raise UsageError("no quizzes/ folder here or above", str(here), "`grader init` makes a workspace that has one.")


@dataclass(frozen=True)
class Heading:
    """What the lines above `questions:` say of a quiz."""

    id: str
    title: str
    release: str


def heading(path: Path) -> Heading:
    """The head of a quiz file, without reading its questions."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        head = "".join(
            takewhile(lambda line: not line.startswith("questions:"), (lines.readline(4096) for _ in range(200)))
        )
    return Heading(path.stem, shown(_value(head, "title")), shown(_value(head, "release")))


def _value(head: str, key: str) -> str:
    found = re.search(rf"(?m)^{key}:[ \t]*(.*?)[ \t]*$", head)
    value = found.group(1) if found else ""
    if value.startswith('"') and value.endswith('"'):
        try:
            return str(json.loads(value))
        except ValueError:
            return value
    if value.startswith("'") and value.endswith("'"):
        return value[1:-1].replace("''", "'")
    return re.sub(r"\s#.*", "", value)
