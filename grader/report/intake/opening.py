"""The paths that the command was given, opened and listed; which zips are a student's own, not a class's download."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.base.errors import UsageError
from grader.report.intake.archive import Archive
from grader.report.intake.folder import Entry, Folder
from grader.report.intake.lms import Reading, from_lms
from grader.report.intake.naming import LAID_OUT
from grader.report.intake.owners import Owners
from grader.report.intake.roster import plain

ADVICE = "if it is the download of a class, say --downloads"


@dataclass
class Opened:
    """One folder or archive and its files.

    `lone`: it is one student's, called as it is; `refused`: why it is not looked into; `contested`: why nobody is
    credited with it.
    """

    container: Folder | Archive
    entries: list[Entry]
    stem: str
    where: str
    lone: bool = False
    refused: str = ""
    contested: str = ""

    @property
    def archive(self) -> bool:
        return isinstance(self.container, Archive)

    @cached_property
    def fingerprint(self) -> str:
        """A digest of an archive's name and bytes, by which it is known again; "" for a folder."""
        if isinstance(self.container, Folder):
            return ""
        with self.container.open() as file:
            found = hashlib.sha256(self.stem.encode("utf-8", "surrogatepass") + b"\n")
            while chunk := file.read(1 << 20):
                found.update(chunk)
        return found.hexdigest()

    @cached_property
    def from_lms(self) -> bool:
        """Whether it looks like an LMS's download of a class."""
        return from_lms(self.entries)


def opened(path: Path, where: str, aside: Collection[Path] = ()) -> Opened:
    """A folder or a zip with its list of files, those `aside` left out. UsageError if it is missing or no zip."""
    if path.is_dir():
        folder, place = Folder(path), path.resolve()
        entries = [one for one in folder.entries() if place / one.path not in aside]
        return Opened(folder, entries, place.name, where)
    if path.suffix.casefold() == ".zip" and path.is_file():
        archive = Archive(path, where)
        return Opened(archive, archive.entries(), path.stem, where)
    missing = "is neither a folder nor a .zip" if path.exists() else "no such file or folder"
    raise UsageError(missing, where, "give the folder of submissions or the LMS's zip")


def judge(given: list[Opened], reading: Reading, owners: Owners) -> None:
    """Marks what is a single student's, and refuses what looks like an LMS's download among it.

    Whatever is called as somebody on the roster is theirs alone, whatever names lie in it. A student can make a zip or
    a folder with other students' names: among zips of single students, or under a student's name, it is not believed.
    """
    for one in given:
        one.lone = not one.from_lms and (owners.enrolled(one.stem) or (one.archive and is_lone(one, reading)))
    lone = any(one.lone and one.archive for one in given)
    for one in given:
        if lone and one.archive and not one.lone and not one.from_lms:
            one.contested = "holds folders of others among zips of single students, so it counts for nobody: " + ADVICE
        own = one.from_lms and (owners.enrolled(one.stem) or plain(one.stem) in reading.labels(one.entries))
        if one.from_lms and (lone and one.archive or own):
            whose = "among zips of single students" if lone else "and is named after one student"
            one.refused = f"looks like the download of a whole class {whose}: {ADVICE}"


def is_lone(one: Opened, reading: Reading) -> bool:
    """Whether a zip holds one student's files: at its top, in exercises' folders, or in a folder of its own name."""
    paths = [entry.parts for entry in one.entries if not entry.passed]
    tops = {parts[0] for parts in paths if len(parts) > 1}
    if any(len(parts) == 1 and reading.unit(parts) for parts in paths):
        return True
    named = len(tops) == 1 and one.stem.casefold() in {top.casefold() for top in tops}
    laid_out = bool(tops) and all(top.casefold() in LAID_OUT or reading.is_unit(top) for top in tops)
    if not (named or laid_out) or reading.by_assignment(paths):
        return False
    return not reading.around(one.entries, one.stem, one.container.checkouts)
