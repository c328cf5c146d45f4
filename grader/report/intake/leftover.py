"""Files that nothing asks for: what is passed over by a rule, and what is said about all others.

Passed over are caches and what systems leave behind (with `folder.SKIPPED` and names that begin with a dot), and what
`grader init` laid out itself. Anything else somebody handed in is listed, however little can be done with it.
"""

from dataclasses import dataclass

from grader.report.intake.naming import Naming

PASSED = ("thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r")
PASSED_ENDINGS = (".pyc", ".pyo", ".swp", ".tmp", "~")
ARCHIVES = (
    ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".tbz", ".tbz2", ".xz", ".txz", ".zst", ".zipx", ".lz", ".lzh",
    ".cab", ".iso", ".dmg",
)  # fmt: skip
CODE = (".py", ".ipynb")
LISTED = 50
"""So many of one student's are listed one by one, the others counted."""


@dataclass(frozen=True)
class Leftover:
    """Why a file is not taken; `unit` is what its name asks to be graded for, `wanted`: the student may lose by it."""

    reason: str
    unit: str = ""
    wanted: bool = False


def leftover(parts: tuple[str, ...], naming: Naming, problem: str = "") -> Leftover | None:
    """What to say about a file that `naming` matches to nothing; None for what is passed over."""
    name = parts[-1].casefold()
    if name in PASSED or name.endswith(PASSED_ENDINGS) or name.startswith("~$") or naming.handed_out(parts):
        return None
    if problem:
        return Leftover(problem, wanted=name.endswith(CODE) or "." not in name)
    if is_archive(name):
        return Leftover(
            "is an archive of a kind that is not opened; hand in a .zip or the files themselves", wanted=True
        )
    stem, _, ending = name.partition(".")
    exercise = None if ending in ("py", "ipynb") else naming.meant(name, parts) or naming.meant(stem, parts)
    if exercise:
        what = f"is no Python file: {exercise.key} is graded from {exercise.file} or a notebook of that name"
        return Leftover(what, exercise.id, wanted=True)
    return Leftover("no exercise asks for a file of this name")


def is_archive(name: str) -> bool:
    """Whether the ending is that of a packed file which is no zip."""
    return name.casefold().endswith(ARCHIVES)
