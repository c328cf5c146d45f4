"""`grader new`: scaffold an exercise, or a whole course, that an author fills in."""

from pathlib import Path

import click

from grader.base.atomic import write_together
from grader.base.errors import UsageError
from grader.base.text import is_device
from grader.course.course import ID, ID_WORDS, Course, find_course
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
    check_id(ex)
    course = find_course(Path.cwd())
    check_free(course, ex)
    lay_out(course.root, exercise_files(ex))
    click.echo(f"next: fill them in, top to bottom, then `grader verify {ex.partition('_')[0]} --write`")


def check_id(ex: str) -> None:
    """UsageError for what cannot name an exercise."""
    if not ID.fullmatch(ex):
        raise UsageError(f"{ex!r} is no exercise id", next=f"an id is {ID_WORDS}")
    if is_device(ex.partition("_")[2]):
        what = f"{ex!r} would be handed in as {ex.partition('_')[2]}.py, which is a device on Windows"
        raise UsageError(what, next="take another slug")


def check_free(course: Course, ex: str) -> None:
    """UsageError where another exercise has the number."""
    taken = [name for name in course.folders if name.partition("_")[0] == ex.partition("_")[0]]
    if taken:
        raise UsageError(f"{taken[0]} has this number already", str(course.folders[taken[0]]), "take a free number")


def lay_out_course(folder: Path) -> None:
    """A course in a new or empty folder. UsageError where there is something already."""
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("there is something already", str(folder), "name a new folder")
    title = folder.name.replace("-", " ").replace("_", " ")
    lay_out(folder, filled("course", COURSE, {"title": title}) | exercise_files(FIRST))
    click.echo(f"next: `cd {folder.name}`, `grader verify --all`; README.md has the five commands of a course")


def lay_out(root: Path, files: dict[str, str]) -> None:
    """Writes the files of a course that its author trusts, and says so. UsageError, after which none is there."""
    with made_here(root):
        write_together(root, files)
    for name in files:
        click.echo(f"wrote {name}")


def exercise_files(ex: str) -> dict[str, str]:
    """The files of an exercise by their paths in a course, which pass `grader verify` as they are."""
    slug = ex.partition("_")[2]
    exercise, solution = f"exercises/{ex}", f"solutions/{ex}"
    places = {
        "README.md": f"{exercise}/README.md",
        "exercise.toml": f"{exercise}/exercise.toml",
        "stub.py.txt": f"{exercise}/{slug}.py",
        "suite.py.txt": f"{exercise}/suite/test_{slug}.py",
        "solution.py.txt": f"{solution}/{slug}.py",
        "mistake_in_the_mean.py.txt": f"{solution}/mistakes/forgets_the_last_row.py",
        "mistake_in_the_refusal.toml": f"{solution}/mistakes/accepts_an_empty_batch.toml",
        "patterns.json": f"{solution}/mistakes/patterns.json",
        "variant.py.txt": f"{solution}/variants/with_a_loop.py",
    }
    return filled("exercise", places, {"slug": slug, "key": ex.partition("_")[0]})


def filled(kind: str, places: dict[str, str], words: dict[str, str]) -> dict[str, str]:
    """The templates of a kind by the places that they go to, with the words in them."""
    found = {}
    for template, place in places.items():
        text = (TEMPLATES / kind / template).read_text(encoding="utf-8")
        for name, word in words.items():
            text = text.replace(f"{{{{{name}}}}}", word)
        found[place] = text
    return found
