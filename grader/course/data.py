"""Data files of an exercise: they lie in its folder, and come along read-only beside every submission."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.base.errors import CourseError, SubmissionError
from grader.base.regular import read_regular
from grader.base.text import counted
from grader.base.toml import key
from grader.course.beside import BYTES, FILE_CAP, FILES, NEVER, travels

Files = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class DataFile:
    """`[[data]]` of `exercise.toml`."""

    file: str = key("a file in the exercise's folder, as `digits.csv` or `data/digits.csv`")
    license: str = key("where it comes from and what may be done with it", pattern=r"(?s)\s*\S.*\S\s*")


def check_names(data: Sequence[DataFile], others: Collection[str], where: str) -> None:
    """CourseError for a name that no file beside a submission may have, or that stands for two things."""
    seen = {name.casefold() for name in others}
    for one in data:
        parts = tuple(one.file.split("/"))
        if not travels(parts) or parts[0] in NEVER or parts[-1].casefold().endswith((".ipynb", ".pyw")):
            what = f"`data.file` {one.file!r} is no file that may lie beside a submission"
            raise CourseError(what, where, "give a plain name in the exercise's folder, at most two folders deep")
        if one.file.casefold() in seen:
            raise CourseError(f"`data.file` {one.file!r} is named twice", where, "name each file once")
        seen.add(one.file.casefold())
    if len(data) > FILES:
        raise CourseError(f"has more than {FILES} data files", where, "pack them into fewer")


def read_data(folder: Path, data: Iterable[DataFile]) -> Files:
    """Each data file's name and bytes. CourseError for one that is missing, or where they are too large."""
    found = []
    for one in data:
        place = str(folder / one.file)
        try:
            found.append((one.file, read_regular(folder, tuple(one.file.split("/")), FILE_CAP)))
        except FileNotFoundError:
            raise CourseError("this data file is missing", place, "put it there, or take it out of `data`") from None
        except OSError as error:
            raise CourseError(f"cannot be read: {error.strerror}", place) from None
        except SubmissionError as error:
            raise CourseError(f"is a data file that {error.what}", place, "give a smaller, regular file") from None
    size = sum(len(one) for _, one in found)
    if size > BYTES:
        what = f"{counted(len(found), 'data file')} together are larger than {BYTES >> 20} MiB"
        raise CourseError(what, str(folder), "give a part of the data: it is sent with every question")
    return tuple(found)


def without_data(files: Files, data: Iterable[DataFile]) -> Files:
    """What lies beside a submission, but for names that the exercise's own data has: nobody replaces that."""
    own = [one.file.casefold() for one in data]
    return tuple(file for file in files if not any(meets(file[0].casefold(), name) for name in own))


def meets(name: str, other: str) -> bool:
    """Whether two paths are one, or one lies where the other has a file."""
    return name == other or name.startswith(f"{other}/") or other.startswith(f"{name}/")
