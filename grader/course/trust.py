"""Whose courses may run code here: suites, pictures and demonstrations run with the rights of who types the command."""

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from grader.base.atomic import write_text
from grader.base.errors import UsageError
from grader.course.exercise import CARRIED, PACKAGE

CODE = ("exercises/*/suite", "exercises/*/picture.py", "demos/*/demo.py", "suite", "picture.py")


class UntrustedCourse(UsageError):
    """A course that was found, not named, and brings code that nobody has allowed to run."""

    def __init__(self, root: Path, code: Path) -> None:
        super().__init__(
            f"brings code of its own ({code.relative_to(root)}), which would run with your rights",
            str(root),
            f"`grader trust {root}` once, if it is your instructor's or yours; what a student handed in is judged "
            "from your own course: `grader check ex03 --submission FILE`",
        )


def root_of(folder: Path) -> Path:
    """The course of an exercise's folder, or the folder itself where it stands alone."""
    return folder.parents[1] if folder.parent.name == "exercises" else folder


def brought_code(root: Path) -> Path | None:
    """The first file or folder of a course, or of an exercise that stands alone, whose code would run unconfined."""
    return next((path for pattern in CODE for path in sorted(root.glob(pattern))), None)


def demand_trust(root: Path) -> None:
    """UntrustedCourse for one with code that is neither the carried course nor trusted by this user."""
    root = root.resolve()
    if root in (CARRIED, PACKAGE.parent) or is_trusted(root):
        return
    code = brought_code(root)
    if code is not None:
        raise UntrustedCourse(root, code)


def is_trusted(root: Path) -> bool:
    """Whether this user trusts the course in this very folder, or everything below a folder of `GRADER_TRUSTED`."""
    named = [
        Path(one).resolve() for one in os.environ.get("GRADER_TRUSTED", "").split(os.pathsep) if os.path.isabs(one)
    ]
    try:
        return not {root, *root.parents}.isdisjoint(named) or note_of(root).read_text(encoding="utf-8") == str(root)
    except (OSError, ValueError):
        return False


def trust(root: Path) -> None:
    """Remembers that the course in this folder, whatever it holds by then, may run code. OSError if it cannot be."""
    root = root.resolve()
    write_text(note_of(root), str(root))


def distrust(root: Path) -> None:
    """Forgets it. OSError if it cannot be."""
    note_of(root.resolve()).unlink(missing_ok=True)


@contextlib.contextmanager
def made_here(root: Path) -> Iterator[None]:
    """Trusts a course whose code all comes from what is done inside; where some lay there before, nothing changes."""
    blank = brought_code(root) is None
    yield
    if blank and brought_code(root) is not None:
        with contextlib.suppress(OSError):  # then the first check says what to do
            trust(root)


def note_of(root: Path) -> Path:
    """The file that says so, below the user's own state: one per course, so that no two writers meet."""
    home = Path(os.path.expanduser("~"))
    if sys.platform == "darwin":
        state = home / "Library" / "Application Support"
    elif sys.platform == "win32":
        state = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    else:
        state = Path(os.environ.get("XDG_STATE_HOME") or home / ".local" / "state")
    return state / "gradeloop" / "trusted" / hashlib.sha256(os.fsencode(root)).hexdigest()
