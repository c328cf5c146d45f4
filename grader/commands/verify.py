"""`grader verify`: prove that suites pass the right code and catch the wrong."""

import sys
import time
from pathlib import Path

import click

from grader.course import find_course
from grader.errors import GraderError, UsageError


@click.command(short_help="Prove that a suite passes the right code and catches the wrong.")
@click.argument("ex", required=False)
@click.option("--all", "everything", is_flag=True, help="Every exercise of the course.")
@click.option("--seeds", default=20, show_default=True, type=click.IntRange(1), help="Seeds for solution and variants.")
@click.option("--write", is_flag=True, help="Write the mistakes' patterns of outcomes.")
@click.option("--jobs", type=click.IntRange(1), help="Processes; default: one per core.")
def command(ex: str | None, everything: bool, seeds: int, write: bool, jobs: int | None) -> None:
    """Verify the suite of EX, or of --all.

    The stub earns nothing, the solution and its variants everything under every seed, each mistake fails where and as
    its first lines say, no test can be passed by doing nothing. Exit code 1 if a problem was found.
    """
    from grader.verify.proof import trials, verify
    from grader.verify.trial import Pool

    course = find_course(Path.cwd())
    if bool(ex) == everything:
        raise UsageError("name one exercise or give --all", next="for example `grader verify ex01`")
    exercises = [course.exercise(name) for name in course.order] if everything else [course.exercise(ex or "")]
    bad = 0
    start = time.monotonic()
    with Pool(jobs) as pool:
        for exercise in exercises:
            try:
                length = len(trials(exercise, seeds))
                with click.progressbar(length=length, label=exercise.key, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
                    proof = verify(exercise, pool, seeds, write, bar.update)
            except (GraderError, OSError) as error:
                click.echo(f"✗ {exercise.id}: {error}")
                bad += 1
                continue
            mark = "✗" if proof.problems else "✓"
            click.echo(
                f"{mark} {exercise.id}: {len(exercise.mistakes)} mistakes, {len(exercise.variants)} variants, {proof.runs} runs, "
                f"{proof.possible:g} points, {proof.seconds:.2f} s a run"
            )
            for problem in dict.fromkeys(proof.problems):
                click.echo(f"    {problem}")
            bad += bool(proof.problems)
    click.echo(f"{len(exercises) - bad} of {len(exercises)} exercises are sound ({time.monotonic() - start:.0f} s)")
    sys.exit(1 if bad else 0)
