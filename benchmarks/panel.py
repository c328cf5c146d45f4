"""How fairly a suite judges files that nobody here wrote: `python -m benchmarks.panel FOLDER… --seeds 10`.

A FOLDER bears the exercise's name (`ex03_cutmix`) and holds `right/*.py` and `wrong/*.py`; each file's first line says
what it is. Prints per exercise how many right files lost points and how many wrong ones lost none, and names them;
`--out FILE` gets a JSON document with the failures, messages, hints and known mistakes shown for each file.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from grader.course.course import carried_course
from grader.course.exercise import Exercise
from grader.course.submission import Submission
from grader.engine.examiner import Examiner
from grader.engine.record import Record
from grader.sandbox import Sandbox


def judged(examiner: Examiner, exercise: Exercise, path: Path, seeds: range) -> list[Record]:
    """One file's records, a seed each."""
    submission = Submission.of(path.read_bytes(), path.name)
    return [examiner.grade(exercise, submission, seed) for seed in seeds]


def summary(path: Path, records: list[Record]) -> dict[str, Any]:
    """What became of one file, in plain data."""
    failed = [v for record in records for v in record.verdicts if not v.passed]
    return {
        "file": path.name,
        "is": path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# "),
        "earned": [record.earned for record in records],
        "possible": records[0].possible,
        "outcomes": [record.outcome for record in records],
        "resembles": sorted({record.resembles for record in records if record.resembles}),
        "failed": [{"test": v.name, "message": v.message, "hint": v.hint} for v in failed],
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.panel", description=__doc__.partition(":")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seeds", type=int, default=10, help="runs of each right file")
    parser.add_argument("--wrong-seeds", type=int, default=1, help="runs of each wrong file")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    course, document = carried_course(), {}
    with Sandbox() as sandbox, Examiner(sandbox) as examiner:
        for folder in options.folders:
            exercise = course.exercise(folder.resolve().name)
            found: dict[str, list[dict[str, Any]]] = {}
            for side, count in (("right", options.seeds), ("wrong", options.wrong_seeds)):
                found[side] = []
                for path in sorted((folder / side).glob("*.py")):
                    print(f"\r{exercise.key} {side} {path.stem:60.60}", end="", file=sys.stderr)
                    found[side].append(summary(path, judged(examiner, exercise, path, range(count))))
            print("\r" + " " * 79 + "\r", end="", file=sys.stderr)
            document[exercise.id] = found
            rejected = [f for f in found["right"] if min(f["earned"]) < f["possible"]]
            missed = [f for f in found["wrong"] if max(f["earned"]) == f["possible"]]
            named = sum(bool(f["resembles"]) for f in found["wrong"])
            print(
                f"{exercise.key}: right rejected {len(rejected)} of {len(found['right'])}, "
                f"wrong with full points {len(missed)} of {len(found['wrong'])}, known mistake named {named}"
            )
            for one in rejected:
                first = one["failed"][0]
                said = first["message"].partition("\n")[0]
                print(f"  right, rejected: {one['file']} ({one['is']}): {first['test']}: {said}")
            for one in missed:
                print(f"  wrong, missed: {one['file']} ({one['is']})")
            if options.out:
                options.out.write_text(json.dumps(document, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
