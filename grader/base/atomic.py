"""Files are written whole or not at all: a temporary file in the same folder, then a rename."""

import os
import tempfile
import time
from pathlib import Path

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
