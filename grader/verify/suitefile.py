"""A suite's files as they can be read without running them: tests, scenarios, places and promises."""

import ast
import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from grader.course.exercise import Exercise
from grader.engine.scenario import Source

IGNORES = re.compile(r"#\s*verify:\s*ignores\s+([\w, ]+)")
SUBMISSION = ("module", "load")  # what a scenario may call its first parameter


class SuiteFile:
    """One file of a suite and the roles of its functions."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.source = Source(path)
        body = self.source.tree.body
        functions = [f for f in body if isinstance(f, ast.FunctionDef)]
        self.tests = [f for f in functions if f.name.startswith("test_")]
        self.scenarios = [f for f in functions if f.args.args and f.args.args[0].arg in SUBMISSION]
        far = self.source.closure({f.name for f in self.scenarios})
        self.far = [s for s in far if isinstance(s, (ast.FunctionDef, ast.ClassDef))]

    def ignored(self, test: ast.FunctionDef) -> set[str]:
        """The mutations that a comment inside this test excuses."""
        text = "\n".join(self.source.text.splitlines()[test.lineno - 1 : test.end_lineno])
        return {word for match in IGNORES.findall(text) for word in re.split(r"[,\s]+", match.strip()) if word}


def calls(node: ast.AST) -> Iterator[ast.Call]:
    return (n for n in ast.walk(node) if isinstance(n, ast.Call))


def called(call: ast.Call) -> str:
    """The last name of what is called: `equal` for `torch.equal(...)`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def test_places(exercise: Exercise) -> dict[str, str]:
    """`file:line` of every test by its name, as far as the suite can be read."""
    places = {}
    for path in sorted(exercise.suite.glob("*.py")):
        with contextlib.suppress(SyntaxError, ValueError, OSError):
            places.update({test.name: f"{path}:{test.lineno}" for test in SuiteFile(path).tests})
    return places


def first_place(exercise: Exercise) -> str:
    """`file:line` of the suite's first test, for what concerns all of them."""
    return next(iter(test_places(exercise).values()), f"{exercise.suite}:1")


def test_titles(exercise: Exercise) -> dict[str, str]:
    """The promise of every test by its name."""
    files = map(SuiteFile, sorted(exercise.suite.glob("*.py")))
    return {test.name: " ".join((ast.get_docstring(test) or "").split()) for file in files for test in file.tests}


def ignored_damage(exercise: Exercise) -> dict[str, set[str]]:
    """Per test the border mutations that its author excused with `# verify: ignores zero, flipped` inside it."""
    files = map(SuiteFile, exercise.suite.glob("test_*.py"))
    return {test.name: words for file in files for test in file.tests if (words := file.ignored(test))}
