"""Which mutants of a solution its suite catches, and which survivors the author has declared equivalent."""

from collections.abc import Callable
from dataclasses import dataclass

from grader.base.errors import CourseError
from grader.course.exercise import Exercise
from grader.verify.excuses import read_excuses
from grader.verify.mutants import Mutant, mutants
from grader.verify.pool import Pool
from grader.verify.trial import Trial

SEEDS = (0, 1)
LISTED_SHARE = 0.10


@dataclass(frozen=True)
class Survival:
    """All mutants of one exercise: caught, surviving, and of the survivors those listed as equivalent with a reason."""

    exercise: Exercise
    total: int
    survivors: tuple[Mutant, ...]
    listed: tuple[Mutant, ...]
    stale: tuple[str, ...]

    @property
    def caught(self) -> int:
        return self.total - len(self.survivors) - len(self.listed)

    @property
    def share(self) -> float:
        """Caught share of the mutants that are not listed as equivalent."""
        counted = self.total - len(self.listed)
        return self.caught / counted if counted else 1.0

    @property
    def too_many_listed(self) -> bool:
        return len(self.listed) > LISTED_SHARE * self.total


def survived(exercise: Exercise, pool: Pool, tick: Callable[[int], None] | None = None) -> Survival:
    """Grades every mutant under two seeds; caught is who fails a test under either."""
    every = mutants(exercise.solution.read_text(encoding="utf-8"))
    alive = dict(enumerate(every))
    for seed in SEEDS:
        trials = [Trial("mutant", str(number), seed, mutant.text.encode()) for number, mutant in alive.items()]
        for outcome in pool.run(exercise, trials, tick):
            if outcome.problem:
                raise CourseError(outcome.problem, str(exercise.suite))
            if outcome.wrong:
                alive.pop(int(outcome.trial.name), None)
    reasons = {one.mutant: one.reason for one in read_excuses(exercise).equivalent}
    listed = tuple(m for m in alive.values() if m.name in reasons)
    survivors = tuple(m for m in alive.values() if m.name not in reasons)
    stale = tuple(name for name in reasons if name not in {m.name for m in listed})
    return Survival(exercise, len(every), survivors, listed, stale)


def table(found: list[Survival]) -> str:
    """The mutation table as Markdown, as it stands in docs/mutants.md."""
    lines = [
        "| exercise | mutants | caught | listed as equivalent | surviving | caught share |",
        "|---|---|---|---|---|---|",
    ]
    for one in found:
        lines.append(
            f"| {one.exercise.id} | {one.total} | {one.caught} | {len(one.listed)} "
            f"| {len(one.survivors)} | {one.share:.1%} |"
        )
    total, caught, listed = (sum(n) for n in zip(*((s.total, s.caught, len(s.listed)) for s in found), strict=True))
    share = caught / (total - listed) if total > listed else 1.0
    lines.append(f"| all {len(found)} | {total} | {caught} | {listed} | {total - caught - listed} | {share:.1%} |")
    return "\n".join(lines) + "\n"
