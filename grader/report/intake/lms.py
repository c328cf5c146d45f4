"""Who handed in which file: what an LMS's names say, Gradescope's metadata, GitHub checkouts, a folder per student.

    submission_97/cutmix.py + submission_metadata.yml    Gradescope: the file says who submission_97 is
    ex03-cutmix-annsmith/cutmix.py                       GitHub Classroom: assignment and user name, found in the roster
    ann/cutmix.py, hw3/ann/cutmix.py                     one folder per student, perhaps inside one around the class

The names of Canvas, Moodle, Brightspace and Blackboard are in `patterns.py`. Whatever fits none is taken for the last.
"""

import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from grader.base.errors import SubmissionError
from grader.disposable import ask
from grader.report.intake.archive import Archive
from grader.report.intake.folder import Entry, Folder
from grader.report.intake.naming import LAID_OUT
from grader.report.intake.patterns import forms_of, recognized
from grader.report.intake.roster import Claim, plain

EXPORT = re.compile(r"^assignment_\d+_export")  # the folder that Gradescope puts around everything
METADATA = "submission_metadata.yml"
METADATA_CAP = 64 << 20
Parts = tuple[str, ...]


@dataclass(frozen=True)
class SubmissionFile:
    """One file with who it is from (several for a group) and its path as they named it.

    `lms` is whose record names it, with `time` in POSIX seconds where that record has one, `order` the attempt's
    number, and `late` its mark (None where it makes none). `note`: the file is the LMS's own. `within` is the path of
    the zip that it came in.
    """

    claims: tuple[Claim, ...]
    entry: Entry
    parts: Parts
    time: float | None = None
    order: int = 0
    lms: str = ""
    late: bool | None = None
    note: str = ""
    within: str = ""

    @property
    def path(self) -> str:
        """The whole path, through the zips around it."""
        return self.within + self.entry.path

    @property
    def sought(self) -> Parts:
        """The path by which it is recognized: without the number that Canvas adds to a later attempt's file."""
        return (self.parts[0].replace(f"-{self.order}.", ".", 1),) if self.order else self.parts


@dataclass(frozen=True)
class Group:
    """A Gradescope submission folder's people and time."""

    claims: tuple[Claim, ...]
    time: float | None


@dataclass(frozen=True)
class Reading:
    """How a container's names are read: the zone of times without one, and what decides about a folder around.

    `unit(parts)` is what a file is handed in for, or nothing; `enrolled(name)` whether a name stands on the roster,
    `is_unit(name)` whether it is that of an exercise. `assumed` are folders taken for one around the class.
    """

    zone: tzinfo | None
    unit: Callable[[Parts], str]
    enrolled: Callable[[str], bool]
    is_unit: Callable[[str], bool]
    assumed: list[str] = field(default_factory=list)

    def files(self, container: Folder | Archive, entries: list[Entry], stem: str) -> Iterator[SubmissionFile]:
        """Every entry with whom it is from; entries that lie beside the students' folders come with no claims."""
        groups, base = gradescope(container, entries)
        depth = 0 if groups else self.around(entries, stem, container.checkouts)
        whole = groups or container.checkouts or container.is_checkout
        weekly = not whole and self.by_assignment([entry.parts[depth:] for entry in entries if not entry.passed])
        folders = {entry.parts[depth + weekly] for entry in entries if len(entry.parts) > depth + weekly + 1}
        prefix = checkout_prefix(container, folders)
        common = common_start(container, folders)
        paths = {entry: shortened(entry.parts, depth, weekly) for entry in entries}
        forms = forms_of(paths.values())
        for entry, parts in paths.items():
            if groups:
                if parts[: len(base)] != base or len(parts) <= len(base) + 1:
                    if len(parts) == len(base) + 1 and parts[-1] != METADATA:
                        yield SubmissionFile((), entry, parts)
                    continue
                group = groups.get(parts[len(base)])
                if group and entry.parts[-1] != METADATA:
                    inner = parts[len(base) + 1 :]
                    yield SubmissionFile(group.claims, entry, inner, group.time, lms="Gradescope")
                    continue
            yield self.named(entry, parts, prefix, common, forms)

    def named(self, entry: Entry, parts: Parts, prefix: str, common: str, forms: Mapping[str, int]) -> SubmissionFile:
        """The file's owner by its first folder's name, or its own where it lies flat."""
        if found := recognized(parts, self.zone, forms):
            return SubmissionFile(
                (found.claim,), entry, found.parts, found.time, found.order, found.lms, found.late, found.note
            )
        if len(parts) == 1:
            return SubmissionFile((), entry, parts)
        return SubmissionFile((folder_claim(parts[0], prefix, common),), entry, parts[1:])

    def labels(self, entries: list[Entry]) -> set[str]:
        """The people that an LMS's names mention, normalized for comparison."""
        found = (recognized(entry.parts) for entry in entries)
        return {plain(one.claim.label) for one in found if one}

    def around(self, entries: list[Entry], stem: str, checkouts: Collection[str] = ()) -> int:
        """How many folders lie around everything and are no student's; `checkouts` are each somebody's."""
        paths = [entry.parts for entry in entries if not entry.passed]
        depth = at = 0
        while True:
            below = [parts[at:] for parts in paths if len(parts) > at]
            tops = {parts[0] for parts in below if len(parts) > 1}
            loose = [parts for parts in below if len(parts) == 1]
            if len(tops) != 1 or any(self.unit(parts) or recognized(parts, self.zone) for parts in loose):
                return depth
            (top,) = tops
            if self.enrolled(top) or top in checkouts or (at and is_aside(top)) or self.by_assignment(below):
                return depth
            at += 1
            found = self.is_around([parts for parts in below if len(parts) > 1], stem if at == 1 else "")
            depth = at if found else depth
            name = "/".join(next(parts for parts in paths if len(parts) > at)[:at])
            if found == "assumed" and name not in self.assumed:
                self.assumed.append(name)

    def by_assignment(self, paths: list[Parts]) -> bool:
        """Whether each of several top folders holds a class: `ex03/ann`, `ex04/ann`.

        So it is where people of the roster stand below all of them, or where at least two folders below each of them
        hold the same unit; a student's own `week 3/ex03` holds it once.
        """
        holders: dict[str, dict[str, set[str]]] = {}
        others: set[str] = set()
        for parts in paths:
            if len(parts) == 2 and self.unit(parts):
                return False
            if len(parts) > 2 and (unit := self.unit((parts[0], *parts[2:]))):
                if self.may_be_person(parts[1]):
                    holders.setdefault(parts[0], {}).setdefault(unit, set()).add(parts[1])
                else:
                    others.add(parts[0])
        named = any(map(self.is_unit, holders))
        if any(self.enrolled(top) or recognized((top, "x")) for top in holders) or (len(holders) < 2 and not named):
            return False
        if others - holders.keys():  # a student's workspace beside them: two others cannot change its owner
            return False
        people = [set[str]().union(*units.values()) for units in holders.values()]
        if not all(any(map(self.enrolled, names)) for names in people):
            if not all(any(len(names) > 1 for names in units.values()) for units in holders.values()):
                return False
            self.assumed.extend(top for top in sorted(holders) if top not in self.assumed)
        return bool(holders)

    def may_be_person(self, folder: str) -> bool:
        """Whether a folder is not one of those that students have in their own."""
        return not (is_aside(folder) or self.is_unit(folder) or folder.casefold() in LAID_OUT)

    def is_around(self, below: list[Parts], stem: str) -> str:
        """Whether the one top folder holds a class: an LMS's names, students' folders, or two with the same unit.

        `below` are all paths from there on. A student's own `old/`, `ex03/` and `week 3/` are no students. "assumed" is
        the answer where only the files in them speak for it.
        """
        inside = [parts[1:] for parts in below]
        if any(recognized(parts, self.zone) for parts in inside):
            return "named"
        folders = {parts[0] for parts in inside if len(parts) > 1}
        people = {name for name in folders if self.may_be_person(name)}
        if not people or any(self.unit(parts) for parts in inside if len(parts) == 1):
            return ""
        if below[0][0] == stem and len(people) == len({parts[0] for parts in inside}):
            return "named"
        if any(map(self.enrolled, people)):
            return "named"
        holders: dict[str, set[str]] = {}
        for parts in inside:
            if len(parts) > 1 and parts[0] in people and (unit := self.unit(parts)):
                holders.setdefault(unit, set()).add(parts[0])
        return "assumed" if any(len(names) > 1 for names in holders.values()) else ""


ASIDE = re.compile(
    r"(?:.*[\W_])?(?:old|older|backups?|bak|drafts?|archived?|attic|previous|prev|trash|tmp|temp|copy|versions?"
    r"|alte?|ältere?|sicherung|entw[uü]rfe?|archiv|sauvegardes?|ancienn?e?s?|brouillons?|copia|respaldo|borrador(?:es)?"
    r"|tests?|examples?|starter|template|original|unused|v?env|site-packages|__macosx|\.ipynb_checkpoints)(?:[\W_].*)?"
)


def shortened(parts: Parts, depth: int, weekly: bool) -> Parts:
    """A path from the students' folders on; an assignment's folder around them comes second, as an exercise's does."""
    inner = parts[depth:] or parts[-1:]
    if not weekly:
        return inner
    return (inner[1], inner[0], *inner[2:]) if len(inner) > 2 else inner[-1:]


def is_aside(folder: str) -> bool:
    """Whether a folder's name says that what lies in it was put aside: `old`, `backup 2`, `my_drafts`, `tests`."""
    return ASIDE.fullmatch(folder.casefold()) is not None


def folder_claim(name: str, prefix: str, common: str) -> Claim:
    """Who a folder says it is from: the whole name, else what follows a hyphen of the start that all folders share.

    GitHub Classroom writes `assignment-username`, and both may hold hyphens: the longest name that the roster knows
    wins. What only this folder begins with is no assignment, so `bob-ann` among others is never `ann`.
    """
    ends = [at for at, char in enumerate(name, 1) if char == "-" and common.startswith(name[:at])]
    names = (name, *(name[at:] for at in ends), name.removeprefix(prefix))
    return Claim(name.removeprefix(prefix), tuple(("any", text) for text in dict.fromkeys(names) if text))


def from_lms(entries: list[Entry]) -> bool:
    """Whether an archive looks as if made by an LMS for a whole class, rather than by one student."""
    if any(entry.parts[-1] == METADATA and at_the_top(entry, entries) for entry in entries):
        return True
    read = [entry.parts for entry in entries if not entry.passed]
    above = int(len({parts[0] for parts in read}) == 1 and all(len(parts) > 1 for parts in read))
    return any(recognized(parts[depth:]) for parts in read for depth in {0, above})


def checkout_prefix(container: Folder | Archive, folders: set[str]) -> str:
    """What all git checkouts' names begin with, up to a hyphen: the name of the GitHub Classroom assignment.

    Nothing unless all folders are checkouts: a student can put a `.git` into theirs.
    """
    if len(container.checkouts) < 2 or folders - container.checkouts:
        return ""
    return os.path.commonprefix(sorted(container.checkouts)).rpartition("-")[0] + "-"


def common_start(container: Folder | Archive, folders: set[str]) -> str:
    """What the names of all folders begin with; that of one that is no checkout must look like an assignment."""
    names = sorted(folders)
    if len(names) == 1 and names[0] not in container.checkouts:
        return names[0].rpartition("-")[0] + "-" if re.match(r"[^-]*\d[^-]*-", names[0]) else ""
    return os.path.commonprefix(names)


def gradescope(container: Folder | Archive, entries: list[Entry]) -> tuple[dict[str, Group], Parts]:
    """The groups by folder name and the folder they lie in; nothing where there is no Gradescope metadata."""
    found = [entry for entry in entries if entry.parts[-1] == METADATA and at_the_top(entry, entries)]
    if not found:
        return {}, ()
    for _, data in container.read(found[:1], METADATA_CAP):
        if isinstance(data, SubmissionError):
            raise data
        groups, _ = ask("gradescope", {}, data)
        named = {one["folder"]: Group(tuple(map(claim_of, one["submitters"])), one["time"]) for one in groups}
        return named, found[0].parts[:-1]
    return {}, ()


def at_the_top(entry: Entry, entries: list[Entry]) -> bool:
    """Whether a file lies where an LMS puts its own: above all students' folders, beside nothing but them.

    One in a student's folder is the student's and describes no one.
    """
    if len(entry.parts) == 1:
        return True
    top = entry.parts[0]
    return (
        len(entry.parts) == 2
        and bool(EXPORT.match(top))
        and all(other.parts[0] == top for other in entries if not other.passed)
    )


def claim_of(who: dict[str, str]) -> Claim:
    label = who.get("email") or who.get("sid") or who.get("name") or "?"
    return Claim(label, tuple((kind, who[kind]) for kind in ("email", "sid", "name") if who.get(kind)))
