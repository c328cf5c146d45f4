"""`grader new`: scaffold an exercise that an author fills in."""

import re
from pathlib import Path

import click

from grader.base.atomic import write_text
from grader.base.errors import UsageError
from grader.course.course import find_course

TEMPLATES = Path(__file__).parent.parent / "templates" / "exercise"


@click.command(short_help="Scaffold an exercise to fill in.")
@click.argument("ex")
def command(ex: str) -> None:
    """Write the files of exercise EX (such as `ex46_label_noise`) with comments to read.

    `grader verify` says what is missing.
    """
    if not re.fullmatch(r"ex\d{2,3}_[a-z][a-z0-9_]*", ex):
        raise UsageError(f"{ex!r} is no exercise id", next="use a number and a slug, such as ex46_label_noise")
    course = find_course(Path.cwd())
    taken = [name for name in course.folders if name.partition("_")[0] == ex.partition("_")[0]]
    if taken:
        raise UsageError(
            f"{taken[0]} has this number already", str(course.folders[taken[0]]), "take the next free number"
        )
    slug = ex.partition("_")[2]
    exercise, solution = course.root / "exercises" / ex, course.root / "solutions" / ex
    places = {
        "README.md": exercise / "README.md",
        "exercise.toml": exercise / "exercise.toml",
        "stub.py.txt": exercise / f"{slug}.py",
        "suite.py.txt": exercise / "suite" / f"test_{slug}.py",
        "solution.py.txt": solution / f"{slug}.py",
        "mistake_in_the_mean.py.txt": solution / "mistakes" / "forgets_the_last_row.py",
        "mistake_in_the_refusal.py.txt": solution / "mistakes" / "accepts_an_empty_batch.py",
        "variant.py.txt": solution / "variants" / "with_a_loop.py",
    }
    for template, place in places.items():
        text = (TEMPLATES / template).read_text(encoding="utf-8")
        write_text(place, text.replace("{{slug}}", slug).replace("{{key}}", ex.partition("_")[0]))
        click.echo(f"wrote {place.relative_to(course.root)}")
    click.echo(f"next: fill them in, top to bottom, then `grader verify {ex.partition('_')[0]} --write`")
