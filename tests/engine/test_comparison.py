"""What is compared with the solution is the submission itself."""

from grader.course.course import carried_course
from grader.course.submission import Submission
from grader.engine.comparison import compared
from grader.engine.examiner import Examiner
from grader.sandbox import Sandbox


def test_a_submission_that_resembles_a_mistake_is_compared_itself(warm: Sandbox) -> None:
    """The search for known mistakes runs their code too; the rows still hold the answers of what was handed in."""
    exercise = carried_course().exercise("ex07")
    source = (exercise.solution.parent / "mistakes" / "unbiased_variance.py").read_bytes() + b"\n# handed in\n"
    with Examiner(warm) as examiner:
        comparison = compared(examiner, exercise, Submission.of(source, exercise.file), 0)
        assert examiner.now is not None
        assert examiner.now.submission.source == source

    assert comparison.record.resembles == "unbiased_variance"
    assert any(row.error for row in comparison.rows), "an answer differs from the solution's"
