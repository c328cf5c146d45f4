"""What grading each solution costs once everything is warm: `python -m benchmarks.solutions [EX...]`.

Each is graded twice by one examiner; the second run counts. Prints questions, examinees (forks), CPU seconds of the
examinees and of the examiner itself, and wall seconds. Needs a tier that forks (A to C); run it on a quiet machine.
"""

import os
import sys
import time
from collections.abc import Callable
from typing import Any

from grader.course.course import carried_course
from grader.course.submission import Submission
from grader.engine.examiner import Examiner
from grader.sandbox import Sandbox


def counted(owner: Any, name: str) -> list[int]:
    """Counts the calls of a method in a list's only number."""
    count, method = [0], getattr(owner, name)

    def counting(*args: Any, **kwargs: Any) -> Any:
        count[0] += 1
        return method(*args, **kwargs)

    setattr(owner, name, counting)
    return count


def main(keys: list[str], say: Callable[[str], None] = print) -> None:
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    course = carried_course()
    exercises = [course.exercise(key) for key in keys] if keys else list(course.exercises.values())
    total = [0.0, 0.0, 0.0, 0.0, 0.0]
    say("| exercise | questions | examinees | CPU s, examinees | CPU s, examiner | wall s |")
    say("|---|---|---|---|---|---|")
    with Sandbox() as sandbox, Examiner(sandbox) as examiner:
        sandbox.wait_ready()
        sandbox.link.switch(wait=True)
        questions, forks = counted(sandbox, "run"), counted(sandbox.link, "open")
        for exercise in exercises:
            source = exercise.solution.read_bytes()
            submission = Submission.of(source, exercise.file, exercise.solution_files)
            examiner.grade(exercise, submission, seed=1)
            questions[0] = forks[0] = 0
            own, start = time.process_time(), time.perf_counter()
            record = examiner.grade(exercise, submission, seed=2)
            assert record.outcome == "passed", f"{exercise.key}: {record.outcome}"
            row = [questions[0], forks[0], examiner.cpu, time.process_time() - own, time.perf_counter() - start]
            total = [a + b for a, b in zip(total, row, strict=True)]
            say(f"| {exercise.key} | {row[0]} | {row[1]} | {row[2]:.2f} | {row[3]:.2f} | {row[4]:.2f} |")
    say(f"| all | {total[0]:.0f} | {total[1]:.0f} | {total[2]:.1f} | {total[3]:.1f} | {total[4]:.1f} |")


if __name__ == "__main__":
    main(sys.argv[1:])
