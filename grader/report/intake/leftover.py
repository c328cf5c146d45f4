"""Files that nothing asks for: what is passed over by a rule, and what is said about all others.

Passed over are caches and what systems leave behind (with `folder.PASSED` and names that begin with a dot), and what
`grader init` laid out itself. Anything else somebody handed in is listed, however little can be done with it.
"""

from dataclasses import dataclass

from grader.report.intake.naming import HELPING, Naming, words

SILENT = ("thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r", ".ds_store")
QUIET = {
    "~": "is an editor's backup copy", ".bak": "is an editor's backup copy", ".swp": "is an editor's own file",
    ".tmp": "is a temporary file", ".pyc": "is compiled Python, not source", ".pyo": "is compiled Python, not source",
}  # fmt: skip
"""Endings that are passed over, and listed only where their owner handed in nothing else for the unit."""
ARCHIVES = (
    ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".tbz", ".tbz2", ".xz", ".txz", ".zst", ".zipx", ".lz", ".lzh",
    ".cab", ".iso", ".dmg",
)  # fmt: skip
CODE = (".py", ".ipynb")
LISTED = 50
"""So many of one student's are listed one by one, the others counted."""


@dataclass(frozen=True)
class Leftover:
    """Why a file is not taken; `unit` is what its name asks to be graded for, `wanted`: the student may lose by it.

    `quiet`: it is listed only where its owner handed in nothing else.
    """

    reason: str
    unit: str = ""
    wanted: bool = False
    quiet: bool = False


def leftover(parts: tuple[str, ...], naming: Naming, problem: str = "") -> Leftover | None:
    """What to say about a file that `naming` matches to nothing; None for what is worth no line."""
    name = parts[-1].casefold()
    if name in SILENT or name.startswith("~$") or naming.handed_out(parts):
        return None
    for ending, why in QUIET.items():
        if name.endswith(ending):
            asked = naming.meant(name.removesuffix(ending).removesuffix(".py"), parts)
            return Leftover(why, asked.id if asked else "", quiet=True)
    if problem:
        return Leftover(problem, wanted=name.endswith(CODE) or "." not in name)
    if is_archive(name):
        return Leftover(
            "is an archive of a kind that is not opened; hand in a .zip or the files themselves", wanted=True
        )
    stem, _, ending = name.partition(".")
    if ending in ("py", "pyw", "ipynb"):
        return Leftover(unknown(stem, parts, naming))
    exercise = naming.meant(name, parts) or naming.meant(stem, parts)
    if exercise:
        what = f"is no Python file: {exercise.key} is graded from {exercise.file} or a notebook of that name"
        return Leftover(what, exercise.id, wanted=True)
    if name in ("onlinetext.html", "text.html", "link.html"):
        return Leftover("is text typed into the LMS's page; hand in the Python file")
    return Leftover("no exercise asks for a file of this name")


def unknown(stem: str, parts: tuple[str, ...], naming: Naming) -> str:
    """Why code is not taken for an exercise, with the name that it should have."""
    meant = list(naming.mentioned(stem).values())
    if len(meant) > 1:
        return f"names {' and '.join(one.key for one in meant)} at once: name it {meant[0].file} or {meant[1].file}"
    helping = HELPING & set(words(stem))
    near = meant[0] if meant else naming.nearest(stem) or naming.around(parts)
    if helping:
        return "looks like a test or a helper, and no exercise's file uses it"
    if near:
        return f"was not recognized: name it {near.file} if it is your {near.key}"
    return "no exercise asks for a file of this name: name it after its exercise"


def is_archive(name: str) -> bool:
    """Whether the ending is that of a packed file which is no zip."""
    return name.casefold().endswith(ARCHIVES)
