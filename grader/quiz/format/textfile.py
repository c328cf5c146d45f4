"""Reads a file that somebody else may have written: a size cap, regular files only, UTF-8 and no NUL."""

import os
import stat
from pathlib import Path

from grader.base.errors import UsageError

MAX_BYTES = 1 << 20
"""No quiz and no answers file is longer than this (1 MiB)."""
PLAIN = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


def read_bytes(path: Path, *, limit: int = MAX_BYTES, follow: bool = True) -> bytes:
    """The bytes of a regular file.

    `follow=False` refuses a symbolic link: a learner's link could show us a file of ours. Nothing blocks on a FIFO.
    Raises UsageError.
    """
    flags = os.O_RDONLY | PLAIN | (0 if follow else NOFOLLOW)
    where = shown(str(path))
    try:
        if not follow and not NOFOLLOW and path.is_symlink():
            raise OSError("is a symbolic link")
        descriptor = os.open(path, flags)
    except OSError as error:
        link = not follow and path.is_symlink()
        raise UsageError("is a symbolic link" if link else str(error.strerror), where) from None
    with open(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UsageError("is not a regular file", where)
        data = b"" if status.st_size > limit else stream.read(limit + 1)
    if status.st_size > limit or len(data) > limit:
        raise UsageError(f"is larger than {limit // 1024} KiB", where)
    return data


def decode(data: bytes, where: str) -> str:
    """The bytes as UTF-8 text with `\\n` line ends. Raises UsageError with the line of the first bad byte."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = where + f":{data.count(bytes([10]), 0, error.start) + 1}"
        raise UsageError(f"byte 0x{data[error.start]:02x} is not UTF-8", place, "Save it as UTF-8.") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise UsageError("holds a NUL byte", f"{where}:{text.count(chr(10), 0, text.index(chr(0))) + 1}")
    return text


def read_text(path: Path, *, follow: bool = True) -> str:
    """The text of a regular UTF-8 file. Raises UsageError."""
    return decode(read_bytes(path, follow=follow), shown(str(path)))


def shown(text: str) -> str:
    """The text with every character that could steer a terminal or turn the reading direction written as an escape."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in text)
