"""What the known mistakes of an exercise do to its tests: promised in their first lines, kept in `patterns.json`."""

import json
from dataclasses import replace
from pathlib import Path

from grader.base.atomic import write_text
from grader.course.exercise import Exercise
from grader.engine.resemblance import PatternDocument, skeleton
from grader.verify.mistake import Mistake
from grader.verify.suitefile import first_place, test_places
from grader.verify.trial import Outcome


def judge_mistakes(
    exercise: Exercise, outcomes: list[Outcome], right: Outcome, write: bool, whole: bool = True,
    tests: tuple[str, ...] = (),
) -> list[str]:  # fmt: skip
    """Every problem with the known mistakes, as `file:line: sentence`.

    `write` renews `patterns.json`. Where not the `whole` was run, a mistake is judged by what it promises of `tests`,
    or of all tests if none is named.
    """
    problems: list[str] = []
    patterns: dict[str, PatternDocument] = {}
    ever: dict[str, set[str]] = {}
    for path in exercise.mistakes:
        runs = [o for o in outcomes if o.trial.name == path.stem]
        if not runs:
            continue
        mistake = Mistake.read(path)
        always = {name for name in runs[0].tests if all(name in o.wrong or name not in o.tests for o in runs)}
        ever[path.stem] = set.union(*(o.wrong for o in runs))
        patterns[path.stem] = {
            "always": sorted(always),
            "sometimes": sorted({*mistake.must, *mistake.echoes} - always),
            "says": messages_of(runs),
        }
        if not whole:
            mistake = only(mistake, tests)
            if mistake.must or not tests:
                problems += [f"{path}:1: {what}" for what in mistake_problems(mistake, runs, right)]
            continue
        problems += [f"{path}:1: {what}" for what in mistake_problems(mistake, runs, right)]
        problems += [f"{path}:1: {what}" for what in lost_points(mistake, runs, right)]
        problems += [f"{path}:1: {what}" for what in unsteady_points(mistake, runs)]
    if not whole:
        return problems
    uncaught = set(right.tests) - {n for p in patterns.values() for n in p["always"]}
    for name in sorted(uncaught):
        place = test_places(exercise).get(name.partition("[")[0], first_place(exercise))
        problems.append(f"{place}: {name} is failed by no known mistake: write one, or drop the test.")
    path = exercise.solution.parent / "mistakes" / "patterns.json"
    if write:
        write_text(path, json.dumps(patterns, indent=1, sort_keys=True) + "\n")
    elif stale(path, patterns, ever):
        problems.append(f"{path}:1: is not up to date: run `grader verify {exercise.key} --write`.")
    return problems


def only(mistake: Mistake, tests: tuple[str, ...]) -> Mistake:
    """The mistake with what it promises of some tests alone."""
    if not tests:
        return mistake
    must, echoes, sometimes = (
        tuple(name for name in part if name in tests) for part in (mistake.must, mistake.echoes, mistake.sometimes)
    )
    return replace(mistake, must=must, echoes=echoes, sometimes=sometimes, says=mistake.says if must else "")


def messages_of(runs: list[Outcome]) -> dict[str, list[str]]:
    """Per failed test the skeletons of its messages under all seeds."""
    found: dict[str, set[str]] = {}
    for run in runs:
        for name in run.wrong:
            found.setdefault(name, set()).add(skeleton(run.tests[name][1]))
    return {name: sorted(texts) for name, texts in sorted(found.items())}


def stale(path: Path, patterns: dict[str, PatternDocument], ever: dict[str, set[str]]) -> bool:
    """Whether the file has other tests or messages; how often a random mistake fails a test, and with which of its
    messages, is left to luck: one message that is known is enough.
    """
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        if known.keys() != patterns.keys():
            return True
        for name, now in patterns.items():
            always, sometimes = set(known[name]["always"]), set(known[name]["sometimes"])
            if always | sometimes != {*now["always"], *now["sometimes"]} or always - ever[name]:
                return True
            before = known[name].get("says", {})
            if now["says"] and not any(set(texts) & set(before.get(test, ())) for test, texts in now["says"].items()):
                return True
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return True
    return False


def mistake_problems(mistake: Mistake, runs: list[Outcome], right: Outcome) -> list[str]:
    """What one mistake does otherwise than its first lines promise."""
    problems = []
    steady = [n for n in mistake.must if n in right.tests and n not in mistake.sometimes]
    if mistake.must and not steady:
        problems.append("fails each of its tests under some seeds only: sharpen one, so that it always fails.")
    for run in runs:
        seed = run.trial.seed
        passed = [n for n in steady if n not in run.wrong]
        if passed:
            how = "sharpen the test, or correct what the mistake does"
            problems.append(f"passes {', '.join(passed)} under seed {seed}, which it must fail: {how}.")
        beside = run.wrong - set(mistake.must) - set(mistake.echoes)
        if beside:
            offer = f"if that is its doing, say {mistake.line('Echoes', sorted({*mistake.echoes, *beside}))}"
            told_there = " ".join(run.tests[min(beside)][1].split())
            problems.append(f"also fails {', '.join(sorted(beside))} under seed {seed}: {told_there}; {offer}.")
        told = [" ".join(run.tests[n][1].split()) for n in mistake.must if n in run.wrong]
        if mistake.says and told and not any(mistake.says in t for t in told):
            how = f"mend the message, or what follows {mistake.line('Says', '…')}"
            problems.append(f"should be told “{mistake.says}”, but under seed {seed} is told “{told[0]}”: {how}.")
    return problems


def lost_points(mistake: Mistake, runs: list[Outcome], right: Outcome) -> list[str]:
    """One slip must not cost nearly everything: neither half of all points, nor half of those that it does not concern.

    A mistake that fails a gate loses everything, as the gate says; one with a reason (`Because:`) may.
    """
    if mistake.because or any(right.gates & run.wrong for run in runs):
        return []
    wrong = set.union(*(run.wrong for run in runs)) & set(right.worth)
    lost = sum(right.worth[name] for name in wrong)
    if 2 * lost > right.possible:
        return [
            f"costs {lost:g} of {right.possible:g} points: factor it out of the tests that judge something else, "
            f"or say why these points depend on it: {mistake.line('Because', '<why>')}."
        ]
    beside = sum(right.worth[name] for name in wrong - set(mistake.must))
    others = right.possible - sum(right.worth.get(name, 0) for name in mistake.must)
    if 2 * beside > others:
        return [f"its echoes cost {beside:g} of the {others:g} points that it does not concern: factor it out of them."]
    return []


def unsteady_points(mistake: Mistake, runs: list[Outcome]) -> list[str]:
    """The same file gets the same points under every seed, unless `Sometimes:` says otherwise."""
    differing = {
        name for run in runs for name in run.wrong if any(name in other.tests.keys() - other.wrong for other in runs)
    }
    undeclared = sorted(differing - set(mistake.sometimes))
    if not undeclared:
        return []
    say = mistake.line("Sometimes", sorted({*mistake.sometimes, *undeclared}))
    return [f"fails {', '.join(undeclared)} under some seeds only: sharpen the test, or say {say}."]
