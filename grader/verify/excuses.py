"""`solutions/<id>/verify.toml`: what an author excuses from a proof, each with a reason."""

from dataclasses import dataclass

from grader.base.errors import CourseError
from grader.base.toml import key, key_place, nearest, read_toml
from grader.course.exercise import Exercise
from grader.verify.transformations import TRANSFORMATIONS

REASON_WORDS = 4
REASON = "why, in at least four words: no stated requirement tells it apart"


@dataclass(frozen=True)
class EquivalentMutant:
    """A mutant that is right, too."""

    mutant: str = key("the mutant's name, as `grader verify --mutants` prints it")
    reason: str = key(REASON)


@dataclass(frozen=True)
class UnsuitableTransformation:
    """A form of right code that this exercise cannot have."""

    transformation: str = key("the name, as `grader verify` prints it")
    reason: str = key(REASON)


@dataclass(frozen=True)
class FreeCode:
    """A part of the solution whose form the task leaves to whoever writes it, such as a figure's colors."""

    code: str = key("a function's name, or an expression or statement as it stands in the solution")
    reason: str = key(REASON)


@dataclass(frozen=True)
class VerifyFile:
    """`verify.toml`."""

    equivalent: tuple[EquivalentMutant, ...] = key("mutants that no test needs to catch", ())
    free: tuple[FreeCode, ...] = key("code that no mutant is made of", ())
    unsuitable: tuple[UnsuitableTransformation, ...] = key("equivalent forms that are not tried", ())


def read_excuses(exercise: Exercise) -> VerifyFile:
    """What the author excuses, nothing without the file. CourseError, also for a reason of a few words."""
    path = exercise.solution.parent / "verify.toml"
    if not path.exists():
        return VerifyFile()
    found = read_toml(path, VerifyFile)
    reasons = {
        "equivalent": [(one.mutant, one.reason) for one in found.equivalent],
        "free": [(one.code, one.reason) for one in found.free],
        "unsuitable": [(one.transformation, one.reason) for one in found.unsuitable],
    }
    for kind, pairs in reasons.items():
        for number, (name, reason) in enumerate(pairs):
            if len(reason.split()) < REASON_WORDS:
                place = key_place(path, kind, "reason", nth=number)
                raise CourseError(f"{name}: the reason is too short", place, f"say {REASON}")
    for number, one in enumerate(found.unsuitable):
        if one.transformation not in TRANSFORMATIONS:
            place = key_place(path, "unsuitable", "transformation", nth=number)
            known = nearest(one.transformation, TRANSFORMATIONS) or f"known are {', '.join(TRANSFORMATIONS)}"
            raise CourseError(f"unknown transformation {one.transformation!r}", place, known)
    return found
