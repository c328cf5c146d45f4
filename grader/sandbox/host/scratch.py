"""How much an examinee has written, for tiers in which nothing else bounds that."""

import errno
import os
import sys
from pathlib import Path


def size_of(folder: Path) -> int:
    """Bytes that the files below a folder take on disk, at least one block each; the vanished count nothing."""
    total = 0
    todo = [str(folder)]
    while todo:
        try:
            with os.scandir(todo.pop()) as entries:
                for entry in entries:
                    total += max(4096, occupied(entry.stat(follow_symlinks=False)))
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(entry.path)
        except OSError as problem:
            if problem.errno == errno.ENAMETOOLONG:  # as deep as that lies only what wants to hide
                return sys.maxsize
    return total


def occupied(info: os.stat_result) -> int:
    """Blocks where the system counts them: a file with holes takes less than it is long."""
    if sys.platform == "win32":
        return info.st_size
    return info.st_blocks * 512
