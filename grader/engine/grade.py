"""The main path: one exercise, one submission, one record. Start reading here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from grader.base.errors import SandboxError
from grader.course.device import choose_device
from grader.course.exercise import Exercise
from grader.course.submission import Submission
from grader.sandbox import Sandbox
from grader.sandbox.tier import Tier, weaker

if TYPE_CHECKING:
    from grader.engine.examiner import Examiner, Watch
    from grader.engine.record import Record


def grade(
    exercise: Exercise,
    submission: Submission,
    *,
    seed: int | None = None,
    device: str = "auto",
    require_tier: Tier | None = None,
    examiner: Examiner | None = None,
    watch: Watch | None = None,
    tests: Sequence[str] = (),
) -> Record:
    """Grades a submission with an examiner of its own, or with the warm one that is given.

    The learner's file becomes observations in confined examinees, the hidden suite judges them here, and the verdicts
    become a record; `tests` names the only ones to run. SandboxError if the machine cannot confine as `require_tier`
    demands.
    """
    on = choose_device(device, exercise)
    with ExitStack() as stack:
        if examiner is None:
            sandbox = stack.enter_context(Sandbox(on, early=True))  # its torch loads while pytest does here
            from grader.engine.needs import needs_of_check

            if needs_of_check(exercise, submission) != "torch":
                sandbox.warm_up()
            from grader.engine.examiner import Examiner

            examiner = stack.enter_context(Examiner(sandbox))
            examiner.open(exercise)
        tier = examiner.sandbox.tier
        if require_tier and weaker(tier, require_tier):
            raise SandboxError(
                f"this machine reaches tier {tier}, you asked for {require_tier}",
                next="`grader doctor` names the command that improves it",
            )
        return examiner.grade(exercise, submission, seed, on, watch, tests=tests)
