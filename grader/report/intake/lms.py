"""Who handed in which file, read off the names that Canvas, Moodle, Gradescope and GitHub Classroom give to things.

    smith_12345_67890_cutmix.py                          Canvas: name, user id, attachment id, the student's file name
    smith_LATE_12345_67890_cutmix-1.py                   Canvas, late, handed in once before under the same name
    smith_12345_text.html                                Canvas, text typed into its page
    Ann Smith_123_assignsubmission_file_/cutmix.py       Moodle: full name, participant number
    submission_97/cutmix.py + submission_metadata.yml    Gradescope: the file says who submission_97 is
    ex03-cutmix-annsmith/cutmix.py                       GitHub Classroom: assignment and user name, found in the roster
    ann/cutmix.py                                        one folder per student

Whatever fits none of the patterns is taken for the last.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.base.errors import SubmissionError
from grader.disposable import ask
from grader.report.intake.archive import Archive
from grader.report.intake.folder import Entry, Folder
from grader.report.intake.roster import Claim

CANVAS = re.compile(r"^(?P<who>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?:\d+_(?P<file>[^/]+)|(?P<text>text\.html))$")
MOODLE = re.compile(r"^(?P<who>.+)_(?P<number>\d+)_assignsubmission_[a-z]+_?(?P<file>[^/]*)$")
EXPORT = re.compile(r"^assignment_\d+_export")  # the folder that Gradescope puts around everything
METADATA = "submission_metadata.yml"
METADATA_CAP = 64 << 20


@dataclass(frozen=True)
class SubmissionFile:
    """One file with who it is from (several for a group) and its path as they named it; `order` tells attempts."""

    claims: tuple[Claim, ...]
    entry: Entry
    parts: tuple[str, ...]
    time: float | None
    order: int = 0


@dataclass(frozen=True)
class Group:
    """A Gradescope submission folder's people and time."""

    claims: tuple[Claim, ...]
    time: float | None


def submission_files(container: Folder | Archive, entries: list[Entry], stem: str) -> Iterator[SubmissionFile]:
    """Every entry with whom it is from; entries that lie beside the students' folders come with no claims."""
    groups, base = gradescope(container, entries)
    top = "" if groups else common_top(entries, stem)
    prefix = checkout_prefix(container)
    common = common_start(container, {entry.parts[bool(top)] for entry in entries if len(entry.parts) > bool(top) + 1})
    for entry in entries:
        parts = entry.parts[1:] if top else entry.parts
        if groups:
            if parts[: len(base)] != base or len(parts) <= len(base) + 1:
                continue
            group = groups.get(parts[len(base)])
            if group and entry.parts[-1] != METADATA:
                yield SubmissionFile(group.claims, entry, parts[len(base) + 1 :], group.time or entry.time)
                continue
        yield named(entry, parts, prefix, common)


def named(entry: Entry, parts: tuple[str, ...], prefix: str, common: str) -> SubmissionFile:
    """The file's owner by its first folder's name, or its own where it lies flat."""
    moodle = MOODLE.match(parts[0])
    if moodle:
        known = (
            ("identifier", f"Participant {moodle['number']}"),
            ("identifier", moodle["number"]),
            ("name", moodle["who"]),
        )
        inner = parts[1:] or (moodle["file"],)
        return SubmissionFile((Claim(moodle["who"], known),), entry, inner, entry.time)
    canvas = CANVAS.match(parts[0]) if len(parts) == 1 else None
    if canvas:
        claim = Claim(canvas["who"], (("canvas_id", canvas["user"]), ("name", canvas["who"])))
        file = canvas["file"] or canvas["text"]
        again = re.search(r"-(\d+)(?=\.\w+$)", file)
        return SubmissionFile((claim,), entry, (file,), entry.time, int(again[1]) if again else 0)
    if len(parts) == 1:
        return SubmissionFile((), entry, parts, entry.time)
    return SubmissionFile((folder_claim(parts[0], prefix, common),), entry, parts[1:], entry.time)


def folder_claim(name: str, prefix: str, common: str) -> Claim:
    """Who a folder says it is from: the whole name, else what follows a hyphen of the start that all folders share.

    GitHub Classroom writes `assignment-username`, and both may hold hyphens: the longest name that the roster knows
    wins. What only this folder begins with is no assignment, so `bob-ann` among others is never `ann`.
    """
    ends = [at for at, char in enumerate(name, 1) if char == "-" and common.startswith(name[:at])]
    names = (name, *(name[at:] for at in ends), name.removeprefix(prefix))
    return Claim(name.removeprefix(prefix), tuple(("any", text) for text in dict.fromkeys(names) if text))


def from_lms(entries: list[Entry], stem: str) -> bool:
    """Whether an archive looks as if made by an LMS for a whole class, rather than by one student."""
    if any(entry.parts[-1] == METADATA and at_the_top(entry, entries) for entry in entries):
        return True
    above = 1 if common_top(entries, stem) else 0
    inner = [entry.parts[above:] for entry in entries]
    return any(MOODLE.match(parts[0]) or (len(parts) == 1 and CANVAS.match(parts[0])) for parts in inner)


def common_top(entries: list[Entry], stem: str) -> str:
    """The one folder around everything, if it is no student's: named like the archive, or full of an LMS's names."""
    tops = {entry.parts[0] for entry in entries}
    if len(tops) != 1 or any(len(entry.parts) == 1 for entry in entries):
        return ""
    inside = {(entry.parts[1], len(entry.parts)) for entry in entries}
    lms = any(MOODLE.match(name) or (CANVAS.match(name) and depth == 2) for name, depth in inside)
    top = next(iter(tops))
    return top if lms or (top == stem and all(depth > 2 for _, depth in inside)) else ""


def checkout_prefix(container: Folder | Archive) -> str:
    """What all git checkouts' names begin with, up to a hyphen: the name of the GitHub Classroom assignment."""
    if len(container.checkouts) < 2:
        return ""
    return os.path.commonprefix(sorted(container.checkouts)).rpartition("-")[0] + "-"


def common_start(container: Folder | Archive, folders: set[str]) -> str:
    """What the names of all checkouts, or of all folders, begin with; a lone folder's must look like an assignment."""
    names = sorted(container.checkouts or folders)
    if len(names) == 1 and not container.checkouts:
        return names[0].rpartition("-")[0] + "-" if re.match(r"[^-]*\d[^-]*-", names[0]) else ""
    return os.path.commonprefix(names)


def gradescope(container: Folder | Archive, entries: list[Entry]) -> tuple[dict[str, Group], tuple[str, ...]]:
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

    One in a student's folder is the student's, and tells nothing about anybody.
    """
    if len(entry.parts) == 1:
        return True
    top = entry.parts[0]
    return len(entry.parts) == 2 and bool(EXPORT.match(top)) and all(other.parts[0] == top for other in entries)


def claim_of(who: dict[str, str]) -> Claim:
    label = who.get("email") or who.get("sid") or who.get("name") or "?"
    return Claim(label, tuple((kind, who[kind]) for kind in ("email", "sid", "name") if who.get(kind)))
