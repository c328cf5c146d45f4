"""The proof of one exercise as a page: tests × mistakes, chance, time, and the mutants with what they change."""

import ast
import difflib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from grader.base.atomic import write_text
from grader.verify.judgement import Proof
from grader.verify.mistake import Mistake
from grader.verify.mutants import Mutant
from grader.verify.pool import Pool
from grader.verify.suitefile import test_places, test_titles
from grader.verify.survival import Survival, survived
from grader.verify.trial import Outcome, Trial

NOTHING = Outcome(Trial("solution", "", 0, b""))
TEMPLATES = Path(__file__).parent / "templates"


def write_page(path: Path, proof: Proof, pool: Pool) -> None:
    """Writes one HTML file that needs nothing else; the mutants are run for it, where they are not known.

    Where the proof ended before anything else had run, there is no more than what is to mend.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    write_text(path, environment.get_template("proof.html").render(**contents(proof, pool)))


def contents(proof: Proof, pool: Pool) -> dict[str, object]:
    """What the template shows."""
    exercise = proof.exercise
    rights = [o for o in proof.outcomes if o.trial.kind == "solution"] or [NOTHING]
    right = rights[0]
    runs: dict[str, list[Outcome]] = {}
    for outcome in proof.outcomes:
        if outcome.trial.kind == "mistake":
            runs.setdefault(outcome.trial.name, []).append(outcome)
    mistakes = [(Mistake.read(path), runs[path.stem]) for path in exercise.mistakes if path.stem in runs]
    matrix = [
        {"name": mistake.name, "cells": [cell(mistake, some, test) for test in right.tests]}
        for mistake, some in mistakes
    ]
    places, titles = test_places(exercise), test_titles(exercise) if right.tests else {}
    tests = [
        {
            "name": name, "place": places.get(name, "").rpartition("/")[2], "title": titles.get(name, ""),
            "points": right.worth.get(name, 0), "seconds": min(run.times.get(name, 0.0) for run in rights),
            "chance": right.chance.get(name, 0.0), "caught": sum(bool(row["cells"][place]) for row in matrix),
        }
        for place, name in enumerate(right.tests)
    ]  # fmt: skip
    found = survived(exercise, pool) if proof.outcomes else Survival(exercise, 0, (), (), ())
    plain = {path.name: ast.unparse(ast.parse(path.read_bytes())) for path in exercise.solutions if proof.outcomes}
    return {
        "exercise": exercise, "possible": proof.possible, "variants": len(exercise.variants), "runs": proof.runs,
        "seconds": proof.seconds, "risk": proof.risk, "problems": list(dict.fromkeys(proof.problems)),
        "tests": tests, "matrix": matrix, "caught": found.caught, "mutants": found.total,
        "alive": [changed(plain[mutant.file or exercise.file], mutant) for mutant in found.survivors],
        "listed": [changed(plain[mutant.file or exercise.file], mutant) for mutant in found.listed],
    }  # fmt: skip


def cell(mistake: Mistake, runs: list[Outcome], test: str) -> dict[str, str] | None:
    """How one mistake fares in one test; None where it passes."""
    failed = [run for run in runs if test in run.wrong]
    if not failed:
        return None
    steady = all(test in run.wrong for run in runs if test in run.tests)
    kind, mark = ("must", "●") if test in mistake.must else ("echo", "○")
    return {"kind": kind, "mark": mark if steady else "◌", "says": failed[0].tests[test][1]}


def changed(plain: str, mutant: Mutant) -> dict[str, str]:
    """A mutant's name and its lines that differ from the solution's, with one line around them."""
    lines = difflib.unified_diff(plain.splitlines(), mutant.text.splitlines(), "solution", "mutant", n=1, lineterm="")
    return {"name": mutant.name, "diff": "\n".join(list(lines)[2:])}
