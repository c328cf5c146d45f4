"""`grader build`: a course as two files, a wheel that learners install and a zip that the instructor keeps.

What the wheel holds is a release, so that no suite, solution or key can get into it by another way.
"""

import base64
import hashlib
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.base.atomic import write_together
from grader.base.errors import CourseError, UsageError
from grader.course.course import Course
from grader.course.installed import GROUP, INSIDE
from grader.quiz.format.library import Library
from grader.release.handout import HandedOut, hand_out

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
VERSION = re.compile(r"\d+(\.\d+){0,3}")
PARTS = ("exercises", "solutions", "quizzes", "demos")
LEFT_OUT = {"__pycache__", ".DS_Store", ".grader"}
MADE = (1980, 1, 1, 0, 0, 0)
Contents = Iterable[tuple[str, bytes]]


@dataclass(frozen=True)
class Built:
    """The two files, and what learners get of each exercise."""

    wheel: Path
    instructors: Path
    handed: list[HandedOut]


def build(course: Course, name: str, version: str, out: Path) -> Built:
    """Writes both files; the same bytes for the same course, but for quizzes, whose choices get new ids.

    UsageError for a name or version that no wheel can have, for files that are there already, and as for a release.
    """
    if not NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name of a course", next="--name takes small letters, digits and single hyphens"
        )
    if not VERSION.fullmatch(version):
        raise UsageError(
            f"{version!r} is no version", next="--version takes numbers with dots between, as 1.0 or 2026.2"
        )
    if not course.folders:
        raise UsageError("there is no exercise to build", str(course.root), "`grader new` writes one")
    package = f"gradeloop-course-{name}".replace("-", "_")
    wheel = out / f"{package}-{version}-py3-none-any.whl"
    instructors = out / f"{name}-{version}-instructors.zip"
    for path in (wheel, instructors):
        if path.exists():
            raise UsageError("is there already", str(path), "raise --version, or name another --out")
    quizzes = [path.stem for path in Library(course.root / "quizzes", course.root).paths]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "release"
        handed = hand_out(course, list(course.exercises.values()), [(quiz, "graded") for quiz in quizzes], place)
        inside = [(f"{package}/{INSIDE}/{path}", data) for path, data in tree(place)]
    about = f"{package}-{version}.dist-info"
    docstring = f'"""The course {name}, for `grader init --course {name}`."""\n'
    files = [
        (f"{package}/__init__.py", docstring.encode()),
        *inside,
        (f"{about}/METADATA", metadata(name, version).encode()),
        (f"{about}/WHEEL", b"Wheel-Version: 1.0\nGenerator: gradeloop\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
        (f"{about}/entry_points.txt", f"[{GROUP}]\n{name} = {package}\n".encode()),
    ]
    files.append((f"{about}/RECORD", record(files, f"{about}/RECORD").encode()))
    secret = [(f"{part}/{path}", data) for part in PARTS for path, data in tree(course.root / part)]
    archive = zipped((f"{name}/{path}", data) for path, data in secret)
    write_together(out, {instructors.name: archive, wheel.name: zipped(files)})
    return Built(wheel, instructors, handed)


def tree(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder but caches, by its path there. CourseError for a link, which would lead elsewhere."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if LEFT_OUT & set(inside.parts):
            continue
        if path.is_symlink():
            raise CourseError("is a symbolic link", str(path), "put the file itself there")
        if path.is_file():
            yield inside.as_posix(), path.read_bytes()


def metadata(name: str, version: str) -> str:
    """What an installer reads."""
    lines = ["Metadata-Version: 2.1", f"Name: gradeloop-course-{name}", f"Version: {version}",
             f"Summary: The course {name} for gradeloop", "Requires-Dist: gradeloop"]  # fmt: skip
    return "".join(f"{line}\n" for line in lines)


def record(files: Contents, own: str) -> str:
    """The list of all files with their hashes, as installers check them."""
    lines = []
    for path, data in files:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(
            f'"{path}",sha256={digest},{len(data)}\n' if "," in path else f"{path},sha256={digest},{len(data)}\n"
        )
    return "".join(lines) + f"{own},,\n"


def zipped(files: Contents) -> bytes:
    """A zip of the files, the same bytes for the same contents."""
    with tempfile.SpooledTemporaryFile() as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, data in files:
                info = zipfile.ZipInfo(path, MADE)
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(info, data)
        stream.seek(0)
        return stream.read()
