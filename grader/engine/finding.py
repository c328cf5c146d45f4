"""What one test's first exception means: an outcome, a sentence, a hint that fits it, the learner's own lines."""

from collections.abc import Callable
from dataclasses import dataclass

from grader.base.errors import GraderError
from grader.engine import explanation
from grader.engine.guard import Endless
from grader.engine.outcomes import Mismatch, NoAnswer, SubmissionRaised
from grader.engine.verdict import VerdictOutcome


@dataclass(frozen=True)
class Finding:
    """The judgement of a test before it becomes a verdict; `cause` is the same for failures with one cause.

    `general` causes need no question.
    """

    outcome: VerdictOutcome
    message: str = ""
    hint: str = ""
    frames: tuple[tuple[int, str, str], ...] = ()
    cause: str = ""
    general: bool = False


def finding(
    problem: BaseException | None, hint: str, reference_passes: Callable[[], bool], question: str = ""
) -> Finding:
    """The finding of a test that ended with `problem`; its own `hint` counts where no better one is known.

    `reference_passes` answers whether the same test passes on the solution: then an exception in it is the submission's
    doing. `question` is a key of the one whose answer failed: two tests that see the same wrong answer to it have one
    cause.
    """
    if problem is None:
        return Finding("passed")
    if isinstance(problem, AssertionError):
        message = explanation.assertion(str(problem))
        if not isinstance(problem, Mismatch):
            return Finding("failed", message, hint, cause=message)
        told = explanation.plain(problem.hint) or explanation.HINTS.get(problem.kind, hint)
        cause = f"{question} {problem.kind}: {explanation.plain(problem.words)}"
        return Finding("failed", message, told, cause=cause if question and problem.words else message)
    if isinstance(problem, NoAnswer):
        return Finding(problem.outcome, problem.message, cause=f"{problem.outcome}: {problem.message}")
    if isinstance(problem, GraderError):
        return Finding("suite_error", str(problem))
    if isinstance(problem, KeyboardInterrupt):
        raise problem
    if isinstance(problem, Endless):
        return Finding("failed", "your answer keeps this test busy without end", hint)
    if not reference_passes():
        return Finding("suite_error", f"the test itself failed: {type(problem).__name__}: {problem}")
    if isinstance(problem, SubmissionRaised):
        return raised_by_the_submission(problem, hint)
    words = explanation.plain(f"your answer has a form this test cannot read ({type(problem).__name__}: {problem})")
    return Finding("failed", words, "Compare what your code returns with the types and keys that the docstring names.")


def raised_by_the_submission(problem: SubmissionRaised, hint: str) -> Finding:
    raised = problem.raised
    frames = tuple(
        (line, explanation.printable(where), explanation.printable(text)) for _, line, where, text in raised.frames
    )
    message, general = explanation.exception(raised)
    last = f"{frames[-1][0]}: " if frames else ""
    return Finding("error", message, "" if general else hint, frames, f"{last}{raised!r}", general)
