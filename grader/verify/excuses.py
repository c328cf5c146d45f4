"""`solutions/<id>/verify.toml`: what an author excuses from a proof, each with a reason."""

from dataclasses import dataclass

from grader.base.errors import CourseError
from grader.base.toml import key, read_toml
from grader.course.exercise import Exercise

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
    """What the author excuses, nothing without the file. CourseError, also for a reason that is too short."""
    path = exercise.solution.parent / "verify.toml"
    if not path.exists():
        return VerifyFile()
    found = read_toml(path, VerifyFile)
    reasons = [(e.mutant, e.reason) for e in found.equivalent]
    reasons += [(e.transformation, e.reason) for e in found.unsuitable]
    for name, reason in [*reasons, *((e.code, e.reason) for e in found.free)]:
        if len(reason.split()) < REASON_WORDS:
            raise CourseError(f"{name}: the reason is too short", str(path), f"say {REASON}")
    return found
