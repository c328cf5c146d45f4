"""The last look at every answer: no line of suite, solution, known mistakes, variants or keys leaves with it.

Nothing in this room reads those files to answer. But an answer holds what the learner's code printed, returned and
raised, and where the sandbox is weak (tiers C and D) code can read what lies on the machine.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from grader.course.exercise import CARRIED, PACKAGE

SHORTEST = 12  # characters of a line that says something
PART = 24  # of one that is found inside a longer line, too; `raise ValueError` is in many a verdict
LARGEST = 1 << 20
IN_ITS_PLACE = "(a line is left out here: it stands in a file of the course that is not for learners)"


def lines(text: str) -> set[str]:
    """The lines of a text that say something, without the space around them."""
    return {line for one in text.splitlines() if len(line := one.strip()) >= SHORTEST}


def places(root: Path) -> Iterator[Path]:
    """The folders and files of a course that learners do not get."""
    yield root / "solutions"
    yield root / "quizzes"
    yield from sorted((root / "exercises").glob("*/suite"))
    yield from sorted((root / "exercises").glob("*/picture*.py"))


@cache
def course_lines(root: Path) -> frozenset[str]:
    """All lines of one course that are kept back."""
    found: set[str] = set()
    for place in places(root):
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and "__pycache__" not in path.parts and path.stat().st_size <= LARGEST:
                found |= lines(path.read_text(encoding="utf-8", errors="replace"))
    return frozenset(found)


def kept_back(root: Path) -> list[str]:
    """The lines of the learner's course and of the installed one, whichever of them has such files."""
    carried = CARRIED if CARRIED.is_dir() else PACKAGE.parent
    return sorted(course_lines(root.resolve()) | course_lines(carried.resolve()))


def screened(told: Iterable[str], root: Path, known: Iterable[str]) -> Iterator[str]:
    """The lines of an answer without those that are kept back; a line that the learner has (`known`) may stay."""
    allowed: set[str] = set().union(*map(lines, known))
    secret = [line for line in kept_back(root) if line not in allowed]
    whole, parts = set(secret), [line for line in secret if len(line) >= PART]
    for line in told:
        held = line.strip() in whole or any(one in line for one in parts)
        yield IN_ITS_PLACE if held else line
