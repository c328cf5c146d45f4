"""Whether a file is plainly another exercise's work: it has none of the names asked for, and all that another asks."""

import ast
import re
from collections.abc import Iterable
from functools import cached_property

from grader.course.exercise import Exercise

DEFINED = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)


class Asked:
    """The names that each exercise's stub defines, read when the first file needs them."""

    def __init__(self, exercises: Iterable[Exercise] = ()) -> None:
        self.exercises = list(exercises)

    @cached_property
    def names(self) -> dict[str, set[str]]:
        """By exercise; one that asks for several files, or whose stub cannot be read, says nothing of itself."""
        alone = (exercise for exercise in self.exercises if not exercise.files and exercise.stub.is_file())
        return {one.id: found for one in alone if (found := defined(one.stub.read_bytes()))}

    def other(self, unit: str, source: str) -> str:
        """The key of the one exercise whose work `source` is, although it was handed in for `unit`; "" if unsure.

        A name of the unit's own anywhere in the text, or two exercises that it fits alike, leave it open.
        """
        asked = self.names.get(unit)
        if not asked or asked & set(re.findall(r"\w+", source)):
            return ""
        there = set(DEFINED.findall(source))
        fitting = {name: names for name, names in self.names.items() if names <= there}
        most = [
            name
            for name, names in fitting.items()
            if all(names > other for other in fitting.values() if other is not names)
        ]
        return most[0].partition("_")[0] if len(most) == 1 else ""


def defined(stub: bytes) -> set[str]:
    """The functions and classes at the top of a stub."""
    try:
        tree = ast.parse(stub)
    except (SyntaxError, ValueError):
        return set()
    return {one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
