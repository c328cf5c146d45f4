"""Writes what an assignment's notebook holds as an exercise that its author completes."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.assignment.module import Module
from grader.assignment.nbgrader import read_nbgrader
from grader.assignment.otter import read_otter
from grader.assignment.parts import notebook_cells
from grader.assignment.translation import Translated, translate
from grader.base.errors import UsageError

System = Literal["otter", "nbgrader"]
READERS = {"otter": read_otter, "nbgrader": read_nbgrader}
TOML = """format = 1
title = {title}
file = "{slug}.py"
{packages}
# Three hints are expected, from vague to concrete:
# [[hints]]
# text = "..."
"""
PACKAGES = {"np": "import numpy as np\n", "numpy": "import numpy\n", "math": "import math\n"}


@dataclass(frozen=True)
class Skeleton:
    """The files by their path in a course, what is in them, and what did not translate, with why."""

    files: dict[str, str]
    tests: int
    checks: int
    left: tuple[tuple[str, str], ...]


def skeleton(path: Path, system: System, name: str) -> Skeleton:
    """The exercise `name` made of a notebook. UsageError for what is none, or holds no solution."""
    assignment = READERS[system](notebook_cells(path))
    try:
        module = Module(assignment)
    except UsageError as error:
        raise UsageError(error.what, str(path), error.next) from None
    if not module.open:
        advice = "take the instructor's version, in which the solutions are marked"
        raise UsageError(f"no cell is marked as a solution of {system}", str(path), advice)
    slug = name.partition("_")[2]
    suite, tests, checks = [], 0, 0
    left = [(one, "") for one in assignment.left_out]
    used: dict[str, int] = {}
    for cell in assignment.tests:
        words = re.sub(r"\W+", "_", cell.name.lower()).strip("_") or "part"
        used[words] = used.get(words, 0) + 1
        own = f"{words}_{used[words]}" if used[words] > 1 else words
        found = translate(cell, own, module.names, module.imported)
        left += [(f"{cell.name}: {line}", why) for line, why in found.left]
        if found.checks:
            tests, checks = tests + 1, checks + len(found.scenarios)
            suite.append(test_text(found, own, cell.points, cell.name))
    text = head(module, suite) + "".join(suite)
    lines = [line for one in assignment.texts for line in one.splitlines()]
    title = next((line.lstrip("# ").strip() for line in lines if line.startswith("#")), "") or slug.replace("_", " ")
    packages = f"packages = {json.dumps(module.packages)}\n" if module.packages else ""
    files = {
        f"exercises/{name}/README.md": "\n\n".join(one.strip() for one in assignment.texts) + "\n",
        f"exercises/{name}/exercise.toml": TOML.format(title=quoted(title), slug=slug, packages=packages),
        f"exercises/{name}/{slug}.py": module.stub(),
        f"exercises/{name}/suite/test_{slug}.py": text,
        f"solutions/{name}/{slug}.py": module.solution(),
    }
    return Skeleton(files, tests, checks, tuple(left))


def test_text(found: Translated, name: str, points: float | None, title: str) -> str:
    """The scenarios of one cell and the test that asks them."""
    worth = f"{1 if points is None else points:g}"
    body = "\n".join(found.checks)
    promise = found.promise or f"{title or name}: say here what the learner reads as the promise."
    doc = f'    """{promise.replace(chr(34), chr(39))}"""\n'
    scenarios = "".join(f"\n\n{text}" for text in found.scenarios)
    return f"{scenarios}\n\n@points({worth})\ndef test_{name}(observe):\n{doc}{body}\n"


def head(module: Module, suite: list[str]) -> str:
    """The imports that the suite's own text uses."""
    text = "".join(suite)
    own = [line for line in module.imports.splitlines(True) if any(used(one, text) for one in bound(line))]
    own += [line for name, line in PACKAGES.items() if used(name, text) and line not in own]
    helpers = ", ".join(["close"] * ("    close(" in text) + ["points"] + ["same"] * ("    same(" in text))
    return "".join([*own, "\n" if own else "", f"from grader.suite import {helpers}\n"])


def used(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name)}\b", text) is not None


def bound(line: str) -> list[str]:
    """The names that an import statement gives."""
    return [part.split()[-1].partition(".")[0] for part in line.rpartition("import ")[2].strip("()\n ").split(",")]


def quoted(text: str) -> str:
    """A TOML text."""
    return json.dumps(text[:80], ensure_ascii=False)
