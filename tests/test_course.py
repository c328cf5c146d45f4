"""Course files: read, found, and refused with file, key and advice."""

from pathlib import Path

import pytest

from grader.base.errors import CourseError, GraderError, UsageError
from grader.course.course import Course, find_course
from grader.course.exercise import read_exercise
from grader.course.submission import Submission

TOML = 'format = 1\ntitle = "T"\nfile = "slug.py"\n'


def exercise(root: Path, text: str = TOML, name: str = "ex01_slug") -> Path:
    folder = root / "exercises" / name
    folder.mkdir(parents=True)
    (folder / "exercise.toml").write_text(text)
    return folder


def test_an_exercise_is_found_by_key_id_slug_and_path(tmp_path: Path) -> None:
    """`ex01`, `ex01_slug`, `slug` and the folder's path all name the same exercise."""
    folder = exercise(tmp_path)
    course = Course.load(tmp_path)

    for name in ("ex01", "ex01_slug", "slug", str(folder)):
        found = course.exercise(name)
        assert (found.id, found.title, found.limits.seconds) == ("ex01_slug", "T", 10)


def test_an_unknown_exercise_gets_a_suggestion(tmp_path: Path) -> None:
    """A name that is nearly right is answered with the right one."""
    exercise(tmp_path)

    with pytest.raises(UsageError) as told:
        Course.load(tmp_path).exercise("ex01_slog")
    assert told.value.next == "did you mean ex01_slug?"


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ("format = 1\ntitle = ", "is not TOML", 0),
        (TOML + "minuts = 3\n", "unknown key `minuts`", 4),
        (TOML + 'minutes = "3"\n', "`minutes` must be a whole number", 4),
        (TOML.replace("format = 1", "format = 2"), "`format` must be 1", 1),
        ('format = 1\nfile = "slug.py"\n', "`title` is missing", 0),
        (TOML.replace("slug.py", "../x.py"), "is not the name of a Python file", 3),
        (TOML + "minutes = -5\n", "`minutes` must be above 0, not -5", 4),
        (TOML + "minutes = true\n", "`minutes` must be a whole number", 4),
        (TOML + '[forbid]\nname = ["torch"]\n', "unknown key `forbid.name`", 5),
        (TOML + '[forbid]\nnames = "torch"\n', "`forbid.names` must be a list of texts", 5),
        (TOML + '[forbid]\neffect = "zer0"\n', "`forbid.effect` must be", 5),
        (TOML + '[[hints]]\ntxt = "a"\n', "unknown key `hints.txt`", 5),
        (TOML + 'device = "tpu"\n', "`device` must be", 4),
        (TOML + "[limits]\nsecond = 3\n", "unknown key `limits.second`", 5),
        (TOML + "[limits]\nseconds = -3\n", "`limits.seconds` must be", 5),
    ],
)
def test_a_broken_exercise_toml_is_named(tmp_path: Path, text: str, says: str, line: int) -> None:
    """Every broken key is named with its file and line; nothing is guessed."""
    folder = exercise(tmp_path, text)

    with pytest.raises(CourseError, match=says) as told:
        read_exercise(folder)
    assert told.value.where == str(folder / "exercise.toml") + (f":{line}" if line else "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('format = 1\ntracks = "abc"\n', "`tracks` must be a list of tables"),
        ("format = 1\n[[tracks]]\nid = 3\n", "`tracks.id` must be text"),
        ("format = 1\n[grades]\ncurve = 1\n", "unknown key `grades.curve`"),
        ("format = 1\n[grades.weights]\nex01 = -1\n", "`grades.weights.ex01` must be at least 0"),
        ("format = 1\n[grades]\ndrop_lowest = true\n", "`grades.drop_lowest` must be a whole number"),
    ],
)
def test_a_broken_course_toml_is_named(tmp_path: Path, text: str, says: str) -> None:
    """course.toml is read as strictly, with file and line."""
    exercise(tmp_path)
    path = tmp_path / "exercises" / "course.toml"
    path.write_text(text)
    with pytest.raises(CourseError, match=says) as told:
        Course.load(tmp_path)
    assert told.value.where == f"{path}:{text.count(chr(10))}"


@pytest.mark.parametrize("name", ["ex1_slug", "ex1000_slug", "ex01", "ex01_Slug", "ex01_slug copy", "slug", "ex_01"])
def test_a_folder_whose_name_is_no_id_is_named(tmp_path: Path, name: str) -> None:
    """An exercise that no command could name is one sentence with its folder; other folders are let alone."""
    (tmp_path / "exercises" / "lessons").mkdir(parents=True)
    exercise(tmp_path, name="ex123_a_slug2")
    assert list(Course.load(tmp_path).folders) == ["ex123_a_slug2"]
    folder = exercise(tmp_path, name=name)
    with pytest.raises(CourseError, match=f"'{name}' is no exercise id, which is `ex`, two or three digits") as told:
        Course.load(tmp_path)
    assert told.value.where == str(folder) and told.value.next.startswith("rename the folder")


def test_the_course_is_found_upward(tmp_path: Path) -> None:
    """From any folder below, the course above is found; without one, the user is sent to `grader init`."""
    folder = exercise(tmp_path)

    assert find_course(folder).root == tmp_path
    with pytest.raises(UsageError) as told:
        find_course(Path("/"))
    assert "grader init" in told.value.next


def test_a_submission_is_a_file_or_a_folder_that_holds_it(tmp_path: Path) -> None:
    """The file itself, a folder with it, and a workspace all give the same bytes; other paths give a sentence."""
    found = read_exercise(exercise(tmp_path / "course"))
    for place in ("a/slug.py", "b/ex01_slug/slug.py", "c/exercises/ex01_slug/slug.py"):
        path = tmp_path / place
        path.parent.mkdir(parents=True)
        path.write_text("x = 1\n")
    paths = [tmp_path / "a" / "slug.py", tmp_path / "a", tmp_path / "b", tmp_path / "c"]

    assert {Submission.read(path, found).source for path in paths} == {b"x = 1\n"}
    for wrong in (tmp_path / "none", tmp_path / "course"):
        with pytest.raises(UsageError):
            Submission.read(wrong, found)


def test_a_large_submission_is_refused(tmp_path: Path) -> None:
    """More than the cap is refused before it is read whole."""
    found = read_exercise(exercise(tmp_path, TOML + "source_kb = 2\n"))
    path = tmp_path / "slug.py"
    path.write_bytes(b"#" * 2048)
    assert len(Submission.read(path, found).source) == 2048
    path.write_bytes(b"#" * 2049)
    with pytest.raises(GraderError, match="larger than 2 KiB"):
        Submission.read(path, found)


def test_the_digest_follows_the_suite(tmp_path: Path) -> None:
    """A changed test, limit or solution changes the exercise's digest."""
    folder = exercise(tmp_path)
    (folder / "suite").mkdir()
    (folder / "suite" / "test_slug.py").write_text("a = 1\n")
    before = read_exercise(folder).digest()
    assert read_exercise(folder).digest() == before
    (folder / "suite" / "test_slug.py").write_text("a = 2\n")
    assert read_exercise(folder).digest() != before
