"""Regular files of bounded size, opened without following a link: the only way in which submitted files are read."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from grader.base.errors import SubmissionError

NOFOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
DIRECTORY = getattr(os, "O_DIRECTORY", 0)


def read_regular(root: Path, parts: Sequence[str], cap: int) -> bytes:
    """The bytes of the file `parts` below the folder `root`; no step below `root` goes through a link.

    FileNotFoundError where a part is missing; SubmissionError for links, for whatever is no regular file, and for files
    of more than `cap` bytes.
    """
    *folders, name = parts
    try:
        file = open_below(root, folders, name)
    except (FileNotFoundError, NotADirectoryError):
        if goes_through_link(root, parts):
            raise SubmissionError("is a symbolic link") from None
        raise
    except OSError as error:
        if goes_through_link(root, parts):
            raise SubmissionError("is a symbolic link") from None
        raise SubmissionError(f"cannot be read: {error.strerror}") from None
    with os.fdopen(file, "rb") as stream:
        info = os.fstat(file)
        if not stat.S_ISREG(info.st_mode):
            raise SubmissionError("is not a regular file")
        data = b"" if info.st_size > cap else stream.read(cap + 1)
    if info.st_size > cap or len(data) > cap:
        raise SubmissionError(f"is larger than {size(cap)}")
    return data


def open_below(root: Path, folders: Sequence[str], name: str) -> int:
    """A descriptor of the file, reached name by name; where a system has no such call, links are looked for first."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | NOFOLLOW
    if os.open not in os.supports_dir_fd:
        if goes_through_link(root, [*folders, name]):
            raise OSError("is a symbolic link")
        return os.open(root.joinpath(*folders, name), flags)
    here = os.open(root, os.O_RDONLY | DIRECTORY)
    try:
        for folder in folders:
            below = os.open(folder, os.O_RDONLY | DIRECTORY | NOFOLLOW, dir_fd=here)
            os.close(here)
            here = below
        return os.open(name, flags, dir_fd=here)
    finally:
        os.close(here)


def goes_through_link(root: Path, parts: Sequence[str]) -> bool:
    """Whether a step below `root` is a symbolic link; for the words of a refusal."""
    return any(root.joinpath(*parts[:depth]).is_symlink() for depth in range(1, len(parts) + 1))


def size(cap: int) -> str:
    return f"{cap >> 20} MiB" if cap >= 1 << 20 else f"{cap >> 10} KiB"
