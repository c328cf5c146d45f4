"""All proofs about one exercise: which trials to run, and what must come of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from grader.base.errors import CourseError
from grader.course.exercise import Exercise
from grader.verify.controls import lazy
from grader.verify.damage import MUTATIONS
from grader.verify.excuses import read_excuses
from grader.verify.files import file_problems
from grader.verify.lint import ignored_damage, lint
from grader.verify.mistake import Mistake
from grader.verify.patterns import judge_mistakes
from grader.verify.transformations import TRANSFORMATIONS, transformed
from grader.verify.trial import Outcome, Pool, Trial

MISTAKE_SEEDS = 5
RISK = 1e-8


@dataclass
class Proof:
    """What was found out about one exercise: problems in full sentences, and a few numbers."""

    exercise: Exercise
    problems: list[str] = field(default_factory=list)
    runs: int = 0
    seconds: float = 0.0
    possible: float = 0
    risk: float = 0.0

    def say(self, where: Path | str, what: str) -> None:
        self.problems.append(f"{where}: {what}")


def trials(exercise: Exercise, seeds: int, thorough: bool = False) -> list[Trial]:
    """Stub and lazy controls once, solution and variants on all seeds, mistakes on two, each damage once.

    The solution is run again under its first seed, and so are it and the variants in every equivalent form. Under the
    second seed a mistake is judged by the tests that it says it fails; `thorough` has it judged by all of them, under
    at most five seeds.
    """
    solution = exercise.solution.read_bytes()
    stub = exercise.stub.read_bytes()
    found = [Trial("stub", exercise.file, 0, stub)]
    found += [Trial("lazy", name, 0, text.encode()) for name, text in lazy(stub.decode()).items()]
    found += [Trial("solution", exercise.file, seed, solution) for seed in range(seeds)]
    found.append(Trial("again", exercise.file, 0, solution))
    found += [Trial("variant", p.name, seed, p.read_bytes()) for p in exercise.variants for seed in range(seeds)]
    for path in exercise.mistakes:
        for seed in range(min(seeds, MISTAKE_SEEDS if thorough else 2)):
            tests = () if thorough or not seed else promised(path)
            found.append(Trial("mistake", path.stem, seed, path.read_bytes(), tests=tests))
    found += transformations(exercise)
    return found + [Trial("damage", exercise.file, 0, solution, damage) for damage in MUTATIONS]


def promised(path: Path) -> tuple[str, ...]:
    """The tests that a mistake's first lines name; none where these cannot be read, which is a problem of its own."""
    try:
        mistake = Mistake.read(path)
    except CourseError:
        return ()
    return tuple(dict.fromkeys((*mistake.must, *mistake.echoes, *mistake.sometimes)))


def transformations(exercise: Exercise) -> list[Trial]:
    """The solution and each variant in all equivalent forms but those that `verify.toml` calls unsuitable."""
    unsuitable = {one.transformation for one in read_excuses(exercise).unsuitable}
    unknown = [name for name in unsuitable if name not in TRANSFORMATIONS]
    if unknown:
        known = ", ".join(TRANSFORMATIONS)
        raise CourseError(f"unknown transformation {unknown[0]!r}", str(exercise.solution.parent), f"known: {known}")
    return [
        Trial("equivalent", f"{path.name}, {name}", 0, text.encode())
        for path in (exercise.solution, *exercise.variants)
        for name, text in transformed(path.read_text(encoding="utf-8"))
        if name not in unsuitable
    ]


def verify(
    exercise: Exercise,
    pool: Pool,
    seeds: int = 20,
    write: bool = False,
    progress: Callable[[int, int], None] | None = None,
    thorough: bool = False,
) -> Proof:
    """Runs every proof; the problems are empty if the exercise is sound.

    Where a file cannot be read, or the solution itself fails, that is all that is said: the rest would follow from it.
    `progress` is told how many trials there are and how many more are done.
    """
    proof = Proof(exercise)
    proof.problems += file_problems(exercise)
    if proof.problems:
        return proof
    wanted = {trial: place for place, trial in enumerate(trials(exercise, seeds, thorough))}
    tick = partial(progress, len(wanted)) if progress else None
    first = next(trial for trial in wanted if trial.kind == "solution")
    (outcome,) = pool.run(exercise, [first], tick)
    proof.problems += solution_problems(exercise, outcome)
    if proof.problems:
        return proof
    proof.problems += lint(exercise)
    drawn = pool.draw(exercise)
    outcomes = [outcome, *pool.run(exercise, [trial for trial in wanted if trial is not first], tick)]
    outcomes.sort(key=lambda outcome: wanted[outcome.trial])
    proof.problems += filter(None, [drawn()])
    proof.runs = len(outcomes)
    for outcome in outcomes:
        if outcome.problem:
            proof.say(exercise.suite, f"{outcome.trial.name}, seed {outcome.trial.seed}: {outcome.problem}")
    outcomes = [o for o in outcomes if not o.problem]
    if outcomes:
        judge(proof, outcomes, write)
    return proof


def solution_problems(exercise: Exercise, outcome: Outcome) -> list[str]:
    """What the solution's first run shows: a suite that cannot be run, or tests that the solution fails."""
    if outcome.problem:
        return [outcome.problem]
    return [
        f"{exercise.solution}: the solution fails {name}, seed {outcome.trial.seed}: {outcome.tests[name][1]}."
        for name in sorted(outcome.wrong)
    ]


def judge(proof: Proof, outcomes: list[Outcome], write: bool) -> None:
    exercise = proof.exercise
    for outcome in outcomes:
        trial = outcome.trial
        faults = [f"{n}: {m}" for n, (o, m) in outcome.tests.items() if o == "suite_error"]
        if faults and not trial.damage:
            proof.say(exercise.suite, f"{trial.kind} {trial.name}, seed {trial.seed}: our own fault: {faults[0]}.")
        if trial.kind in ("stub", "lazy"):
            won = sorted(set(outcome.tests) - outcome.wrong)
            if outcome.earned or won:
                which = trial.name if trial.kind == "lazy" else "is the stub"
                proof.say(exercise.suite, f"a submission that {which} passes {', '.join(won)}.")
        elif trial.kind in ("solution", "again", "variant", "equivalent"):
            for name in sorted(outcome.wrong):
                what, message = outcome.tests[name]
                proof.say(
                    exercise.suite, f"{trial.kind} {trial.name}, seed {trial.seed}: {name} says {what}: {message}."
                )
        elif trial.kind == "damage":
            judge_damage(proof, outcome)
    right = [o for o in outcomes if o.trial.kind == "solution"]
    proof.possible = right[0].possible
    proof.seconds = min(o.cpu for o in right)
    proof.risk = max(o.risk for o in right)
    if proof.risk > RISK:
        proof.say(
            exercise.suite,
            f"chance alone may fail a right answer with probability {proof.risk:.1e} (at most {RISK:g}).",
        )
    if proof.seconds > exercise.suite_seconds:
        proof.say(
            exercise.suite,
            f"the suite takes {proof.seconds:.2f} s of one core, its budget is {exercise.suite_seconds:g} s.",
        )
    if proof.possible <= 0:
        proof.say(exercise.suite, "no test is worth a point.")
    again = next((o for o in outcomes if o.trial.kind == "again"), right[0])
    for name in sorted(name for name in right[0].asked if again.asked.get(name) != right[0].asked[name]):
        what = "asks something else when it is run again under the same seed: take every input from `draw`."
        proof.say(exercise.suite, f"{name} {what}")
    for name in fixed_inputs(right):
        what = "asks the same under every seed, so that answers recorded once earn its points: draw an input."
        proof.say(exercise.suite, f"{name} {what}")
    mistakes = [o for o in outcomes if o.trial.kind == "mistake"]
    proof.problems += judge_mistakes(exercise, mistakes, right[0], write)


def fixed_inputs(right: list[Outcome]) -> list[str]:
    """The scored tests whose questions are the same in two runs; refusals of bad arguments may be."""
    if len(right) < 2:
        return []
    one, other = right[:2]
    return sorted(n for n, asked in one.asked.items() if asked and one.worth[n] and asked == other.asked.get(n))


def judge_damage(proof: Proof, outcome: Outcome) -> None:
    excused = ignored_damage(proof.exercise)
    for name in sorted(set(outcome.tests) - outcome.wrong - outcome.unchanged):
        if outcome.trial.damage not in excused.get(name, ()):
            what = f"passes although every observation it saw was damaged ({outcome.trial.damage})."
            proof.say(proof.exercise.suite, f"{name} {what}")
