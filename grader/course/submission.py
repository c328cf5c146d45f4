"""What a learner hands in for one exercise: a file and what it needs beside it, never run outside the sandbox."""

import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.base.errors import SubmissionError, UsageError
from grader.base.regular import read_regular
from grader.course.beside import read_beside
from grader.course.exercise import Exercise
from grader.disposable import ask
from grader.disposable.child.options import Options

NOTEBOOK_CAP = 32 << 20
STUB_CAP = 64 << 10
Files = Iterable[tuple[str, bytes]]


@dataclass(frozen=True)
class Submission:
    """The bytes that are graded, where they came from, and their sha256; `files` lay beside them and travel along."""

    source: bytes
    path: str
    sha256: str
    files: tuple[tuple[str, bytes], ...] = ()

    @staticmethod
    def of(source: bytes, path: str, files: Files = ()) -> "Submission":
        return Submission(source, path, hashlib.sha256(source).hexdigest(), tuple(files))

    @staticmethod
    def read(path: Path, exercise: Exercise) -> "Submission":
        """Reads a file, or the exercise's file in a folder (`DIR/cutmix.py` or `DIR/ex03_cutmix/cutmix.py`).

        A notebook counts as the module inside it, extracted as for a class. UsageError for a missing path;
        SubmissionError for a link, a file that is too large, no regular file, or unreadable.
        """
        root, parts = found(path, exercise)
        shown = str(root.joinpath(*parts))
        notebook = parts[-1].casefold().endswith(".ipynb")
        written: Files = ()
        try:
            source = read_regular(root, parts, NOTEBOOK_CAP if notebook else exercise.submission_cap)
            if notebook:
                source, written = module_of(source, exercise)
            files = (*written, *read_beside(root, parts[:-1], parts[-1], source))
        except OSError as error:
            advice = "check the path and its permissions"
            raise UsageError(f"cannot be read: {error.strerror}", str(path), advice) from None
        except SubmissionError as error:
            raise SubmissionError(error.what, shown, "hand in the Python file itself") from None
        return Submission.of(source, shown, files)


def module_of(notebook: bytes, exercise: Exercise) -> tuple[bytes, list[tuple[str, bytes]]]:
    """The Python module inside a notebook, read in a disposable child, and the files that its cells write."""
    answer, _ = ask("notebook", notebook_options(exercise), notebook)
    return encoded(answer["source"]), [(name, encoded(text)) for name, text in sorted(answer["written"].items())]


def notebook_options(exercise: Exercise) -> Options:
    """What a reader of notebooks needs of an exercise: its file, and the stub with the names that it asks for."""
    stub = exercise.stub.read_bytes()[:STUB_CAP] if exercise.stub.is_file() else b""
    return {"file": exercise.file, "key": exercise.key, "stub": stub.decode("utf-8", "replace")}


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def found(path: Path, exercise: Exercise) -> tuple[Path, tuple[str, ...]]:
    """The exercise's file at or below `path`: a folder to trust, and the names below it to follow without links."""
    try:
        if not stat.S_ISDIR(path.stat().st_mode):
            return path.parent, (path.name,)
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():
            return path.parent, (path.name,)
        advice = "give the file or the folder that holds your work"
        raise UsageError("no such file or folder", str(path), advice) from None
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", str(path), "check the path and its permissions") from None
    notebook = f"{exercise.file.removesuffix('.py')}.ipynb"
    for folder in ((), (exercise.id,), ("exercises", exercise.id)):
        for name in (exercise.file, notebook):
            file = path.joinpath(*folder, name)
            if os.path.lexists(file) and not os.path.isdir(file):
                return path, (*folder, name)
    advice = f"{exercise.key} is graded from {exercise.file}"
    raise UsageError(f"this folder holds no file {exercise.file}", str(path), advice)
