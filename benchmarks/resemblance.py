"""How often `resembles` is right: `python -m benchmarks.resemblance EX... [--most N]`.

Single known mistakes, pairs of them that can be combined, and right variants of each exercise are graded; each pair is
the solution with the lines of both mistakes. At most N of each kind are drawn, the same ones every time. The rows of
these exercises are written into docs/resemblance.md, below its line of dashes.
"""

import argparse
import ast
import difflib
import itertools
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from grader.base.atomic import write_text
from grader.course.course import Course
from grader.course.exercise import Exercise
from grader.course.submission import Submission
from grader.engine.examiner import Examiner
from grader.sandbox import Sandbox

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "docs" / "resemblance.md"
Edit = tuple[int, int, tuple[str, ...]]  # lines of the solution from, to, and what stands there instead


def edits(solution: list[str], mistake: list[str]) -> list[Edit]:
    """What a mistake changes in the solution."""
    matcher = difflib.SequenceMatcher(None, solution, mistake, autojunk=False)
    return [(a0, a1, tuple(mistake[b0:b1])) for tag, a0, a1, b0, b1 in matcher.get_opcodes() if tag != "equal"]


def combined(solution: list[str], one: list[Edit], other: list[Edit]) -> str | None:
    """The solution with both changes; None where they touch each other, or are no Python together."""
    for (a0, a1, _), (b0, b1, _) in itertools.product(one, other):
        if a0 <= b1 and b0 <= a1:
            return None
    lines = list(solution)
    for start, end, new in sorted([*one, *other], reverse=True):
        lines[start:end] = new
    text = "".join(lines)
    try:
        compile(text, "pair", "exec")
    except SyntaxError:
        return None
    return text


def pairs(exercise: Exercise) -> Iterator[tuple[str, str, bytes]]:
    """Every two known mistakes that go together, with their code."""
    text = exercise.solution.read_text(encoding="utf-8")
    solution, head = text.splitlines(keepends=True), ast.parse(text).body[0].end_lineno or 1
    found = {}
    for path in exercise.mistakes:
        source, beside = exercise.mistake_with_files(path.stem)
        if not beside:
            changes = edits(solution, source.decode("utf-8").splitlines(keepends=True))
            found[path.stem] = [change for change in changes if change[1] > head]  # the docstring holds its promises
    for one, other in itertools.combinations(found, 2):
        both = combined(solution, found[one], found[other])
        if both is not None:
            yield one, other, both.encode()


def drawn(things: list[Submission], names: list[set[str]], most: int) -> list[tuple[Submission, set[str]]]:
    both = list(zip(things, names, strict=True))
    return random.Random(14).sample(both, most) if len(both) > most else both


def measured(exercise: Exercise, examiner: Examiner, most: int) -> str:
    """A row of the table."""
    found = list(pairs(exercise))
    singles = [exercise.mistake_with_files(path.stem) for path in exercise.mistakes]
    kinds = {
        "single": drawn(
            [Submission.of(source, exercise.file, files) for source, files in singles],
            [{path.stem} for path in exercise.mistakes], most,
        ),
        "pair": drawn(
            [Submission.of(source, exercise.file) for _, _, source in found],
            [{one, other} for one, other, _ in found], most,
        ),
        "variant": drawn(
            [Submission.read(path, exercise) for path in exercise.variants], [set() for _ in exercise.variants], most
        ),
    }  # fmt: skip
    count: Counter[str] = Counter()
    for kind, entries in kinds.items():
        for number, (submission, names) in enumerate(entries):
            record = examiner.grade(exercise, submission, seed=1000 + number)
            told = set(record.resembles.split(" + ")) if record.resembles else set()
            word = "right" if told == names else "part" if told and told < names else "none" if not told else "wrong"
            count[f"{kind} {word}"] += 1
            if word in ("wrong", "none") and names:
                print(exercise.key, kind, word, sorted(names), sorted(told), record.outcome, file=sys.stderr)
    total = {kind: len(entries) for kind, entries in kinds.items()}
    cells = [
        exercise.key, f"{count['single right']} of {total['single']}", str(count["single wrong"]), str(len(found)),
        f"{count['pair right']} of {total['pair']}", str(count["pair part"]), str(count["pair none"]),
        str(count["pair wrong"]), f"{count['variant wrong']} of {total['variant']}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("ex", nargs="+")
    parser.add_argument("--most", type=int, default=40)
    asked = parser.parse_args()
    course = Course.load(ROOT)
    head, dashes, body = TABLE.read_text(encoding="utf-8").partition("|---|---|---|---|---|---|---|---|---|\n")
    rows = {key: row for row, key in re.findall(r"^(\| (ex\d+) .*)$", body, re.MULTILINE)}
    with Sandbox(early=True) as sandbox, Examiner(sandbox) as examiner:
        for name in asked.ex:
            exercise = course.exercise(name)
            rows[exercise.key] = measured(exercise, examiner, asked.most)
            print(rows[exercise.key])
            write_text(TABLE, head + dashes + "".join(f"{rows[key]}\n" for key in sorted(rows)))


if __name__ == "__main__":
    main()
