"""A known wrong submission and what its first lines, or the keys of its patch, promise about the suite."""

import ast
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.base.errors import CourseError
from grader.base.toml import key_place, read_toml
from grader.course.mistakes import PatchFile

HEADER = re.compile(
    r"Must fail:(?P<must>.*?)\n\s*Says:(?P<says>.*?)\n\s*Echoes:(?P<echoes>[^\n]*)"
    r"(?:\n\s*Sometimes:(?P<sometimes>[^\n]*))?(?:\n\s*Because:(?P<because>[^\n]*(?:\n[^\n]+)*))?",
    re.DOTALL,
)
REASON_WORDS = 4


@dataclass(frozen=True)
class Mistake:
    """`must` fail, one of their messages contains `says`, and beside them at most `echoes` fail.

    Of these, `sometimes` fail under some seeds only. `because` says why a mistake may cost more than half the points.
    """

    name: str
    path: Path
    must: tuple[str, ...]
    says: str
    echoes: tuple[str, ...]
    sometimes: tuple[str, ...] = ()
    because: str = ""

    def line(self, key: str, value: str | Iterable[str]) -> str:
        """What its file says under a key: `Echoes: a, b` in the first lines, `echoes = ["a", "b"]` in a patch."""
        if self.path.suffix == ".toml":
            given = json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False)
            return f"`{key.lower().replace(' ', '_')} = {given}`"
        return f"`{key}: {value if isinstance(value, str) else ', '.join(value)}`"

    @staticmethod
    def read(path: Path) -> "Mistake":
        """CourseError if the file has no such first lines, or as TOML not those keys."""
        if path.suffix == ".toml":
            patch = read_toml(path, PatchFile)
            says = " ".join(patch.says.split())
            because = " ".join(patch.because.split())
            check_reason(path, because)
            return Mistake(path.stem, path, patch.must_fail, says, patch.echoes, patch.sometimes, because)
        try:
            text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        except SyntaxError:
            text = ""
        found = HEADER.search(text)
        quoted = re.fullmatch(r"\s*\"(.*)\"\s*", found["says"], re.DOTALL) if found else None
        if not found or not quoted:
            raise CourseError(
                'the first lines must say `Must fail: <tests>`, `Says: "<part of a message>"`, `Echoes: <tests>`',
                f"{path}:1",
                "write them above the code",
            )
        because = " ".join((found["because"] or "").split())
        check_reason(path, because)
        must, echoes, sometimes = (names(found[part] or "") for part in ("must", "echoes", "sometimes"))
        return Mistake(path.stem, path, must, " ".join(quoted[1].split()), echoes, sometimes, because)


def check_reason(path: Path, because: str) -> None:
    """CourseError for a reason of a few words."""
    if because and len(because.split()) < REASON_WORDS:
        place = key_place(path, "because") if path.suffix == ".toml" else f"{path}:1"
        raise CourseError(f"the reason `{because}` is too short", place, "say what makes the points depend on it")


def names(text: str) -> tuple[str, ...]:
    """Test names out of a comma-separated line; `-` stands for none."""
    return tuple(n for n in re.split(r"[,\s]+", text.strip()) if n and n != "-")
