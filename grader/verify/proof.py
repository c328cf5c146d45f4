"""All proofs about one exercise: which trials to run, and what must come of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from grader.course.exercise import Exercise
from grader.verify.controls import lazy
from grader.verify.damage import MUTATIONS
from grader.verify.excuses import read_excuses
from grader.verify.files import file_problems
from grader.verify.judgement import Proof, Scope, judge, more, unreadable_answers
from grader.verify.lint import lint
from grader.verify.mistake import Mistake
from grader.verify.pool import Pool
from grader.verify.suitefile import test_places
from grader.verify.transformations import COMPATIBLE, combined, transformed
from grader.verify.trial import Outcome, Trial
from grader.verify.wording import wording

MISTAKE_SEEDS = 5
AND = " + "
WHOLE = Scope()


def trials(exercise: Exercise, seeds: int, thorough: bool = False, scope: Scope = WHOLE) -> list[Trial]:
    """Stub and lazy controls once, solution and variants on all seeds, mistakes on two, each damage once.

    The solution is run again under its first seed, and so are it and the variants in equivalent forms, several in one
    file. Under the second seed a mistake is judged by the tests that it says it fails; `thorough` has it judged by all
    of them, under at most five seeds, and each form in a file of its own. A `quick` scope is the solution twice, the
    stub and each mistake's own tests; `tests` leaves out the others everywhere.
    """
    if not scope.whole:
        return part(exercise, seeds, scope)
    solution = Trial("solution", exercise.file, 0, exercise.solution.read_bytes(), files=exercise.solution_files)
    found = [stub(exercise), *controls(exercise)]
    found += [replace(solution, seed=seed) for seed in range(seeds)]
    found.append(replace(solution, kind="again"))
    found += [replace(variant, seed=seed) for variant in variants(exercise) for seed in range(seeds)]
    for path in exercise.mistakes:
        for seed in range(min(seeds, MISTAKE_SEEDS if thorough else 2)):
            tests = () if thorough or not seed else promised(path)
            found.append(replace(mistake(exercise, path.stem), seed=seed, tests=tests))
    found += transformations(exercise, together=not thorough)
    return found + [replace(solution, kind="damage", damage=damage) for damage in MUTATIONS]


def stub(exercise: Exercise) -> Trial:
    main, *others = exercise.stubs
    return Trial("stub", exercise.file, 0, main.read_bytes(), files=contents(others))


def controls(exercise: Exercise) -> Iterator[Trial]:
    """The lazy controls; of several stubs all are idle in the same way."""
    made = {path.name: lazy(path.read_text(encoding="utf-8")) for path in exercise.stubs}
    for name, text in made[exercise.file].items():
        beside = tuple((file, made[file][name].encode()) for file in exercise.files)
        yield Trial("lazy", name, 0, text.encode(), files=beside)


def variants(exercise: Exercise) -> list[Trial]:
    """Each with the solution's files in the place of those that it has not."""
    return [
        beside_solution(
            exercise, "variant", path.name, {name: one.read_bytes() for name, one in exercise.own_files(path).items()}
        )
        for path in exercise.variants
    ]


def beside_solution(exercise: Exercise, kind: str, name: str, own: Mapping[str, bytes]) -> Trial:
    """The solution with some files of another's."""
    files = {**dict(contents(exercise.solutions)), **own}
    source = files.pop(exercise.file)
    return Trial(kind, name, 0, source, files=tuple(files.items()))


def mistake(exercise: Exercise, name: str) -> Trial:
    source, files = exercise.mistake_with_files(name)
    return Trial("mistake", name, 0, source, files=files)


def contents(paths: Iterable[Path]) -> tuple[tuple[str, bytes], ...]:
    return tuple((path.name, path.read_bytes()) for path in paths)


def part(exercise: Exercise, seeds: int, scope: Scope) -> list[Trial]:
    """The trials of a scope that is not the whole."""
    source, tests = exercise.solution.read_bytes(), scope.tests
    solution = Trial("solution", exercise.file, 0, source, tests=tests, files=exercise.solution_files)
    found = [replace(solution, seed=seed) for seed in range(min(seeds, 2))]
    found += [replace(solution, kind="again"), replace(stub(exercise), tests=tests)]
    for path in exercise.mistakes:
        own = tuple(name for name in promised(path) if not tests or name in tests)
        if own or not tests:
            found.append(replace(mistake(exercise, path.stem), tests=own))
    if scope.quick:
        return found
    right = (*variants(exercise), *transformations(exercise, together=True))
    found += [replace(trial, tests=tests) for trial in right]
    return found + [replace(solution, kind="damage", damage=damage) for damage in MUTATIONS]


def promised(path: Path) -> tuple[str, ...]:
    """The tests that a mistake's first lines name."""
    mistake = Mistake.read(path)
    return tuple(dict.fromkeys((*mistake.must, *mistake.echoes, *mistake.sometimes)))


def transformations(exercise: Exercise, together: bool = False) -> list[Trial]:
    """The solution and each variant in all equivalent forms but those that `verify.toml` calls unsuitable.

    `together` has as few files as there can be, each with all the forms that are compatible.
    """
    unsuitable = {one.transformation for one in read_excuses(exercise).unsuitable}
    found = []
    for path in (*exercise.solutions, *exercise.variants):
        own = {path.name: path} if path in exercise.solutions else exercise.own_files(path)
        as_it_is = {name: one.read_bytes() for name, one in own.items()}
        for file, one in own.items():
            shown = path.name if one == path else f"{path.name}/{file}"
            text = one.read_text(encoding="utf-8")
            names = [name for name in transformed(text) if name not in unsuitable]
            parts = [[name for name in part if name in names] for part in (COMPATIBLE if together else zip(names))]
            for part in filter(None, parts):
                changed = as_it_is | {file: combined(text, part).encode()}
                found.append(beside_solution(exercise, "equivalent", f"{shown}, {AND.join(part)}", changed))
    return found


def apart(exercise: Exercise, outcomes: Iterable[Outcome]) -> list[Trial]:
    """The forms, one by one, of files that had several of them at once and lost a point, as the plain file did not."""
    bad = [outcome.trial for outcome in outcomes if outcome.wrong or outcome.problem]
    plain = {trial.name for trial in bad if trial.kind in ("solution", "variant")}
    lost = [trial.name.partition(", ") for trial in bad if trial.kind == "equivalent"]
    files = [(file, forms.split(AND)) for file, _, forms in lost if AND in forms and file not in plain]
    names = {f"{file}, {form}" for file, forms in files for form in forms}
    return [trial for trial in transformations(exercise) if trial.name in names] if names else []


def verify(
    exercise: Exercise,
    pool: Pool,
    seeds: int = 20,
    write: bool = False,
    progress: Callable[[int, int], None] | None = None,
    thorough: bool = False,
    scope: Scope = WHOLE,
    say: Callable[[str], None] | None = None,
) -> Proof:
    """Runs every proof; the problems are empty if the exercise is sound.

    Where a file cannot be read, where something is wrong with the suite's text, or where the solution itself fails,
    nothing else is reported: the rest would follow from it. `say` receives at once what is worth a look in the other
    texts, before anything runs; `progress` the number of trials and how many more are done.
    """
    proof = Proof(exercise, scope=scope)
    proof.problems += file_problems(exercise)
    if proof.problems:
        return proof
    in_suite, in_texts = lint(exercise), wording(exercise)
    proof.problems += [*in_suite, *in_texts]
    if in_suite:
        return proof
    if say is not None:
        for problem in in_texts:
            say(problem)
    wanted = {trial: place for place, trial in enumerate(trials(exercise, seeds, thorough, scope))}
    tick = partial(progress, len(wanted)) if progress else None
    first = next(trial for trial in wanted if trial.kind == "solution")
    (outcome,) = pool.run(exercise, [first], tick)
    if failed := solution_problems(exercise, outcome):
        proof.problems = failed
        return proof
    drawn = pool.draw(exercise) if scope.whole else lambda: ""
    outcomes = [outcome, *pool.run(exercise, [trial for trial in wanted if trial is not first], tick)]
    if forms := apart(exercise, outcomes):
        outcomes += pool.run(exercise, forms)
    first_form = min((place for trial, place in wanted.items() if trial.kind == "equivalent"), default=0)
    outcomes.sort(key=lambda outcome: wanted.get(outcome.trial, first_form - 0.5))
    proof.problems += filter(None, [drawn()])
    proof.runs = len(outcomes)
    for problem in dict.fromkeys(outcome.problem for outcome in outcomes if outcome.problem):
        some = [outcome for outcome in outcomes if outcome.problem == problem]
        proof.problems.append(f"{problem} (met by {some[0].trial.kind} {some[0].trial.name}{more(some)})")
    outcomes = [o for o in outcomes if not o.problem]
    if outcomes:
        judge(proof, outcomes, write)
    proof.outcomes = tuple(outcomes)
    return proof


def solution_problems(exercise: Exercise, outcome: Outcome) -> list[str]:
    """What the solution's first run shows: a suite that cannot be run, or tests that the solution fails."""
    if outcome.problem:
        return [outcome.problem]
    places, opaque = test_places(exercise), dict(unreadable_answers(outcome))
    found = []
    for name in sorted(outcome.wrong):
        place = places.get(name.partition("[")[0], f"{exercise.solution}:1")
        message = " ".join(outcome.tests[name][1].split())
        how = opaque.get(name, "mend the test or the solution")
        found.append(f"{place}: the solution fails {name}, seed {outcome.trial.seed}: {message}; {how}.")
    return found
