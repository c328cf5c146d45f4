"""A known mistake: a whole wrong file, or a small patch of the solution in TOML.

must_fail = ["test_eval_is_the_identity"]
says = "two eval calls differ"
about = "The mode is never looked at."

[[change]]
old = '''
        if not self.training:
            return x
'''
new = ""
"""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.base.errors import CourseError
from grader.base.toml import key, read_toml


@dataclass(frozen=True)
class Change:
    """One place of the solution that the mistake has otherwise."""

    old: str = key("lines of the solution, exactly as they stand there, and often enough to be found once only")
    new: str = key("what stands there instead; nothing leaves the lines out")
    file: str = key("which file of the solution, where it has several; the exercise's own if not here", "")


@dataclass(frozen=True)
class PatchFile:
    """`solutions/<id>/mistakes/<name>.toml`."""

    must_fail: tuple[str, ...] = key("the tests of the broken requirement, which always fail")
    says: str = key("a part of the message that one of them gives")
    echoes: tuple[str, ...] = key("other tests that may fail, too", ())
    sometimes: tuple[str, ...] = key("of these the ones that fail under some seeds only", ())
    because: str = key("why the mistake may cost more than half of the points", "")
    about: str = key("the error in a sentence, for who reads the file", "")
    tell: str = key("what a learner is told whose file fails like this one", "")
    change: tuple[Change, ...] = key("the places that differ from the solution", ())


def mistake_paths(folder: Path) -> list[Path]:
    """The files of all known mistakes in a folder, by name. CourseError where one has two files."""
    found = sorted([*folder.glob("*.py"), *folder.glob("*.toml")], key=lambda path: path.stem)
    for one, other in zip(found, found[1:], strict=False):
        if one.stem == other.stem:
            raise CourseError("is a mistake with two files", str(one), f"keep this one or {other.name}")
    return found


def mistake_files(path: Path, solutions: Sequence[Path]) -> dict[str, bytes]:
    """The wrong files that a mistake stands for, by name; a `.py` takes the place of the solution's first file.

    CourseError where a patch does not fit the solution.
    """
    files = {one.name: one.read_bytes() for one in solutions if one.exists()}
    if path.suffix != ".toml":
        return files | {solutions[0].name: path.read_bytes()}
    texts = {name: data.decode("utf-8") for name, data in files.items()}
    patch = read_toml(path, PatchFile)
    if not patch.change:
        raise CourseError("changes nothing", str(path), "write a [[change]] with `old` and `new`")
    for number, one in enumerate(patch.change, 1):
        file, where = one.file or solutions[0].name, f"{path}:{line_of(path, number)}"
        if file not in texts:
            raise CourseError(f"the solution has no file {file!r}", where, f"its files are {', '.join(texts)}")
        count = texts[file].count(one.old) if one.old else 0
        if count != 1:
            what = f"`old` of change {number} stands {count or 'no'} times in {file}"
            raise CourseError(what.replace("no times", "nowhere"), where, "quote whole lines, enough to be found once")
        texts[file] = texts[file].replace(one.old, one.new)
    return {name: text.encode() for name, text in texts.items()}


def line_of(path: Path, number: int) -> int:
    """Where the `number`-th change begins."""
    lines = path.read_text(encoding="utf-8").splitlines()
    heads = [place for place, line in enumerate(lines, 1) if line.strip().startswith("[[change]]")]
    return heads[number - 1] if len(heads) >= number else 1


def learner_note(path: Path) -> str:
    """The author's feedback on a mistake, for the learner whose file fails like it; empty if there is none."""
    if path.suffix == ".toml":
        return read_toml(path, PatchFile).tell
    try:
        words = ast.get_docstring(ast.parse(path.read_bytes())) or ""
    except (SyntaxError, ValueError):
        return ""
    found = re.search(r"^Tell:\s*(.*?)(?:\n\s*\n|\Z)", words, re.DOTALL | re.MULTILINE)
    return " ".join(found[1].split()) if found else ""
