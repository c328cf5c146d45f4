"""`grader init`: lay out the course for a learner."""

from contextlib import nullcontext
from pathlib import Path

import click

from grader.base.atomic import write_bytes
from grader.base.errors import UsageError
from grader.base.text import counted, plural
from grader.commands import names
from grader.course.course import Course, authored_course
from grader.course.installed import installed_course
from grader.course.packages import standing
from grader.course.trust import made_here


@click.command(short_help="Lay out exercises and quizzes in a folder.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("units", nargs=-1, shell_complete=names.units)
@click.option("--course", "name", help="An installed course, by its name.")
@click.option("--notebooks", is_flag=True, help="A Jupyter notebook beside each stub, too.")
def command(folder: Path, units: tuple[str, ...], name: str | None, notebooks: bool) -> None:
    """Lay out DIR/exercises/ (README and stub of each, and lessons) and DIR/quizzes/. Files there already stay.

    UNITS (`ex01 ex03 quiz:r1`) are the exercises and quizzes to lay out, else all of them. With --course they are
    those of a course that was installed as a package.
    A quiz that was released as graded stays out, because what is laid out holds its key.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError("is a file", str(folder), "name a folder; it is made if it is missing")
    course = Course.load(installed_course(name)) if name else authored_course(Path.cwd())
    names, quizzes = choose_units(course, units)
    secret = [] if name else [path for path in quizzes if is_graded(path)]
    if units and secret:
        raise UsageError(
            f"quiz {secret[0].stem} was released as graded, and what is laid out here would hold its key",
            str(secret[0]), "`grader release --out DIR` hands it out without",
        )  # fmt: skip
    try:
        with made_here(folder) if name else nullcontext():
            written, kept = lay_out(course, folder, names, notebooks)
        if name:
            count = lay_out_released(folder, quizzes)
        else:
            shown = [quiz for quiz in quizzes if quiz not in secret]
            count = lay_out_quizzes(course.root / "quizzes", folder / "quizzes", shown)
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}", str(error.filename or folder), "choose another folder"
        ) from None
    laid_out = f"{counted(len(names), 'exercise')}, {counted(count, 'quiz', 'quizzes')}"
    kept_files = f"{kept} kept as {plural(kept, 'it was', 'they were')}"
    click.echo(f"{folder}: {laid_out} ({counted(written, 'file')} written, {kept_files})")
    for path in secret:
        click.echo(f"! quiz {path.stem} was released as graded and is not laid out: it would hold the key")
    if packages := standing(name for one in map(course.exercise, names) for name in one.extra):
        click.echo(packages)
    if names:
        click.echo(f"next: read {folder}/exercises/{names[0]}/README.md and edit the stub beside it,")
        click.echo(f"then, in {folder}: `grader check {names[0].partition('_')[0]}`")


def choose_units(course: Course, units: tuple[str, ...]) -> tuple[list[str], list[Path]]:
    """The exercises by id, in the course's order, and the quiz files that the units name; all where there are none."""
    from grader.quiz.format.library import Library

    library = Library(course.root / "quizzes", course.root)
    if not units:
        return course.order, library.paths
    named = {course.exercise(name).id for name in units if not name.startswith("quiz:")}
    quizzes = {library.find(name.removeprefix("quiz:")) for name in units if name.startswith("quiz:")}
    return [name for name in course.order if name in named], sorted(quizzes)


def is_graded(quiz: Path) -> bool:
    """Whether a quiz was handed out as graded: the map of a release lies beside it, or it is such a release."""
    from grader.quiz.format.library import heading

    maps = (quiz.parent / "keys").glob(f"{quiz.stem}-" + "[0-9a-f]" * 8 + ".json")
    return heading(quiz).release == "graded" or any(maps)


def lay_out(course: Course, folder: Path, names: list[str], notebooks: bool = False) -> tuple[int, int]:
    """Copies the learner's files; returns how many were written and how many were there already."""
    from grader.course.notebook import name_of, notebook_of

    written = kept = 0
    source = course.root / "exercises"
    lessons = [path.relative_to(source) for path in sorted((source / "lessons").rglob("*")) if path.is_file()]
    texts = [Path("course.toml"), Path("README.md"), *lessons]
    pairs = [(source / text, folder / "exercises" / text) for text in texts]
    for exercise in map(course.exercise, names):
        own = ("README.md", exercise.file, *exercise.files, *(one.file for one in exercise.data))
        for name in everything(exercise.folder) if exercise.released else own:
            pairs.append((exercise.folder / name, folder / "exercises" / exercise.id / name))
    for original, target in pairs:
        if target.exists() or not original.exists():
            kept += target.exists()
            continue
        write_bytes(target, original.read_bytes())
        written += 1
    for exercise in map(course.exercise, names):
        if not (notebooks or exercise.notebook) or (exercise.released and exercise.notebook):
            continue
        target = folder / "exercises" / exercise.id / name_of(exercise)
        kept += target.exists()
        if not target.exists():
            write_bytes(target, notebook_of(exercise))
            written += 1
    if not (folder / ".gitignore").exists():
        write_bytes(folder / ".gitignore", b".grader/\n")
    return written, kept


def everything(folder: Path) -> list[str]:
    """Every file of a released exercise, which holds nothing but what learners may have."""
    found = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path.as_posix() for path in found if "__pycache__" not in path.parts]


def lay_out_released(folder: Path, quizzes: list[Path]) -> int:
    """Copies quizzes as they were released, with the images beside them."""
    source = quizzes[0].parent if quizzes else Path()
    images = (
        [path for path in sorted(source.rglob("*")) if path.is_file() and path.suffix != ".yaml"] if quizzes else []
    )
    for path in (*quizzes, *images):
        target = folder / "quizzes" / path.relative_to(source)
        if not target.exists():
            write_bytes(target, path.read_bytes())
    return len(quizzes)


def lay_out_quizzes(source: Path, target: Path, paths: list[Path]) -> int:
    """Practice releases of quizzes, with the key in them, marked as not graded, and the words that they use."""
    from grader.quiz.format.reader import read_quiz
    from grader.quiz.score.release import write_release

    target.mkdir(parents=True, exist_ok=True)
    words = source / "vocabulary.toml"
    if paths and words.exists() and not (target / words.name).exists():
        write_bytes(target / words.name, words.read_bytes())
    for path in paths:
        if not (target / path.name).exists():
            write_release(read_quiz(path), "practice", target.parent, source)
    return len(paths)
