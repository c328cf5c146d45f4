"""`grader verify --watch`: prove again what a save has touched."""

import sys
import time
from collections.abc import Callable

import click
from watchfiles import DefaultFilter, watch

from grader.base.errors import GraderError
from grader.course.course import Course
from grader.course.exercise import Exercise

DEBOUNCE_MS, STEP_MS, TIMEOUT_MS = 60, 20, 200  # an editor's several writes of one save are one change


class Sources(DefaultFilter):
    """Everything but what verify writes itself."""

    def __call__(self, change: object, path: str) -> bool:
        return super().__call__(change, path) and not path.endswith("patterns.json")  # type: ignore[arg-type]


def watch_exercise(
    course: Course, exercise: Exercise, prove: Callable[[Exercise], int], warm: Callable[[Exercise], None]
) -> None:
    """Proves at once and after every save in the exercise's two folders, until Ctrl-C.

    After the first proof it has `warm` get ready, for that one may have come from memory alone.
    """
    folders = [folder for folder in (exercise.folder, exercise.solution.parent) if folder.is_dir()]
    announced = False
    try:
        for changes in watch(
            *folders,
            watch_filter=Sources(),
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            rust_timeout=TIMEOUT_MS,
            yield_on_timeout=True,
        ):
            if announced and not changes:
                continue
            if changes:
                names = sorted({path.rpartition("/")[2] for _, path in changes})
                click.echo(f"\n{time.strftime('%H:%M:%S')} {', '.join(names)}")
            try:
                prove(course.exercise(exercise.id))
            except GraderError as error:
                click.echo(f"✗ {exercise.id}: {error}")
            if not announced:  # now that it looks, no save is missed
                click.echo("waiting for a save; Ctrl-C ends")
                warm(exercise)
            announced = True
            sys.stdout.flush()
    except KeyboardInterrupt:
        click.echo("")
