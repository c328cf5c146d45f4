"""`grader verify`: prove that suites pass the right code and catch the wrong."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.base.console import redraws
from grader.base.errors import GraderError, UsageError
from grader.base.text import counted, plural
from grader.commands import names
from grader.course.course import find_course
from grader.course.exercise import Exercise

if TYPE_CHECKING:
    from grader.verify.judgement import Scope
    from grader.verify.pool import Pool

LEAST_CAUGHT = 0.85  # of the mutants of one exercise
LEAST_OF_ALL = 0.98  # of those of a whole course


@click.command(short_help="Prove that a suite passes the right code and catches the wrong.")
@click.argument("ex", required=False, shell_complete=names.exercises)
@click.option("--all", "everything", is_flag=True, help="Every exercise of the course.")
@click.option("--seeds", default=20, show_default=True, type=click.IntRange(1), help="Seeds for solution and variants.")
@click.option(
    "--thorough", is_flag=True,
    help="Each mistake under five seeds and all tests, each equivalent form in its own file, nothing from memory.",
)  # fmt: skip
@click.option("--write", is_flag=True, help="Write the mistakes' patterns of outcomes, seen under five seeds.")
@click.option("--jobs", type=click.IntRange(1), help="Processes; default: one per core.")
@click.option("--quick", is_flag=True, help="Only what tells most: solution, stub, each mistake's own tests. No proof.")
@click.option(
    "--test", "tests", multiple=True, metavar="NAME", shell_complete=names.tests,
    help="Only what concerns this test; may be repeated.",
)  # fmt: skip
@click.option("--watch", is_flag=True, help="Prove again on each save what has changed, until Ctrl-C.")
@click.option("--explain", metavar="MISTAKE", help="Show a known mistake's questions, answers and verdicts instead.")
@click.option("--html", type=click.Path(path_type=Path), help="Write the tests × mistakes and all mutants as a page.")
@click.option("--mutants", is_flag=True, help="Mutate the solution instead, and list what the suite does not notice.")
@click.option("--table", type=click.Path(path_type=Path), help="With --mutants: write the table to this file.")
def command(
    ex: str | None,
    everything: bool,
    seeds: int,
    thorough: bool,
    write: bool,
    jobs: int | None,
    quick: bool,
    tests: tuple[str, ...],
    watch: bool,
    explain: str | None,
    html: Path | None,
    mutants: bool,
    table: Path | None,
) -> None:
    """Verify the suite of EX, or of --all.

    The stub earns nothing, the solution and its variants everything under every seed, each mistake fails where and as
    its first lines say, no test can be passed by doing nothing. What is known from an earlier run of the same files
    is not run again. Exit code 1 if a problem was found.
    """
    from grader.verify.judgement import Scope
    from grader.verify.memory import OutcomeMemory
    from grader.verify.pool import Pool

    course = find_course(Path.cwd())
    if bool(ex) == everything:
        raise UsageError("name one exercise or give --all", next="for example `grader verify ex01`")
    exercises = [course.exercise(name) for name in course.order] if everything else [course.exercise(ex or "")]
    if everything and (tests or watch or explain or html):
        raise UsageError("--test, --watch, --explain and --html are for one exercise", next="name it instead of --all")
    if explain is not None:
        sys.exit(show_mistake(exercises[0], explain))
    if mutants:
        sys.exit(show_mutants(exercises, jobs, table))
    options = VerifyOptions(seeds, thorough, write, Scope(quick, full_names(exercises[0], tests)))
    with Pool(jobs, None if thorough else OutcomeMemory(), thrifty=not everything) as pool:
        if watch:
            from grader.commands.verify_watch import watch_exercise

            watch_exercise(course, exercises[0], lambda exercise: prove([exercise], pool, options), pool.warm)
            return
        sys.exit(prove(exercises, pool, options, html))


@dataclass(frozen=True)
class VerifyOptions:
    """How much is proven: the options of the command."""

    seeds: int
    thorough: bool
    write: bool
    scope: Scope


def full_names(exercise: Exercise, tests: tuple[str, ...]) -> tuple[str, ...]:
    """The tests by the names they have in the suite. UsageError for an unknown one."""
    from grader.base.toml import nearest
    from grader.verify.suitefile import test_places

    known = test_places(exercise)
    found = tuple(name if name in known else f"test_{name}" for name in tests)
    for typed, name in zip(tests, found, strict=True):
        if name not in known:
            raise UsageError(f"{exercise.key} has no test {typed!r}", next=nearest(typed, known))
    return found


def prove(exercises: list[Exercise], pool: Pool, options: VerifyOptions, html: Path | None = None) -> int:
    """Verifies each exercise and says what is wrong with it; the exit code."""
    from grader.verify.proof import verify

    bad = 0
    start = time.monotonic()
    for exercise in exercises:
        said: list[str] = []
        try:
            with click.progressbar(
                length=1, label=exercise.key, file=sys.stderr, hidden=not redraws(sys.stderr)
            ) as bar:

                def progress(total: int, done: int, bar: Any = bar) -> None:
                    bar.length = total
                    bar.update(done)

                def say(problem: str, said: list[str] = said) -> None:
                    said.append(problem)
                    if redraws(sys.stderr):
                        click.echo("\r\033[K", nl=False, err=True)
                    click.echo(f"    {problem}")

                thorough = options.thorough or options.write
                proof = verify(exercise, pool, options.seeds, options.write, progress, thorough, options.scope, say)
        except (GraderError, OSError) as error:
            click.echo(f"✗ {exercise.id}: {error}")
            bad += 1
            continue
        mark = "✗" if proof.problems else "✓"
        click.echo(
            f"{mark} {exercise.id}: {counted(len(exercise.mistakes), 'mistake')}, "
            f"{counted(len(exercise.variants), 'variant')}, {counted(proof.runs, 'run')}, "
            f"{proof.possible:g} {plural(proof.possible, 'point')}, {proof.seconds:.2f} s a run"
            + (f", bad luck {proof.risk:.0e}" if proof.risk else "")
        )
        for problem in dict.fromkeys(proof.problems):
            if problem not in said:
                click.echo(f"    {problem}")
        bad += bool(proof.problems)
        if html is not None:
            from grader.verify.page import write_page

            write_page(html, proof, pool)
            click.echo(f"    wrote {html}")
    seconds = f"{time.monotonic() - start:.0f} s"
    if options.scope.whole:
        many = len(exercises)
        click.echo(f"{many - bad} of {counted(many, 'exercise')} {plural(many, 'is', 'are')} sound ({seconds})")
    else:
        left = "nothing is wrong so far; `grader verify` without --quick and --test proves the rest"
        click.echo(f"{f'{bad} to mend' if bad else left} ({seconds})")
    return 1 if bad else 0


def show_mistake(exercise: Exercise, name: str) -> int:
    """What each test asked of a known mistake, saw and said."""
    from grader.verify.explain import explained

    for text in explained(exercise, name):
        click.echo(text)
    return 0


def show_mutants(exercises: list[Exercise], jobs: int | None, path: Path | None) -> int:
    """Mutates every solution; exit code 1 if a suite misses too much or its list of equivalents is wrong."""
    from grader.base.atomic import write_text
    from grader.verify.memory import OutcomeMemory
    from grader.verify.pool import Pool
    from grader.verify.survival import overall, survived, table

    found = []
    bad = 0
    with Pool(jobs, OutcomeMemory()) as pool:
        for exercise in exercises:
            one = survived(exercise, pool)
            found.append(one)
            fine = one.share >= LEAST_CAUGHT and not one.too_many_listed and not one.stale
            bad += not fine
            click.echo(
                f"{'✓' if fine else '✗'} {exercise.id}: {one.caught} of {counted(one.total, 'mutant')} caught, "
                f"{len(one.listed)} listed as equivalent" + (f", {one.free} of free code not made" if one.free else "")
            )
            for mutant in one.survivors:
                click.echo(f"    {exercise.solution}: survives: {mutant.name}")
            for name in one.stale:
                click.echo(f"    {exercise.solution.parent / 'verify.toml'}: lists {name}")
    text = table(found)
    click.echo(text)
    if len(found) > 1 and (whole := overall(found)) < LEAST_OF_ALL:
        click.echo(f"{whole:.1%} of all mutants are caught, at least {LEAST_OF_ALL:.0%} should be")
        bad += 1
    if path is not None:
        write_text(
            path, "# Mutation table\n\nMade by `grader verify --all --mutants --table docs/mutants.md`.\n\n" + text
        )
    return 1 if bad else 0
