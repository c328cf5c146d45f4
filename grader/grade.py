"""The main path: one exercise, one submission, one record. Start reading here."""

from contextlib import AbstractContextManager, nullcontext

from grader.course import Exercise
from grader.device import chosen
from grader.errors import SandboxError
from grader.examiner import Examiner, Watch
from grader.record import Record
from grader.sandbox import Sandbox
from grader.submission import Submission

ORDER = "ABCD"


def grade(
    exercise: Exercise,
    submission: Submission,
    *,
    seed: int | None = None,
    device: str = "auto",
    require_tier: str | None = None,
    sandbox: Sandbox | None = None,
    watch: Watch | None = None,
) -> Record:
    """Grades a submission in a sandbox of its own, or in the warm one that is given.

    The learner's file becomes observations in confined examinees, the hidden suite judges them here, and the verdicts
    become a record. SandboxError if the machine cannot confine as `require_tier` demands.
    """
    on = chosen(device, exercise)
    own: AbstractContextManager[Sandbox] = nullcontext(sandbox) if sandbox else Sandbox(on, early=True)
    with own as box:
        if require_tier and ORDER.index(box.tier) > ORDER.index(require_tier):
            raise SandboxError(
                f"this machine reaches tier {box.tier}, you asked for {require_tier}",
                next="`grader doctor` names the command that improves it",
            )
        with Examiner(box) as examiner:
            return examiner.grade(exercise, submission, seed, on, watch)
