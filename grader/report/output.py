"""The report folder: everything is written beside it and put in its place by a rename, the gradebook included.

While a run grades, `DIR/gradebook.sqlite` is the only thing that changes. At the end a new folder is filled, with a
copy of the gradebook, and takes the old one's name; a run killed between the two renames is repaired by the next. Files
of other origin that lie in the folder are carried over.
"""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from grader.errors import GraderError, UsageError
from grader.report.gradebook import AGAIN, FULL, Gradebook
from grader.report.safe import line

GRADEBOOK = "gradebook.sqlite"
OURS = frozenset({
    GRADEBOOK, "grades.csv", "canvas.csv", "moodle", "gradescope", "report.json", "report.html", "feedback", "plots",
    "comparison.csv",
})  # fmt: skip


class Output:
    """One `--out` folder, ready to hold a gradebook. UsageError if it is not ours or cannot be written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.where = line(str(folder))
        self.new = self.folder.with_name(f".{self.folder.name}.new")
        self.old = self.folder.with_name(f".{self.folder.name}.old")
        try:
            self.prepare()
        except OSError as error:
            raise unwritable(error, self.where) from None

    def prepare(self) -> None:
        if not self.folder.exists() and (self.old / GRADEBOOK).exists():
            self.old.rename(self.folder)  # killed between the two renames of `publish`
        if self.folder.exists() and not self.folder.is_dir():
            raise UsageError("is a file", self.where, "choose another --out folder")
        if self.folder.exists() and not (self.folder / GRADEBOOK).exists() and any(self.folder.iterdir()):
            raise UsageError("holds files, but no report of ours", self.where, "choose a new or an empty --out folder")
        self.made = not self.folder.exists()
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if not os.access(self.folder.parent, os.W_OK) or not os.access(self.folder, os.W_OK):
            raise UsageError(
                "cannot be written to, or the folder it lies in", self.where, "choose another --out folder"
            )

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
