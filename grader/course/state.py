"""How far a learner is with each exercise: not started, in progress, passed; which comes next; a fresh start."""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from grader.base.atomic import write_bytes
from grader.base.errors import UsageError
from grader.course.course import Course, carried_course
from grader.course.exercise import Exercise
from grader.course.notebook import name_of
from grader.course.progress import best_points
from grader.course.submission import Submission

NOT_STARTED, IN_PROGRESS, PASSED = "not started", "in progress", "passed"
Points = Mapping[str, tuple[float, float]]


def pristine(exercise: Exercise, name: str = "") -> bytes | None:
    """The stub as the course hands it out; None where the learner's file is the course's own, as in a checkout.

    `name` means another one of the files to hand in.
    """
    name = name or exercise.file
    if exercise.released:
        kept = exercise.folder / ".stub" / name
        return kept.read_bytes() if kept.is_file() else None
    original = carried_course().folders.get(exercise.id)
    if original is None or original.resolve() == exercise.folder.resolve():
        return None
    try:
        return (original / name).read_bytes()
    except OSError:
        return None


def stub_text(exercise: Exercise) -> str:
    """The stub as the course hands it out, or the course's own file; of several files each below its name."""
    main, *others = ((path, pristine(exercise, path.name) or path.read_bytes()) for path in exercise.stubs)
    return Submission.of(main[1], exercise.file, [(path.name, data) for path, data in others]).text(exercise)


def is_untouched(exercise: Exercise, source: bytes, files: Iterable[tuple[str, bytes]] = ()) -> bool:
    """Whether a submission is the stub itself, in spite of another editor's line ends; of several files all."""
    beside = dict(files)
    sources = {exercise.file: source} | {name: beside.get(name, b"") for name in exercise.files}
    return all(is_stub(exercise, name, text) for name, text in sources.items())


def is_stub(exercise: Exercise, name: str, text: bytes) -> bool:
    stub = pristine(exercise, name)
    return stub is not None and stub.split() == text.split()


def work(exercise: Exercise) -> Path:
    """The learner's file: the stub, or the notebook that came with it as long as the stub is as it came."""
    book = exercise.folder / name_of(exercise)
    if not exercise.notebook or not book.is_file():
        return exercise.stub
    stubs = [path for path in exercise.stubs if path.is_file()]
    return book if all(is_stub(exercise, path.name, path.read_bytes()) for path in stubs) else exercise.stub


def state(exercise: Exercise, points: Points) -> str:
    """One of the three states, from the best points so far and the file."""
    best = points.get(exercise.id)
    if best and best[0] == best[1]:
        return PASSED
    if best and best[0] > 0:
        return IN_PROGRESS
    try:
        source = exercise.stub.read_bytes()
    except OSError:
        return NOT_STARTED
    if pristine(exercise) is None:
        return IN_PROGRESS if best else NOT_STARTED
    files = [(path.name, path.read_bytes()) for path in exercise.stubs[1:] if path.is_file()]
    return NOT_STARTED if is_untouched(exercise, source, files) else IN_PROGRESS


def states(course: Course) -> dict[str, str]:
    """The state of every exercise, in the course's order."""
    points = best_points(course.root)
    return {exercise.id: state(exercise, points) for exercise in course.exercises.values()}


def current(course: Course) -> Exercise | None:
    """The exercise to go on with: of those in progress the one saved last, else the first not passed."""
    found = states(course)
    begun = [course.exercises[name] for name, one in found.items() if one == IN_PROGRESS]
    if begun:
        return max(begun, key=lambda exercise: max(map(saved_at, exercise.stubs)))
    optional = {name for track in course.tracks for name in track.optional}
    waiting = sorted((name for name, one in found.items() if one == NOT_STARTED), key=lambda name: name in optional)
    return course.exercises[waiting[0]] if waiting else None


def following(course: Course, name: str) -> Exercise | None:
    """The next exercise after `name` in the course's order that is not passed, from the start again at the end."""
    found, order = states(course), list(course.exercises)
    at = order.index(name) + 1
    return next((course.exercises[one] for one in order[at:] + order[: at - 1] if found[one] != PASSED), None)


def saved_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def reset(exercise: Exercise, root: Path) -> Path | None:
    """Puts every stub back and keeps what was there below `.grader/copies/`: a copy's path, None if nothing was there.

    UsageError where the learner's file is the course's own.
    """
    copy, stamp = None, time.strftime("%Y%m%d-%H%M%S")
    for path in reversed(exercise.stubs):
        stub = pristine(exercise, path.name)
        if stub is None:
            raise UsageError("this file is the course's own stub", str(path), "`grader init DIR` makes a workspace")
        try:
            mine = path.read_bytes()
        except FileNotFoundError:
            mine = stub
        if mine != stub:
            copy = root / ".grader" / "copies" / exercise.id / f"{stamp}-{path.name}"
            write_bytes(copy, mine)
        write_bytes(path, stub)
    return copy
