"""`grader build`: a course as a wheel for learners and a zip for instructors."""

import re
from pathlib import Path

import click

from grader.base.text import counted, plural


@click.command(short_help="A course as a wheel for learners, and a zip for instructors.")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--name", help="What the course is called by `grader init --course`; default: the folder's name.")
@click.option("--version", default="1.0", show_default=True, help="Of the two files.")
@click.option(
    "--out", default=Path("dist"), show_default=True, type=click.Path(path_type=Path), help="Folder for both files."
)
def command(folder: Path, name: str | None, version: str, out: Path) -> None:
    """Build the course in FOLDER, with all of its exercises and quizzes.

    Learners `pip install` the wheel and lay the course out with `grader init DIR --course NAME`. It holds what
    `grader release` hands out: stubs, texts, data, tests marked @public, quizzes without their key.
    The zip holds everything, and is what grades: unpack it, and name its folder with --course.
    """
    from grader.commands.release import tell_unproven
    from grader.course.course import Course
    from grader.release.wheel import build

    course = Course.load(folder.resolve())
    chosen = name or re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")
    built = build(course, chosen, version, out)
    for one in built.handed:
        public = f"{one.tests.count} of {counted(one.tests.total, 'test')} public"
        click.echo(f"{one.exercise.key}  {one.exercise.title}: {public if one.tests.count else 'no public tests'}")
    tell_unproven(built.handed)
    click.echo(f"✓ {built.wheel}: for learners, who then type `grader init DIR --course {chosen}`")
    click.echo(f"✓ {built.instructors}: for you; it holds suites, solutions and keys")
    if any((course.root / "quizzes" / "keys").glob("*.json")):
        many = len(list((course.root / "quizzes").glob("*.yaml")))
        click.echo(f"The {plural(many, 'map')} of the graded choices {plural(many, 'is', 'are')} in the zip, and in "
                   f"{course.root / 'quizzes' / 'keys'}: scoring needs them.")  # fmt: skip
