"""What a learner hands in for one exercise: one file's bytes, never imported or compiled outside the sandbox."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from grader.course import Exercise
from grader.errors import SubmissionError, UsageError

SIZE_CAP = 1 << 20


@dataclass(frozen=True)
class Submission:
    """The bytes that are graded, where they came from, and their sha256."""

    source: bytes
    path: str
    sha256: str

    @staticmethod
    def of(source: bytes, path: str) -> "Submission":
        return Submission(source, path, hashlib.sha256(source).hexdigest())

    @staticmethod
    def read(path: Path, exercise: Exercise) -> "Submission":
        """Reads a file, or the exercise's file in a folder (`DIR/cutmix.py` or `DIR/ex03_cutmix/cutmix.py`).

        UsageError for a missing path; SubmissionError for a file that is too large, no regular file, or unreadable.
        """
        return Submission.of(content(found(path, exercise), exercise.submission_cap), str(path))


def found(path: Path, exercise: Exercise) -> Path:
    """The exercise's file at or below `path`."""
    try:
        if not stat.S_ISDIR(path.stat().st_mode):
            return path
        for place in (".", exercise.id, f"exercises/{exercise.id}"):
            file = path / place / exercise.file
            if file.is_file():
                return file
    except (FileNotFoundError, NotADirectoryError):
        advice = "give the file or the folder that holds your work"
        raise UsageError("no such file or folder", str(path), advice) from None
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", str(path), "check the path and its permissions") from None
    advice = f"{exercise.key} is graded from {exercise.file}"
    raise UsageError(f"this folder holds no file {exercise.file}", str(path), advice)


def content(path: Path, cap: int = SIZE_CAP) -> bytes:
    """The bytes of a regular file of at most `cap` bytes."""
    try:
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", str(path), "check the path and its permissions") from None
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise SubmissionError("is not a regular file", str(path), "hand in the Python file itself")
        source = file.read(cap + 1)
    if len(source) > cap:
        size = f"{cap >> 20} MB" if cap >= 1 << 20 else f"{cap >> 10} kB"
        raise SubmissionError(f"is larger than {size}", str(path), "hand in the Python file alone, without data in it")
    return source
