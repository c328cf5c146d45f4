"""Temporary folders that are removed even if their owner was killed: creating the next one removes stale ones.

A folder is locked by the process that made it. A folder whose lock is free has no owner any more and is removed.
"""

import contextlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

PREFIX = "grader-box-"
YOUNG = 60.0  # seconds in which a folder may still be waiting for its lock
LONG_GONE = 86400.0  # the same where nothing tells whether an owner lives
TRIES = 20  # a process that dies may write for a moment longer


class TemporaryFolder:
    """A folder of our own that other user ids may pass through, but not list; `with` or `remove` ends it."""

    def __init__(self) -> None:
        sweep(Path(tempfile.gettempdir()))
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.path.chmod(0o711)
        self.lock = locked(self.path)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.remove()

    def remove(self) -> None:
        """Removes it with all that is in it, whatever untrusted code made of that."""
        for _ in range(TRIES):
            remove_tree(self.path)
            if not self.path.exists():
                break
            time.sleep(0.1)
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None


def locked(folder: Path) -> int | None:
    """A descriptor that keeps a folder locked, None if another process has it locked or the system has no locks."""
    if sys.platform == "win32":
        return None
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def sweep(place: Path) -> None:
    """Removes the folders in `place` that a killed process of this user left."""
    for path in place.glob(f"{PREFIX}*"):
        try:
            info = path.lstat()
            old = time.time() - info.st_mtime > (YOUNG if sys.platform != "win32" else LONG_GONE)
            if sys.platform == "win32":
                if stat.S_ISDIR(info.st_mode) and old:  # what a process still uses Windows keeps by itself
                    remove_tree(path)
                continue
            if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.geteuid() or not old:
                continue
            lock = locked(path)
        except OSError:
            continue  # gone, or not ours
        if lock is not None:
            remove_tree(path)
            os.close(lock)


def remove_tree(folder: Path) -> None:
    """Removes a folder that untrusted code filled: any depth, any modes, links never followed."""
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except (OSError, RecursionError):
        if sys.platform == "win32":
            remove_locked(folder)
            return
        subprocess.run(["/bin/chmod", "-R", "u+rwx", str(folder)], stderr=subprocess.DEVNULL, check=False)
        subprocess.run(["/bin/rm", "-rf", "--", str(folder)], stderr=subprocess.DEVNULL, check=False)


def remove_locked(folder: Path) -> None:
    """What Windows lets go: files that may not be written are opened up first, files in use stay for the next try."""
    for path, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                os.chmod(os.path.join(path, name), stat.S_IWRITE)
    shutil.rmtree(folder, ignore_errors=True)
