"""`grader autograder`: the zip that Gradescope runs."""

import secrets
from fractions import Fraction
from pathlib import Path

import click

from grader.base.errors import UsageError
from grader.base.text import plural
from grader.commands import names


@click.command(short_help="A zip that grades on Gradescope.")
@click.argument("units", nargs=-1, shell_complete=names.units, required=True)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The zip to write, such as autograder.zip.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Seed of all inputs.  [default: a new one, kept there]")
@click.option(
    "--course", "root", type=click.Path(path_type=Path), help="Folder with exercises/ and solutions/. [default: here]"
)
def command(units: tuple[str, ...], out: Path, seed: int | None, root: Path | None) -> None:
    """Build the autograder of UNITS (`ex01 quiz:r1`) for Gradescope: upload the zip as it is.

    It holds suites, solutions and keys: give it to nobody else.
    """
    from grader.autograder.bundle import bundle
    from grader.course.course import Course, find_course

    if out.suffix != ".zip":
        raise UsageError("Gradescope takes a .zip", str(out), "say --out autograder.zip")
    course = Course.load(root) if root else find_course(Path.cwd())
    seed = secrets.randbelow(2**31) if seed is None else seed
    worth = bundle(course, list(units), seed, out)
    for name, points in worth.items():
        click.echo(f"{name}: {points} {plural(Fraction(points), 'point')}")
    click.echo(f"✓ {out}: upload it to Gradescope as it is; all submissions get the inputs of seed {seed}")
    click.echo("! submissions run in Gradescope's container, which has a network; docs/for-instructors.md says more")
