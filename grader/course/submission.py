"""What a learner hands in for one exercise: a file and what it needs beside it, never run outside the sandbox."""

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.base.errors import SubmissionError, UsageError
from grader.base.regular import read_regular
from grader.base.text import named_list
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
            asked = asked_for(root, parts[:-1], exercise, dict(written))
            given = [one.file for one in exercise.data]
            beside = read_beside(root, parts[:-1], parts[-1], source, asked, given)
            files = tuple((dict(written) | dict(beside)).items())
        except OSError as error:
            advice = "check the path and its permissions"
            raise UsageError(f"cannot be read: {error.strerror}", str(path), advice) from None
        except SubmissionError as error:
            raise SubmissionError(error.what, shown, error.next or "hand in the Python file itself") from None
        return Submission.of(source, shown, files)

    @staticmethod
    def solution(exercise: Exercise) -> "Submission":
        """The reference solution with all of its files."""
        return Submission.of(exercise.solution.read_bytes(), exercise.file, exercise.solution_files)

    def code(self, exercise: Exercise) -> bytes:
        """The file that the suite asks; of an exercise with several all of them, each below its name."""
        if not exercise.files:
            return self.source
        code = {exercise.file: self.source} | {name: data for name, data in self.files if name in exercise.files}
        return b"\n\n".join(f"# {name}\n".encode() + data.rstrip() for name, data in code.items()) + b"\n"

    def text(self, exercise: Exercise) -> str:
        """What `code` gives, to be read."""
        return self.code(exercise).decode("utf-8", "replace")

    @property
    def digest(self) -> str:
        """The sha256 of the file and of all that travels with it."""
        parts = [f"{name}:{hashlib.sha256(data).hexdigest()}" for name, data in sorted(self.files)]
        return hashlib.sha256("\n".join([self.sha256, *parts]).encode()).hexdigest()


def asked_for(root: Path, folder: Sequence[str], exercise: Exercise, written: Mapping[str, bytes]) -> dict[str, bytes]:
    """The other files that an exercise asks for, from beside its own; SubmissionError names one that is not there."""
    found = {}
    for name in exercise.files:
        try:
            found[name] = read_regular(root, (*folder, name), exercise.submission_cap)
        except FileNotFoundError:
            if name not in written:
                raise SubmissionError(*lacking(exercise, [name])) from None
            found[name] = written[name]
        except SubmissionError as error:
            raise SubmissionError(f"asks for {name} beside it, which {error.what}") from None
    return found


def lacking(exercise: Exercise, names: Sequence[str]) -> tuple[str, str, str]:
    """What is said where files that an exercise asks for are missing: what, where, and what to do."""
    whole = named_list([exercise.file, *exercise.files])
    what = f"{named_list(names)} {'is' if len(names) == 1 else 'are'} missing: {exercise.key} asks for {whole}"
    return what, "", "hand them in side by side, in one folder"


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
    """The exercise's file at or below `path`: a folder to trust, and the names below it to follow without links.

    A folder that is itself a link is not trusted, for it may be a student's among others (`for d in class/*`).
    """
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
                below = (*folder, name)
                return (path.parent, (path.name, *below)) if path.is_symlink() else (path, below)
    advice = f"{exercise.key} is graded from {exercise.file}"
    raise UsageError(f"this folder holds no file {exercise.file}", str(path), advice)
