"""Which mutants of a solution its suite catches, and which survivors the author has declared equivalent."""

import ast
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from grader.base.errors import CourseError
from grader.course.exercise import Exercise
from grader.verify.excuses import read_excuses
from grader.verify.mutants import Mutant, mutants, named
from grader.verify.pool import Pool
from grader.verify.trial import Trial

SEEDS = (0, 1)
LISTED_SHARE = 0.10


@dataclass(frozen=True)
class Survival:
    """All mutants of one exercise: caught, surviving, and of the survivors those listed as equivalent with a reason.

    `free` are those that were not made, of code whose form the task leaves open.
    """

    exercise: Exercise
    total: int
    survivors: tuple[Mutant, ...]
    listed: tuple[Mutant, ...]
    stale: tuple[str, ...]
    free: int = 0

    @property
    def caught(self) -> int:
        return self.total - len(self.survivors) - len(self.listed)

    @property
    def share(self) -> float:
        """Caught share of the mutants that are not listed as equivalent."""
        return share(self.caught, self.total - len(self.listed))

    @property
    def too_many_listed(self) -> bool:
        return len(self.listed) > math.ceil(LISTED_SHARE * self.total)


def survived(exercise: Exercise, pool: Pool, tick: Callable[[int], None] | None = None) -> Survival:
    """Grades every mutant under two seeds; caught is who fails a test under either."""
    excuses = read_excuses(exercise)
    free = [one.code for one in excuses.free]
    sources = {path.name: path.read_text(encoding="utf-8") for path in exercise.solutions}
    every = [mutant for file in sources for mutant in of_file(exercise, file, sources[file], free)]
    whole = sum(len(mutants(source)) for source in sources.values())
    alive = dict(enumerate(every))
    for seed in SEEDS:
        trials = [replace(trial(exercise, mutant), name=str(number), seed=seed) for number, mutant in alive.items()]
        for outcome in pool.run(exercise, trials, tick):
            if outcome.problem:
                raise CourseError(outcome.problem, str(exercise.suite))
            if outcome.wrong:
                alive.pop(int(outcome.trial.name), None)
    reasons = {one.mutant: one.reason for one in excuses.equivalent}
    listed = tuple(m for m in alive.values() if m.name in reasons)
    survivors = tuple(m for m in alive.values() if m.name not in reasons)
    stale = [f"a mutant that does not survive: {name}" for name in reasons if name not in {m.name for m in listed}]
    stale += [
        f"code that does not stand in the solution: {code}"
        for code in free
        if not any(named(ast.parse(source), code) for source in sources.values())
    ]
    return Survival(exercise, len(every), survivors, listed, tuple(stale), whole - len(every))


def share(caught: int, counted: int) -> float:
    """Caught of those that count; all where none does."""
    return caught / counted if counted else 1.0


def of_file(exercise: Exercise, file: str, source: str, free: Sequence[str]) -> list[Mutant]:
    """The mutants of one of the solution's files; those of another than the first name it."""
    return [replace(one, file="" if file == exercise.file else file) for one in mutants(source, free)]


def trial(exercise: Exercise, mutant: Mutant) -> Trial:
    """The solution with one of its files as the mutant has it."""
    files = {path.name: path.read_bytes() for path in exercise.solutions}
    files[mutant.file or exercise.file] = mutant.text.encode()
    return Trial("mutant", "", 0, files.pop(exercise.file), files=tuple(files.items()))


def overall(found: Sequence[Survival]) -> float:
    """Caught share of all exercises' mutants together."""
    return share(sum(one.caught for one in found), sum(one.total - len(one.listed) for one in found))


def table(found: list[Survival]) -> str:
    """The mutation table as Markdown, as it stands in docs/mutants.md."""
    lines = [
        "| exercise | mutants | caught | listed as equivalent | surviving | caught share | not made: free code |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in found:
        lines.append(
            f"| {one.exercise.id} | {one.total} | {one.caught} | {len(one.listed)} "
            f"| {len(one.survivors)} | {one.share:.1%} | {one.free} |"
        )
    numbers = ((s.total, s.caught, len(s.listed), s.free) for s in found)
    total, caught, listed, free = map(sum, zip(*numbers, strict=True))
    whole = f"{overall(found):.1%}"
    lines.append(f"| all {len(found)} | {total} | {caught} | {listed} | {total - caught - listed} | {whole} | {free} |")
    return "\n".join(lines) + "\n"
