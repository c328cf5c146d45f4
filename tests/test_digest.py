"""What counts in an exercise's digest, by which the warm check and a class report know that a grade is an old one."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from grader.course import packages
from grader.course.course import Course
from grader.course.exercise import Exercise, read_exercise
from grader.report.gradebook.units import Conditions, Units
from grader.verify.memory import content_of

TINY = Path(__file__).parent / "courses" / "tiny"
EXERCISE, SOLUTION = "exercises/ex01_mean_row", "solutions/ex01_mean_row"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(TINY, tmp_path / "course")
    return tmp_path / "course"


def exercise(root: Path) -> Exercise:
    return read_exercise(root / EXERCISE)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        (f"{EXERCISE}/suite/deep/er/table.csv", True),
        (f"{EXERCISE}/suite/README.md", True),
        (f"{EXERCISE}/palette.py", True),
        (f"{EXERCISE}/assets/numbers.bin", True),
        (f"{EXERCISE}/exercise.toml", True),
        (f"{SOLUTION}/mean_row.py", True),
        (f"{SOLUTION}/parts/inner/rows.py", True),
        (f"{SOLUTION}/weights.bin", True),
        (f"{EXERCISE}/mean_row.py", False),
        (f"{EXERCISE}/mean_row.ipynb", False),
        (f"{EXERCISE}/README.md", False),
        (f"{EXERCISE}/picture.py", False),
        (f"{EXERCISE}/suite/__pycache__/test_mean_row.pyc", False),
        (f"{EXERCISE}/.ipynb_checkpoints/mean_row.ipynb", False),
        (f"{SOLUTION}/parts/__pycache__/rows.pyc", False),
        (f"{SOLUTION}/mistakes/another.py", False),
        (f"{SOLUTION}/variants/another/mean_row.py", False),
    ],
)
def test_which_files_count(root: Path, name: str, counts: bool) -> None:
    """A file of either folder that is new, or has changed, makes another digest, but for those that decide nothing."""
    seen = [exercise(root).digest()]
    before = (root / name).read_text() if (root / name).exists() else ""
    for text in (before + "\n# first\n", before + "\n# again\n"):
        write(root / name, text)
        seen.append(exercise(root).digest())
    assert len(set(seen)) == (3 if counts else 1)
    if not before:
        (root / name).unlink()
        assert exercise(root).digest() == seen[0]


def test_a_link_to_nothing_counts_as_nothing(root: Path) -> None:
    """Links whose target is gone, and a pipe, are no files and stop nothing."""
    before = exercise(root).digest()
    (root / SOLUTION / "gone.csv").symlink_to(root / "nowhere.csv")
    os.mkfifo(root / SOLUTION / "pipe")
    assert exercise(root).digest() == before


def test_where_a_file_lies_counts(root: Path) -> None:
    """The same bytes under another name, or in the other folder, are another exercise."""
    seen = set()
    for place in (f"{EXERCISE}/a/one.txt", f"{EXERCISE}/b/one.txt", f"{SOLUTION}/a/one.txt"):
        write(root / place, "1")
        seen.add(exercise(root).digest())
        shutil.rmtree((root / place).parent)
    assert len(seen) == 3


def test_in_a_release_the_folder_is_the_learners(root: Path) -> None:
    """What a learner writes beside the stub of a released exercise changes nothing; the public tests do."""
    toml = root / EXERCISE / "exercise.toml"
    toml.write_text(toml.read_text().replace("format = 1", "format = 1\nreleased = true", 1))
    before = exercise(root).digest()
    write(root / EXERCISE / "helpers.py", "mine = 1\n")
    assert exercise(root).digest() == before
    write(root / EXERCISE / "suite" / "more.txt", "1")
    assert exercise(root).digest() != before


def test_a_large_file_is_read_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its hash is taken again only when it has changed, or may have changed a moment ago."""
    large = root / SOLUTION / "weights.bin"
    reads: list[str] = []
    real = hashlib.file_digest

    def note(file: object, name: str) -> object:
        reads.append(str(getattr(file, "name", "")))
        return real(file, name)  # type: ignore[arg-type]

    monkeypatch.setattr(hashlib, "file_digest", note)
    seen = []
    for byte, age, expected in ((b"a", 3600, 1), (b"a", 3600, 0), (b"b", 1800, 1), (b"c", 0, 1), (b"c", 0, 1)):
        if not large.exists() or large.read_bytes()[:1] != byte:
            large.write_bytes(byte * (1 << 20))
            if age:
                then = large.stat().st_mtime - age
                os.utime(large, (then, then))
        reads.clear()
        seen.append(exercise(root).digest())
        assert reads.count(str(large)) == expected
    assert seen[0] == seen[1] and len(set(seen)) == 3 and seen[3] == seen[4]


def test_versions_of_packages_count(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of a package that the exercise names is another result, for `verify` and for a report."""
    toml = root / EXERCISE / "exercise.toml"
    toml.write_text(toml.read_text().replace("format = 1", 'format = 1\npackages = ["sklearn.svm"]', 1))

    def keys() -> tuple[str, str]:
        units = Units(Course.load(root))
        return content_of(exercise(root)), Conditions(units, 1, "cpu").key("ex01_mean_row", "0" * 64)

    seen = []
    for number in ("1.5", "1.6", "1.5"):
        monkeypatch.setattr(packages, "installed", {"scikit-learn": number}.__getitem__)
        seen.append(keys())
    assert seen[0] == seen[2] and not set(seen[0]) & set(seen[1])
