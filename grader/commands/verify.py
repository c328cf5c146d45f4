"""`grader verify`: prove that suites pass the right code and catch the wrong."""

import sys
import time
from pathlib import Path
from typing import Any

import click

from grader.base.errors import GraderError, UsageError
from grader.course.course import find_course
from grader.course.exercise import Exercise

LEAST_CAUGHT = 0.85


@click.command(short_help="Prove that a suite passes the right code and catches the wrong.")
@click.argument("ex", required=False)
@click.option("--all", "everything", is_flag=True, help="Every exercise of the course.")
@click.option("--seeds", default=20, show_default=True, type=click.IntRange(1), help="Seeds for solution and variants.")
@click.option(
    "--thorough", is_flag=True, help="Each known mistake under five seeds and all tests, nothing from memory."
)
@click.option("--write", is_flag=True, help="Write the mistakes' patterns of outcomes, seen under five seeds.")
@click.option("--jobs", type=click.IntRange(1), help="Processes; default: one per core.")
@click.option("--mutants", is_flag=True, help="Mutate the solution instead, and list what the suite does not notice.")
@click.option("--table", type=click.Path(path_type=Path), help="With --mutants: write the table to this file.")
def command(
    ex: str | None,
    everything: bool,
    seeds: int,
    thorough: bool,
    write: bool,
    jobs: int | None,
    mutants: bool,
    table: Path | None,
) -> None:
    """Verify the suite of EX, or of --all.

    The stub earns nothing, the solution and its variants everything under every seed, each mistake fails where and as
    its first lines say, no test can be passed by doing nothing. What is known from an earlier run of the same files
    is not run again. Exit code 1 if a problem was found.
    """
    from grader.verify.memory import OutcomeMemory
    from grader.verify.proof import verify
    from grader.verify.trial import Pool

    course = find_course(Path.cwd())
    if bool(ex) == everything:
        raise UsageError("name one exercise or give --all", next="for example `grader verify ex01`")
    exercises = [course.exercise(name) for name in course.order] if everything else [course.exercise(ex or "")]
    if mutants:
        sys.exit(show_mutants(exercises, jobs, table))
    bad = 0
    start = time.monotonic()
    with Pool(jobs, None if thorough else OutcomeMemory()) as pool:
        for exercise in exercises:
            try:
                with click.progressbar(
                    length=1, label=exercise.key, file=sys.stderr, hidden=not sys.stderr.isatty()
                ) as bar:

                    def progress(total: int, done: int, bar: Any = bar) -> None:
                        bar.length = total
                        bar.update(done)

                    proof = verify(exercise, pool, seeds, write, progress, thorough or write)
            except (GraderError, OSError) as error:
                click.echo(f"✗ {exercise.id}: {error}")
                bad += 1
                continue
            mark = "✗" if proof.problems else "✓"
            click.echo(
                f"{mark} {exercise.id}: {len(exercise.mistakes)} mistakes, {len(exercise.variants)} variants, "
                f"{proof.runs} runs, {proof.possible:g} points, {proof.seconds:.2f} s a run"
                + (f", bad luck {proof.risk:.0e}" if proof.risk else "")
            )
            for problem in dict.fromkeys(proof.problems):
                click.echo(f"    {problem}")
            bad += bool(proof.problems)
    click.echo(f"{len(exercises) - bad} of {len(exercises)} exercises are sound ({time.monotonic() - start:.0f} s)")
    sys.exit(1 if bad else 0)


def show_mutants(exercises: list[Exercise], jobs: int | None, path: Path | None) -> int:
    """Mutates every solution; exit code 1 if a suite misses too much or its list of equivalents is wrong."""
    from grader.base.atomic import write_text
    from grader.verify.memory import OutcomeMemory
    from grader.verify.survival import survived, table
    from grader.verify.trial import Pool

    found = []
    bad = 0
    with Pool(jobs, OutcomeMemory()) as pool:
        for exercise in exercises:
            one = survived(exercise, pool)
            found.append(one)
            fine = one.share >= LEAST_CAUGHT and not one.too_many_listed and not one.stale
            bad += not fine
            click.echo(
                f"{'✓' if fine else '✗'} {exercise.id}: {one.caught} of {one.total} mutants caught, "
                f"{len(one.listed)} listed as equivalent"
            )
            for mutant in one.survivors:
                click.echo(f"    {exercise.solution}: survives: {mutant.name}")
            for name in one.stale:
                click.echo(
                    f"    {exercise.solution.parent / 'verify.toml'}: lists a mutant that does not survive: {name}"
                )
    text = table(found)
    click.echo(text)
    if path is not None:
        write_text(
            path, "# Mutation table\n\nMade by `grader verify --all --mutants --table docs/mutants.md`.\n\n" + text
        )
    return 1 if bad else 0
