"""All proofs about one exercise: which trials to run, and what must come of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from grader.atomic import write_text
from grader.course import Exercise
from grader.errors import CourseError
from grader.verify.controls import lazy
from grader.verify.damage import DAMAGES
from grader.verify.lint import ignored_damage, lint
from grader.verify.mistake import Mistake
from grader.verify.trial import Outcome, Pool, Trial

MISTAKE_SEEDS = 5
RISK = 1e-8
Pattern = dict[str, list[str]]


@dataclass
class Proof:
    """What was found out about one exercise: problems in full sentences, and a few numbers."""

    exercise: Exercise
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    runs: int = 0
    seconds: float = 0.0
    possible: float = 0
    risk: float = 0.0

    def say(self, where: Path | str, what: str) -> None:
        self.problems.append(f"{where}: {what}")


def trials(exercise: Exercise, seeds: int) -> list[Trial]:
    """Stub and lazy controls once, solution and variants on all seeds, mistakes on five, each damage once."""
    solution = exercise.solution.read_bytes()
    stub = exercise.stub.read_bytes()
    found = [Trial("stub", exercise.file, 0, stub)]
    found += [Trial("lazy", name, 0, text.encode()) for name, text in lazy(stub.decode()).items()]
    found += [Trial("solution", exercise.file, seed, solution) for seed in range(seeds)]
    found += [Trial("variant", p.name, seed, p.read_bytes()) for p in exercise.variants for seed in range(seeds)]
    found += [
        Trial("mistake", p.stem, seed, p.read_bytes()) for p in exercise.mistakes for seed in range(MISTAKE_SEEDS)
    ]
    return found + [Trial("damage", exercise.file, 0, solution, damage) for damage in DAMAGES]


def verify(
    exercise: Exercise, pool: Pool, seeds: int = 20, write: bool = False, tick: Callable[[int], None] | None = None
) -> Proof:
    """Runs every proof; the problems are empty if the exercise is sound."""
    proof = Proof(exercise)
    for path, needed in (
        (exercise.solution, "reference solution"),
        (exercise.stub, "stub"),
        (exercise.folder / "README.md", "README"),
    ):
        if not path.exists():
            proof.say(path, f"the {needed} is missing.")
    if len(exercise.hints) < 3:
        proof.say(exercise.folder / "exercise.toml", f"three staged hints are expected, found {len(exercise.hints)}.")
    if proof.problems:
        return proof
    proof.problems += lint(exercise)
    drawn = pool.draw(exercise)
    outcomes = list(pool.run(exercise, trials(exercise, seeds), tick))
    proof.problems += filter(None, [drawn.result()])
    proof.runs = len(outcomes)
    for outcome in outcomes:
        if outcome.problem:
            proof.say(exercise.suite, f"{outcome.trial.name}, seed {outcome.trial.seed}: {outcome.problem}")
    outcomes = [o for o in outcomes if not o.problem]
    if outcomes:
        judge(proof, outcomes, write)
    return proof


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
        elif trial.kind in ("solution", "variant"):
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
    judge_mistakes(proof, [o for o in outcomes if o.trial.kind == "mistake"], set(right[0].tests), write)


def judge_damage(proof: Proof, outcome: Outcome) -> None:
    excused = ignored_damage(proof.exercise)
    for name in sorted(set(outcome.tests) - outcome.wrong - outcome.unchanged):
        if outcome.trial.damage not in excused.get(name, ()):
            proof.say(
                proof.exercise.suite,
                f"{name} passes although every observation it saw was damaged ({outcome.trial.damage}).",
            )


def judge_mistakes(proof: Proof, outcomes: list[Outcome], tests: set[str], write: bool) -> None:
    exercise = proof.exercise
    patterns: dict[str, Pattern] = {}
    ever: dict[str, set[str]] = {}
    for path in exercise.mistakes:
        runs = [o for o in outcomes if o.trial.name == path.stem]
        if not runs:
            continue
        try:
            mistake = Mistake.read(path)
        except CourseError as error:
            proof.problems.append(str(error))
            continue
        always = set.intersection(*(o.wrong for o in runs))
        ever[path.stem] = set.union(*(o.wrong for o in runs))
        told = {*mistake.must, *mistake.echoes}
        patterns[path.stem] = {"always": sorted(always), "sometimes": sorted(told - always)}
        judge_mistake(proof, mistake, runs, tests)
    uncaught = tests - {n for p in patterns.values() for n in p["always"]}
    for name in sorted(uncaught):
        proof.say(exercise.suite, f"{name} is failed by no known mistake: write one, or drop the test.")
    path = exercise.solution.parent / "mistakes" / "patterns.json"
    if write:
        write_text(path, json.dumps(patterns, indent=1, sort_keys=True) + "\n")
    elif stale(path, patterns, ever):
        proof.say(path, f"is not up to date: run `grader verify {exercise.key} --write`.")


def stale(path: Path, patterns: dict[str, Pattern], ever: dict[str, set[str]]) -> bool:
    """Whether the file tells of other tests than these; how often a random mistake fails a test is left to luck."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        if known.keys() != patterns.keys():
            return True
        both = [({*known[n]["always"]}, {*known[n]["sometimes"]}, {*p["always"], *p["sometimes"]}, ever[n])
                for n, p in patterns.items()]  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return True
    return any(always | sometimes != told or always - seen for always, sometimes, told, seen in both)


def judge_mistake(proof: Proof, mistake: Mistake, runs: list[Outcome], tests: set[str]) -> None:
    where = f"{mistake.path}:1"
    for name in (*mistake.must, *mistake.echoes):
        if name not in tests:
            proof.say(where, f"names {name}, which is no test of the suite.")
    if not mistake.must:
        proof.say(where, "names no test that must fail.")
    for run in runs:
        passed = [n for n in mistake.must if n in tests and n not in run.wrong]
        if passed:
            proof.say(where, f"passes {', '.join(passed)} under seed {run.trial.seed}, which it must fail.")
        beside = run.wrong - set(mistake.must) - set(mistake.echoes)
        if beside:
            proof.say(
                where,
                f"also fails {', '.join(sorted(beside))} under seed {run.trial.seed}: {run.tests[min(beside)][1]}.",
            )
        told = [" ".join(run.tests[n][1].split()) for n in mistake.must if n in run.wrong]
        if mistake.says and told and not any(mistake.says in t for t in told):
            proof.say(where, f"should be told “{mistake.says}”, but under seed {run.trial.seed} is told “{told[0]}”.")
