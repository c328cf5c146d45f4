"""What must come of the trials of one exercise: every disappointment becomes one sentence with its place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.course.exercise import Exercise
from grader.verify.damage import DONE
from grader.verify.patterns import judge_mistakes
from grader.verify.suitefile import first_place, ignored_damage, test_places
from grader.verify.trial import Outcome

RISK = 1e-8
RIGHT = {"solution": "the solution", "again": "the solution", "variant": "the variant", "equivalent": "right code"}

TAKE = {
    "solution": "let the test take it under every seed",
    "again": "let the test take it under every seed",
    "variant": "let the test take what the task leaves open, or mend the variant",
    "equivalent": "let the test take what the task leaves open, or say in verify.toml why the form is `unsuitable`",
}


@dataclass(frozen=True)
class Scope:
    """How much is proven: everything, or `quick` the most telling part, or what concerns some `tests` alone."""

    quick: bool = False
    tests: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        return not self.quick and not self.tests


@dataclass
class Proof:
    """What was found out about one exercise: problems in full sentences, and a few numbers."""

    exercise: Exercise
    problems: list[str] = field(default_factory=list)
    runs: int = 0
    seconds: float = 0.0
    possible: float = 0
    risk: float = 0.0
    scope: Scope = Scope()
    outcomes: tuple[Outcome, ...] = ()

    def say(self, where: Path | str, what: str) -> None:
        self.problems.append(f"{where}: {what}")

    def of_test(self, name: str, what: str) -> None:
        """A problem at the place where a test stands."""
        place = test_places(self.exercise).get(name.partition("[")[0], first_place(self.exercise))
        self.say(place, f"{name} {what}")


def judge(proof: Proof, outcomes: list[Outcome], write: bool) -> None:
    """Adds the problems that the outcomes show; without a `whole` scope only what one run can tell."""
    exercise, scope = proof.exercise, proof.scope
    right = [o for o in outcomes if o.trial.kind == "solution"]
    proof.possible = right[0].possible
    proof.seconds = min(o.cpu for o in right)
    proof.risk = max(o.risk for o in right)
    judge_faults(proof, outcomes)
    judge_idle(proof, outcomes)
    judge_right(proof, outcomes)
    for outcome in outcomes:
        if outcome.trial.kind == "damage":
            judge_damage(proof, outcome)
    judge_means(proof, right)
    if proof.possible <= 0 and not scope.tests:
        proof.say(first_place(exercise), "no test is worth a point: write above one, `@points(2)`, what it is worth.")
    again = next((o for o in outcomes if o.trial.kind == "again"), right[0])
    for name in sorted(name for name in right[0].asked if again.asked.get(name) != right[0].asked[name]):
        what = "asks something else when it is run again under the same seed: take every input from `draw`."
        proof.of_test(name, what)
    for name in fixed_inputs(right):
        what = "asks the same under every seed, so that answers recorded once earn its points: draw an input."
        proof.of_test(name, what)
    mistakes = [o for o in outcomes if o.trial.kind == "mistake"]
    proof.problems += judge_mistakes(exercise, mistakes, right[0], write, scope.whole, scope.tests)


def judge_means(proof: Proof, right: list[Outcome]) -> None:
    """Chance and time that the suite takes, with the test that takes most of it."""
    budget = proof.exercise.suite_seconds
    if proof.risk > RISK:
        most = most_of(max(right, key=lambda o: o.risk).chance)
        what = f"chance alone may fail a right answer with probability {proof.risk:.1e} (at most {RISK:g}): "
        proof.of_test(most, f"takes most of it: {what}draw more often there, or give its checks a smaller `fail`.")
    if proof.seconds > budget:
        most = most_of(min(right, key=lambda o: o.cpu).times)
        what = f"the suite takes {proof.seconds:.2f} s of one core, its budget is {budget:g} s: "
        proof.of_test(most, f"takes longest: {what}do less there, or raise `suite_seconds` in exercise.toml.")


def most_of(numbers: Mapping[str, float]) -> str:
    """The test with the largest number."""
    return max(numbers, key=lambda name: numbers[name], default="")


def judge_faults(proof: Proof, outcomes: Iterable[Outcome]) -> None:
    """Tests that fail by themselves, each once, however many submissions met it."""
    met: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        for name, (what, message) in outcome.tests.items():
            if what == "suite_error" and not outcome.trial.damage:
                met.setdefault((name, message), []).append(outcome)
    for (name, message), some in met.items():
        one = some[0].trial
        who = f"({one.kind} {one.name}, seed {one.seed}{more(some)})"
        proof.of_test(name, f"fails by itself: {' '.join(message.split())} {who}: mend the test.")


def judge_idle(proof: Proof, outcomes: Iterable[Outcome]) -> None:
    """Tests that the stub or a control without work passes, or earns something of, each once."""
    passed: dict[str, list[str]] = {}
    earned: dict[tuple[str, float], list[str]] = {}
    for outcome in outcomes:
        if outcome.trial.kind in ("stub", "lazy"):
            which = outcome.trial.name if outcome.trial.kind == "lazy" else "is the stub"
            won = sorted(set(outcome.tests) - outcome.wrong)
            for name in won:
                passed.setdefault(name, []).append(which)
            for name in outcome.parts:
                earned.setdefault((name, outcome.parts[name]), []).append(which)
    for name, idle in passed.items():
        what = f"is passed by a submission that {idle[0]}{others(idle)}: ask for an answer that needs the work."
        proof.of_test(name, what)
    for (name, points), idle in earned.items():
        what = f"gives {points:g} points by parts to a submission that {idle[0]}{others(idle)}"
        proof.of_test(name, f"{what}: count what needs the work.")


def others(idle: list[str]) -> str:
    return f" (and {len(idle) - 1} more that do no work)" if len(idle) > 1 else ""


def judge_right(proof: Proof, outcomes: Iterable[Outcome]) -> None:
    """Right code that loses a test: once for each file and test, the form or the seed being an example."""
    lost: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.trial.kind in RIGHT:
            file = outcome.trial.name.partition(",")[0]
            for name in outcome.wrong:
                if outcome.tests[name][0] != "suite_error":
                    lost.setdefault((file, name), []).append(outcome)
    for (_, name), runs in sorted(lost.items(), key=lambda item: item[0]):
        what, message = runs[0].tests[name]
        one = runs[0].trial
        who = f"{RIGHT[one.kind]} {one.name}, seed {one.seed}"
        proof.of_test(name, f"fails {who}{more(runs)}: {what}: {' '.join(message.split())}: {TAKE[one.kind]}.")


def more(some: list[Outcome]) -> str:
    return f", and {len(some) - 1} more runs" if len(some) > 1 else ""


def fixed_inputs(right: list[Outcome]) -> list[str]:
    """The scored tests whose questions are the same in two runs; refusals of bad arguments may be."""
    if len(right) < 2:
        return []
    one, other = right[:2]
    return sorted(n for n, asked in one.asked.items() if asked and one.worth[n] and asked == other.asked.get(n))


def judge_damage(proof: Proof, outcome: Outcome) -> None:
    excused = ignored_damage(proof.exercise)
    damage = outcome.trial.damage
    for name in sorted(set(outcome.tests) - outcome.wrong - outcome.unchanged):
        if damage not in excused.get(name, ()):
            excuse = f"`# verify: ignores {damage}, because …` inside it"
            proof.of_test(name, f"passes although {DONE[damage]}: let it look at the answer, or say why not, {excuse}.")


def unreadable_answers(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """(test, why) of answers of the solution that cannot travel as plain data."""
    for name in sorted(outcome.wrong & outcome.opaque.keys()):
        yield name, outcome.opaque[name]
