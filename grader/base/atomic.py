"""Files are written whole or not at all: a temporary file in the same folder, then a rename."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.base.errors import UsageError

TRIES = (0.02, 0.1, 0.5)  # seconds until the next try


def write_bytes(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replaces `path` by `data` in one step; the folder is made if it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fd, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        put_in_place(name, path)
    except BaseException:
        os.unlink(name)
        raise


def put_in_place(name: str, path: Path) -> None:
    """The rename; Windows refuses it while a scanner or a synchronized folder has the old file open."""
    for pause in TRIES:
        try:
            os.replace(name, path)
            return
        except PermissionError:
            time.sleep(pause)
    os.replace(name, path)


def write_text(path: Path, text: str, mode: int = 0o644) -> None:
    """`write_bytes` for UTF-8 text."""
    write_bytes(path, text.encode("utf-8"), mode)


def write_together(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Writes new files by their paths below `root`, which is made if it is missing: all of them or none.

    UsageError where there is one already, or where one cannot be written.
    """
    for name in files:
        if os.path.lexists(root / name):
            raise UsageError("there is a file already", str(root / name), "move it away, or choose another name")
    above = [folder for folder in (root, *root.parents) if not folder.exists()]
    try:
        root.mkdir(parents=True, exist_ok=True)
        move_together(root, files)
    except OSError as error:
        for folder in above:
            with contextlib.suppress(OSError):
                folder.rmdir()
        advice = "nothing was written; make room there, or choose another folder"
        raise UsageError(f"cannot be written: {error.strerror}", str(root), advice) from None


def move_together(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Fills a folder inside `root`, and moves what is in it to its places. OSError, after which nothing has moved."""
    new = Path(tempfile.mkdtemp(prefix=".new.", dir=root))
    moved: list[tuple[Path, Path]] = []
    try:
        for name, content in files.items():
            write_bytes(new / name, content if isinstance(content, bytes) else content.encode("utf-8"))
        for path, place in list(moves(new, root)):
            put_in_place(str(path), place)
            moved.append((path, place))
    except BaseException:
        for path, place in reversed(moved):
            put_in_place(str(place), path)
        raise
    finally:
        shutil.rmtree(new, ignore_errors=True)


def moves(source: Path, target: Path) -> Iterator[tuple[Path, Path]]:
    """What of a folder goes where: whole folders, but where there is one of the name already."""
    for path in sorted(source.iterdir()):
        place = target / path.name
        if path.is_dir() and place.is_dir():
            yield from moves(path, place)
        else:
            yield path, place
