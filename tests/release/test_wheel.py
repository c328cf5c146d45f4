"""`grader build`: a course as a wheel that learners install, which gives nothing away, and a zip that grades."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.course.course import Course
from tests.release.conftest import grader

ROOT = Path(__file__).parents[2]
RIGHT = "def double(x):\n    return x * 2\n"
DATA = '\n[[data]]\nfile = "numbers.csv"\nlicense = "made here; CC0"\n'


@pytest.fixture
def whole(course: Path) -> Path:
    """The course with files of every kind: a second one to hand in, data, a map of graded choices."""
    folder = course / "exercises" / "ex02_half"
    place = folder / "exercise.toml"
    place.write_text(
        place.read_text().replace('"half.py"\n', '"half.py"\nfiles = ["more.py"]\n') + DATA, encoding="utf-8"
    )
    (folder / "more.py").write_text("raise NotImplementedError\n", encoding="utf-8")
    (folder / "numbers.csv").write_text("1\n", encoding="utf-8")
    (course / "solutions" / "ex02_half" / "more.py").write_text("SECRET_MORE = 1\n", encoding="utf-8")
    return course


@pytest.fixture
def course(course: Path) -> Path:
    """Without the public test that asks the solution, for which a release is refused."""
    third = course / "exercises" / "ex03_third" / "suite" / "test_third.py"
    third.write_text(third.read_text().replace("@public\n", "").replace("public, ", ""), encoding="utf-8")
    return course


def built(course: Path, *words: str, code: int = 0) -> str:
    return grader("build", course, "--name", "doubles", "--out", course.parent / "dist", *words, cwd=course, code=code)


def installed(course: Path, target: Path) -> dict[str, str]:
    """The environment in which the wheel is installed, as an installer without a network does it."""
    (wheel,) = (course.parent / "dist").glob("*.whl")
    uv = shutil.which("uv")
    install = [uv, "pip"] if uv else [sys.executable, "-m", "pip"]
    offline = ["--offline"] if uv else []
    argv = [*install, "install", "--no-deps", "--no-index", *offline, "--target", str(target), str(wheel)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    state = {"XDG_STATE_HOME": str(target / "state"), "GRADER_TRUSTED": ""}  # nothing is trusted but what is laid out
    return os.environ | state | {"PYTHONPATH": os.pathsep.join([str(target), str(ROOT)])}


def test_the_learners_part_gives_nothing_away(whole: Path, tmp_path: Path) -> None:
    """No secret word is in a byte or a name of the wheel; each one is in the instructor's zip."""
    said = built(whole, "--version", "2.1")
    dist = whole.parent / "dist"
    assert {path.name for path in dist.iterdir()} == {
        "gradeloop_course_doubles-2.1-py3-none-any.whl", "doubles-2.1-instructors.zip"
    }  # fmt: skip
    assert "grader init DIR --course doubles" in said
    with zipfile.ZipFile(dist / "gradeloop_course_doubles-2.1-py3-none-any.whl") as wheel:
        learners = {name.lower(): wheel.read(name).lower() for name in wheel.namelist()}
        assert wheel.testzip() is None
    with zipfile.ZipFile(dist / "doubles-2.1-instructors.zip") as archive:
        instructors = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name, data in learners.items() if b"secret" in data or "secret" in name]
    assert not [name for name in learners if "solutions" in name or "mistakes" in name or "keys" in name]
    assert [name for name in learners if name.endswith("ex02_half/more.py")]
    assert [name for name in learners if name.endswith("ex02_half/numbers.csv")]
    secret = {word for path in whole.rglob("*") if path.is_file() for word in path.read_bytes().split()}
    secret = {word for word in secret if b"SECRET" in word}
    everything = b"\n".join(instructors.values())
    assert len(secret) > 20 and not [word for word in secret if word not in everything]
    assert [name for name in instructors if name.startswith("doubles/quizzes/keys/")]
    with zipfile.ZipFile(dist / "doubles-2.1-instructors.zip") as archive:
        archive.extractall(tmp_path / "grading")
    unpacked, own = Course.load(tmp_path / "grading" / "doubles"), Course.load(whole)
    assert {one.id: one.digest() for one in unpacked.exercises.values()} == {
        one.id: one.digest() for one in own.exercises.values()
    }, "what grades there is what grades here"


def test_an_installed_course_is_laid_out_and_checked(whole: Path, tmp_path: Path) -> None:
    """`init --course` finds it by its name and lays out what a release holds; the public test judges there."""
    built(whole)
    environment = installed(whole, tmp_path / "site")

    def run(*words: object, cwd: Path, code: int = 0) -> str:
        argv = [sys.executable, "-m", "grader", *map(str, words)]
        done = subprocess.run(argv, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr and done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    said = run("init", tmp_path / "mine", "--course", "doubles", cwd=tmp_path)
    assert "3 exercises, 1 quiz" in said
    mine = tmp_path / "mine" / "exercises"
    assert (mine / "ex01_double" / "box.svg").is_file() and (mine / "ex02_half" / "more.py").is_file()
    assert (mine / "ex02_half" / "numbers.csv").read_text() == "1\n"
    assert "not started" in run("check", "ex01", "--no-keep-warm", cwd=tmp_path / "mine", code=1)
    (mine / "ex01_double" / "double.py").write_text(RIGHT, encoding="utf-8")
    assert "1 of 1 point" in run("check", "ex01", "--no-keep-warm", cwd=tmp_path / "mine")
    assert "no public tests" in run("check", "ex02", cwd=tmp_path / "mine")
    again = run("init", tmp_path / "mine", "ex01", "--course", "doubles", cwd=tmp_path)
    assert "0 files written" in again and (mine / "ex01_double" / "double.py").read_text() == RIGHT
    wrong = run("init", tmp_path / "other", "--course", "double", cwd=tmp_path, code=2)
    assert "no installed course 'double'" in wrong and "did you mean `doubles`?" in wrong
    assert not (tmp_path / "other").exists()


def test_the_same_course_makes_the_same_wheel(course: Path) -> None:
    """Where no quiz gets new ids, a wheel that is built again has the same bytes; nothing is overwritten."""
    shutil.rmtree(course / "quizzes")
    built(course)
    (wheel,) = (course.parent / "dist").glob("*.whl")
    before = wheel.read_bytes()
    assert "is there already" in built(course, code=2)
    wheel.unlink()
    assert "is there already" in built(course, code=2), "the zip of another build would not fit"
    shutil.rmtree(course.parent / "dist")
    built(course)
    assert wheel.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--name", "My Course"), "is no name of a course"),
        (("--name", "../up"), "is no name of a course"),
        (("--version", "v1"), "is no version"),
    ],
)
def test_what_no_wheel_can_be_called(course: Path, words: tuple[str, str], said: str) -> None:
    """A name or a version that an installer refuses is refused at once, and nothing is written."""
    assert said in grader("build", course, "--out", course.parent / "dist", *words, cwd=course, code=2)
    assert not (course.parent / "dist").exists()


def test_what_cannot_be_built(course: Path, tmp_path: Path) -> None:
    """A release is no course to build, nor is an empty folder; a link in a course would lead elsewhere."""
    grader("release", "ex01", "--out", tmp_path / "out", cwd=course)
    assert "this is itself a release" in grader("build", tmp_path / "out", cwd=tmp_path, code=2)
    (tmp_path / "empty").mkdir()
    assert "no exercise to build" in grader("build", tmp_path / "empty", cwd=tmp_path, code=2)
    (course / "solutions" / "ex01_double" / "link.txt").symlink_to("/etc/hostname")
    assert "is a symbolic link" in built(course, code=3)
    assert not (course.parent / "dist").exists() and not (tmp_path / "dist").exists()
