"""A known wrong submission and what its first lines promise about the suite."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError

HEADER = re.compile(r"Must fail:(?P<must>.*?)\n\s*Says:(?P<says>.*?)\n\s*Echoes:(?P<echoes>[^\n]*)", re.DOTALL)


@dataclass(frozen=True)
class Mistake:
    """`must` fail, one of their messages contains `says`, and beside them at most `echoes` fail."""

    name: str
    path: Path
    must: tuple[str, ...]
    says: str
    echoes: tuple[str, ...]

    @staticmethod
    def read(path: Path) -> "Mistake":
        """CourseError if the file has no such first lines."""
        try:
            text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        except SyntaxError:
            text = ""
        found = HEADER.search(text)
        says = re.fullmatch(r"\s*\"(.*)\"\s*", found["says"], re.DOTALL) if found else None
        if not found or not says:
            raise CourseError(
                'the first lines must say `Must fail: <tests>`, `Says: "<part of a message>"`, `Echoes: <tests>`',
                f"{path}:1",
            )
        return Mistake(path.stem, path, names(found["must"]), " ".join(says[1].split()), names(found["echoes"]))


def names(text: str) -> tuple[str, ...]:
    """Test names out of a comma-separated line; `-` stands for none."""
    return tuple(n for n in re.split(r"[,\s]+", text.strip()) if n and n != "-")
