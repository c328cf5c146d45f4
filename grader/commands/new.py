"""`grader new`: scaffold an exercise, or a whole course, that an author fills in."""

import re
from pathlib import Path

import click

from grader.base.atomic import write_text
from grader.base.errors import UsageError
from grader.base.text import is_device
from grader.course.course import Course, find_course
from grader.course.trust import made_here

TEMPLATES = Path(__file__).parent.parent / "templates"
FIRST = "ex01_mean_row"
COURSE = {
    "README.md": "README.md",
    "course.toml": "exercises/course.toml",
    "quiz.yaml": "quizzes/q1-first-questions.yaml",
    "checks.py": "quizzes/checks.py",
    "gitignore.txt": ".gitignore",
    "course.yml": ".github/workflows/course.yml",
}


@click.command(short_help="Scaffold an exercise, or a course, to fill in.")
@click.argument("ex", required=False)
@click.option(
    "--course", "folder", type=click.Path(path_type=Path), help="Lay out a course of your own in this folder."
)
def command(ex: str | None, folder: Path | None) -> None:
    """Write the files of exercise EX (such as `ex46_label_noise`) with comments to read.

    With --course: a course with one small exercise and one quiz, both sound. `grader verify` says what is missing.
    """
    if (ex is None) == (folder is None):
        raise UsageError(
            "name an exercise, or a folder with --course", next="for example `grader new ex46_label_noise`"
        )
    if folder is not None:
        lay_out_course(folder)
        return
    assert ex is not None
    if not re.fullmatch(r"ex\d{2,3}_[a-z][a-z0-9_]*", ex):
        raise UsageError(f"{ex!r} is no exercise id", next="use a number and a slug, such as ex46_label_noise")
    if is_device(ex.partition("_")[2]):
        what = f"{ex!r} would be handed in as {ex.partition('_')[2]}.py, which is a device on Windows"
        raise UsageError(what, next="take another slug")
    course = find_course(Path.cwd())
    taken = [name for name in course.folders if name.partition("_")[0] == ex.partition("_")[0]]
    if taken:
        raise UsageError(
            f"{taken[0]} has this number already", str(course.folders[taken[0]]), "take the next free number"
        )
    with made_here(course.root):
        lay_out_exercise(course, ex)
    click.echo(f"next: fill them in, top to bottom, then `grader verify {ex.partition('_')[0]} --write`")


def lay_out_course(folder: Path) -> None:
    """A course in a new or empty folder. UsageError where there is something already."""
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("there is something already", str(folder), "name a new folder")
    for template, place in COURSE.items():
        text = (TEMPLATES / "course" / template).read_text(encoding="utf-8")
        write_text(folder / place, text.replace("{{title}}", folder.name.replace("-", " ").replace("_", " ")))
        click.echo(f"wrote {place}")
    with made_here(folder):
        lay_out_exercise(Course.load(folder), FIRST)
    click.echo(f"next: `cd {folder.name}`, `grader verify --all`; README.md has the five commands of a course")


def lay_out_exercise(course: Course, ex: str) -> None:
    """The files of an exercise, which pass `grader verify` as they are."""
    slug = ex.partition("_")[2]
    exercise, solution = course.root / "exercises" / ex, course.root / "solutions" / ex
    places = {
        "README.md": exercise / "README.md",
        "exercise.toml": exercise / "exercise.toml",
        "stub.py.txt": exercise / f"{slug}.py",
        "suite.py.txt": exercise / "suite" / f"test_{slug}.py",
        "solution.py.txt": solution / f"{slug}.py",
        "mistake_in_the_mean.py.txt": solution / "mistakes" / "forgets_the_last_row.py",
        "mistake_in_the_refusal.toml": solution / "mistakes" / "accepts_an_empty_batch.toml",
        "patterns.json": solution / "mistakes" / "patterns.json",
        "variant.py.txt": solution / "variants" / "with_a_loop.py",
    }
    for template, place in places.items():
        text = (TEMPLATES / "exercise" / template).read_text(encoding="utf-8")
        write_text(place, text.replace("{{slug}}", slug).replace("{{key}}", ex.partition("_")[0]))
        click.echo(f"wrote {place.relative_to(course.root)}")
