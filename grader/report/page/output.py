"""The report folder: everything is written beside it and put in its place by a rename, the gradebook included.

While a run grades, `DIR/gradebook.sqlite` is the only thing that changes. At the end a new folder is filled, with a
copy of the gradebook, and takes the old one's name; a run killed between the two renames is repaired by the next. Files
of other origin that lie in the folder are carried over. A folder that cannot be renamed, such as a mounted share, keeps
its place, and its contents are swapped.
"""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from grader.base.errors import GraderError, UsageError
from grader.base.text import line
from grader.report.gradebook.store import AGAIN, FULL, Gradebook

GRADEBOOK = "gradebook.sqlite"
OURS = frozenset({
    GRADEBOOK, "grades.csv", "canvas.csv", "canvas", "moodle", "gradescope", "email", "report.json", "report.html",
    "feedback", "plots", "students", "comparison.csv", "history.csv",
})  # fmt: skip


class Output:
    """One `--out` folder, ready to hold a gradebook. UsageError if it is not ours or cannot be written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.where = line(str(folder))
        self.fixed = self.folder.is_dir() and (
            os.path.ismount(self.folder) or not os.access(self.folder.parent, os.W_OK)
        )
        beside = self.folder if self.fixed else self.folder.parent
        self.new = beside / f".{self.folder.name}.new"
        self.old = beside / f".{self.folder.name}.old"
        try:
            self.prepare()
        except OSError as error:
            raise unwritable(error, self.where) from None

    def prepare(self) -> None:
        if not (self.folder / GRADEBOOK).exists() and (self.old / GRADEBOOK).exists():  # killed within `publish`
            if self.fixed:
                self.move_ours(self.old, self.folder)
            else:
                self.old.rename(self.folder)
        if self.folder.exists() and not self.folder.is_dir():
            raise UsageError("is a file", self.where, "choose another --out folder")
        if self.folder.exists() and not (self.folder / GRADEBOOK).exists() and self.others():
            raise UsageError("holds files, but no report of ours", self.where, "choose a new or an empty --out folder")
        self.made = not self.folder.exists()
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if not os.access(self.folder, os.W_OK):
            raise UsageError("cannot be written to", self.where, "choose another --out folder")

    def others(self) -> bool:
        """Whether anything lies in the folder but what a run of ours may have left, or a file system keeps there."""
        return any(item not in (self.new, self.old) and item.name != "lost+found" for item in self.folder.iterdir())

    def move_ours(self, source: Path, target: Path) -> None:
        """Moves what a report consists of, the gradebook last: where it lies, a report is whole."""
        names = [name for name in os.listdir(source) if name.removesuffix("-wal").removesuffix("-shm") in OURS]
        for name in sorted(names, key=lambda name: (name.startswith(GRADEBOOK), name == GRADEBOOK)):
            (source / name).rename(target / name)

    def needed(self) -> None:
        """UsageError where no report is there yet."""
        if not (self.folder / GRADEBOOK).exists():
            self.abandon()
            raise UsageError("there is no gradebook", self.where, "say which submissions to take in, or another --out")

    def gradebook(self) -> Gradebook:
        """The gradebook, locked: from here on no other run uses this folder."""
        book = Gradebook.open(self.folder / GRADEBOOK)
        shutil.rmtree(self.new, ignore_errors=True)
        if self.old.exists():
            self.discard_old()
        return book

    def abandon(self) -> None:
        """Takes away the folder that this run made, after a usage error left it without a report."""
        if self.made:
            shutil.rmtree(self.folder, ignore_errors=True)

    def publish(self, book: Gradebook, fill: Callable[[Path], None]) -> None:
        """Lets `fill` write a whole new folder, adds the gradebook, and swaps. GraderError if the disk is full."""
        try:
            self.new.mkdir(mode=0o700)
            fill(self.new)
            book.snapshot(self.new / GRADEBOOK)
            shutil.copymode(self.folder, self.new)
            if self.fixed:
                self.old.mkdir(mode=0o700)
                self.move_ours(self.folder, self.old)
                self.move_ours(self.new, self.folder)
            else:
                self.folder.rename(self.old)
                self.new.rename(self.folder)
            self.discard_old()
        except OSError as error:
            raise unwritable(error, self.where) from None
        finally:
            shutil.rmtree(self.new, ignore_errors=True)

    def discard_old(self) -> None:
        """Carries over what is not ours and drops the rest."""
        for item in self.old.iterdir():
            if (
                item.name.removesuffix("-wal").removesuffix("-shm") not in OURS
                and not (self.folder / item.name).exists()
            ):
                item.rename(self.folder / item.name)
        shutil.rmtree(self.old)


def unwritable(error: OSError, where: str) -> GraderError:
    """A failed write as a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return GraderError(FULL, where, AGAIN)
    return UsageError(f"cannot be written: {error.strerror}", where, "choose another --out folder")
