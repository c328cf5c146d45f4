"""`grader init`: lay out the course for a learner."""

from pathlib import Path

import click

from grader.base.atomic import write_bytes
from grader.base.errors import UsageError
from grader.course.course import Course, carried_course


@click.command(short_help="Lay out exercises and quizzes in a folder.")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Lay out DIR/exercises/ (README and stub of each, and lessons) and DIR/quizzes/. Files there already stay."""
    if folder.exists() and not folder.is_dir():
        raise UsageError("is a file", str(folder), "name a folder; it is made if it is missing")
    course = carried_course()
    try:
        written, kept = lay_out(course, folder)
        quizzes = lay_out_quizzes(course.root / "quizzes", folder / "quizzes")
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}", str(error.filename or folder), "choose another folder"
        ) from None
    click.echo(
        f"{folder}: {len(course.folders)} exercises, {quizzes} quizzes "
        f"({written} files written, {kept} kept as they were)"
    )
    first = next(iter(course.order), "ex01")
    click.echo(f"next: read {folder}/exercises/{first}/README.md and edit the stub beside it,")
    click.echo(f"then, in {folder}: `grader check {first.partition('_')[0]}`")


def lay_out(course: Course, folder: Path) -> tuple[int, int]:
    """Copies the learner's files; returns how many were written and how many were there already."""
    written = kept = 0
    source = course.root / "exercises"
    lessons = [path.relative_to(source) for path in sorted((source / "lessons").rglob("*")) if path.is_file()]
    texts = [Path("course.toml"), Path("README.md"), *lessons]
    pairs = [(source / text, folder / "exercises" / text) for text in texts]
    for exercise in course.exercises.values():
        for name in ("README.md", exercise.file):
            pairs.append((exercise.folder / name, folder / "exercises" / exercise.id / name))
    for original, target in pairs:
        if target.exists() or not original.exists():
            kept += target.exists()
            continue
        write_bytes(target, original.read_bytes())
        written += 1
    if not (folder / ".gitignore").exists():
        write_bytes(folder / ".gitignore", b".grader/\n")
    return written, kept


def lay_out_quizzes(source: Path, target: Path) -> int:
    """Practice releases of every quiz, with the key in them, marked as not graded, and the words that they use."""
    from grader.quiz.format.library import Library
    from grader.quiz.format.reader import read_quiz
    from grader.quiz.score.release import write_release

    target.mkdir(parents=True, exist_ok=True)
    words = source / "vocabulary.toml"
    if words.exists() and not (target / words.name).exists():
        write_bytes(target / words.name, words.read_bytes())
    paths = Library(source, source.parent).paths
    for path in paths:
        if not (target / path.name).exists():
            write_release(read_quiz(path), "practice", target.parent, source)
    return len(paths)
