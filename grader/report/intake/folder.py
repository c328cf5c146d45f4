"""A folder of submissions: its files listed without following a link, read only as regular files of bounded size."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from grader.base.errors import SubmissionError, UsageError
from grader.base.regular import read_regular

PASSED = {
    "__macosx": "holds macOS's own files", "venv": "holds installed packages", "env": "holds installed packages",
    ".venv": "holds installed packages", "site-packages": "holds installed packages",
    "node_modules": "holds installed packages", ".ipynb_checkpoints": "holds Jupyter's own copies",
}  # fmt: skip
"""Folders that are not looked into, and why; one is listed only where its owner handed in nothing else."""
SILENT = frozenset({"__pycache__", ".ds_store", ".localized", ".github", ".vscode", ".idea"})
"""Never worth a line, as whatever begins with `.git` and ends with `_cache`."""
DEPTH = 8
ENTRIES = 1_000_000
ARCHIVE_CAP = 16 << 20


@dataclass(frozen=True)
class Entry:
    """One file of a folder or an archive: its path inside, its time, and why it cannot be read (empty if it can).

    `time` is in POSIX seconds, None if unknown; `index` is the place in an archive's list. `passed` is why it is passed
    over unread, a folder as a whole; `size` what an archive says it has.
    """

    path: str
    time: float | None = None
    problem: str = ""
    index: int = 0
    passed: str = ""
    size: int = 0

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.split("/"))


def passed_over(name: str, folder: bool) -> str | None:
    """Why something is passed over unread by its name: a reason, "" where it is worth no line; None if it is read."""
    plain = name.casefold()
    if plain in SILENT or plain.startswith(".git") or plain.endswith("_cache"):
        return ""
    if folder and plain in PASSED:
        return f"{PASSED[plain]}, so it is not looked into"
    if plain.startswith("._"):
        return "is macOS's own note about a file, not the file"
    return "is hidden: its name begins with a dot" if plain.startswith(".") and plain != ".." else None


class Folder:
    """The files below one folder. Every step down opens the next name relative to its parent, never through a link."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.checkouts: set[str] = set()
        self.commits: dict[tuple[str, ...], float | None] = {}
        self.is_checkout = False

    def entries(self) -> list[Entry]:
        """All files, by path. `checkouts` then holds the top folders that are git checkouts."""
        found = sorted(islice(self.walk(), ENTRIES + 1), key=lambda entry: entry.path)
        if len(found) > ENTRIES:
            raise UsageError(f"holds more than {ENTRIES} files", str(self.root), "point at the submissions alone")
        return found

    def walk(self) -> Iterator[Entry]:
        todo: list[tuple[tuple[str, ...], Path]] = [((), self.root)]
        while todo:
            parts, path = todo.pop()
            try:
                listing = list(os.scandir(path))
            except OSError as error:
                if not parts:
                    raise UsageError(f"cannot be read: {error.strerror}", str(path)) from None
                yield Entry("/".join(parts), problem=f"cannot be read: {error.strerror}")
                continue
            for item in listing:
                inside = (*parts, item.name)
                if item.name == ".git" and len(parts) == 1:
                    self.checkouts.add(parts[0])
                self.is_checkout |= item.name == ".git" and not parts
                folder = item.is_dir(follow_symlinks=False)
                if (reason := passed_over(item.name, folder)) is not None:
                    if reason:
                        yield Entry("/".join(inside), passed=reason)
                    continue
                if folder:
                    if len(inside) > DEPTH:
                        yield Entry("/".join(inside), problem=f"lies more than {DEPTH} folders deep")
                    else:
                        todo.append((inside, Path(item.path)))
                    continue
                yield self.entry(item, inside)

    def entry(self, item: "os.DirEntry[str]", parts: tuple[str, ...]) -> Entry:
        info = item.stat(follow_symlinks=False)
        problem = ""
        if stat.S_ISLNK(info.st_mode):
            problem = "is a symbolic link"
        elif not stat.S_ISREG(info.st_mode):
            problem = "is not a regular file"
        return Entry("/".join(parts), info.st_mtime, problem)

    def read(self, entries: list[Entry], cap: int) -> Iterator[tuple[Entry, bytes | SubmissionError]]:
        """The bytes of each entry, or why they cannot be had."""
        for entry in entries:
            try:
                yield entry, self.content(entry, cap)
            except SubmissionError as error:
                yield entry, error

    def content(self, entry: Entry, cap: int) -> bytes:
        if entry.problem:
            raise SubmissionError(entry.problem)
        try:
            return read_regular(self.root, entry.parts, cap)
        except OSError as error:
            raise SubmissionError(f"cannot be read: {error.strerror}") from None
