"""A hash of the files that decide an exercise's verdicts on the course's side; it is taken before every submission."""

import hashlib
import os
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

LARGE = 1 << 20  # bytes from which on a file is read once for each of its states
SETTLED = 2.0  # seconds without a change after which size and time tell a file's state
known: dict[tuple[str, int, int, int], bytes] = {}  # path, inode, size, time -> hash


def digest_of(files: Iterable[tuple[str, Path]]) -> str:
    """The hash of the files by the names that they count under; one that is missing counts as empty."""
    digest = hashlib.sha256()
    for name, path in sorted(files):
        digest.update(f"{name}\0".encode() + content_hash(path))
    return digest.hexdigest()


def content_hash(path: Path) -> bytes:
    """The sha256 of a file."""
    try:
        about = path.stat()
        key = (str(path), about.st_ino, about.st_size, about.st_mtime_ns)
        if found := known.get(key):
            return found
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").digest()
    except FileNotFoundError:
        return hashlib.sha256().digest()
    if about.st_size >= LARGE and about.st_mtime < time.time() - SETTLED:
        known[key] = found
    return found


def files_in(folder: Path, prefix: str, without: Collection[str] = ()) -> Iterator[tuple[str, Path]]:
    """Every file below a folder, by `prefix/its/path`: no caches, nothing hidden, and nothing of these paths."""
    todo = [(folder, prefix)]
    while todo:
        place, name = todo.pop()
        try:
            items = list(os.scandir(place))
        except (FileNotFoundError, NotADirectoryError):
            continue
        for item in items:
            inner = f"{name}/{item.name}"
            if item.name[0] == "." or item.name == "__pycache__" or inner.removeprefix(f"{prefix}/") in without:
                continue
            if item.is_dir(follow_symlinks=False):
                todo.append((Path(item.path), inner))
            elif item.is_file():
                yield inner, Path(item.path)
