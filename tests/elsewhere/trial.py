"""Run as a program by a stripped Python: grades cheats and right.py in one sandbox, and prints what came of each.

python trial.py harm_loop forge_frame ...
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

ATTACKS = Path(__file__).parents[1] / "attacks"
TINY = Path(__file__).parents[1] / "courses" / "tiny"


def main() -> None:
    from grader.course.course import Course
    from grader.course.submission import Submission
    from grader.engine.examiner import Examiner
    from grader.sandbox import Sandbox

    with tempfile.TemporaryDirectory() as base, Sandbox(early=True) as sandbox, Examiner(sandbox) as examiner:
        shutil.copytree(TINY, Path(base) / "tiny")
        exercise = Course.load(Path(base) / "tiny").exercise("ex01")
        print(json.dumps({"tier": sandbox.tier, "practice": sandbox.practice}), flush=True)
        for name in ("controls/lazy", *(f"cheats/{cheat}" for cheat in sys.argv[1:]), "controls/right"):
            source = (ATTACKS / f"{name}.py").read_bytes().replace(b"@outside@", str(base).encode())
            record = examiner.grade(exercise, Submission.of(source, "mean_row.py"), seed=20)
            words = [(verdict.outcome, verdict.message) for verdict in record.verdicts]
            told = {"name": name, "earned": record.earned, "possible": record.possible, "verdicts": words}
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
