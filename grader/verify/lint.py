"""What can be said about a suite without running it: scenarios that judge, tests without words, loops over nothing."""

import ast
import sys
from collections.abc import Collection, Iterator

from grader.base.toml import nearest
from grader.course.exercise import Exercise
from grader.course.packages import CORE, top
from grader.verify.damage import MUTATIONS
from grader.verify.scenarios import Found, scenario_problems
from grader.verify.suitefile import SUBMISSION, SuiteFile, called, calls

ASKING = {"observe", "reference", "neutral"}


def lint(exercise: Exercise) -> list[str]:
    """Every problem as `file:line: sentence`."""
    files = [SuiteFile(path) for path in sorted(exercise.suite.glob("*.py"))]
    known = {*CORE, "grader", *map(top, exercise.extra), *(file.path.stem for file in files), *sys.stdlib_module_names}
    return [*(problem for file in files for problem in problems(file, known)), *repeated_names(files)]


def problems(file: SuiteFile, known: Collection[str]) -> list[str]:
    found = [*scenario_problems(file), *check_tests(file), *unnamed_tolerances(file), *unknown_imports(file, known)]
    return [f"{file.path}:{line}: {sentence}" for line, sentence in sorted(set(found))]


def repeated_names(files: list[SuiteFile]) -> Iterator[str]:
    """Two tests of one name: of one file the second hides the first, and a report cannot tell those of two files."""
    places: dict[str, str] = {}
    for file in files:
        for test in file.tests:
            place = f"{file.path}:{test.lineno}"
            if test.name in places:
                yield f"{place}: {test.name} is also the name of a test at {places[test.name]}: rename one of them."
            places.setdefault(test.name, place)


def unknown_imports(file: SuiteFile, known: Collection[str]) -> Found:
    """Imports of what neither the core nor `exercise.toml` promises."""
    for node in ast.walk(file.source.tree):
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
        for name in names:
            if top(name) not in known:
                yield node.lineno, f"imports {name}, which is beyond the core: add it to `packages` in exercise.toml."


def unnamed_tolerances(file: SuiteFile) -> Found:
    """Calls of `close` with a bare number behind the message."""
    imported = [one for one in file.source.tree.body if isinstance(one, ast.ImportFrom)]
    ours = any(one.module == "grader.suite" and any(a.name == "close" for a in one.names) for one in imported)
    for call in calls(file.source.tree) if ours else ():
        if called(call) == "close" and len(call.args) > 3:
            yield call.lineno, "close takes its tolerances by name: write rtol=..., atol=... or hint=..."


def check_tests(file: SuiteFile) -> Found:
    for test in file.tests:
        yield from check_head(file, test)
        yield from check_body(test)


def check_head(file: SuiteFile, test: ast.FunctionDef) -> Found:
    """What stands above a test's first statement: marks, excuses, the promise."""
    marks = [called(d) for d in test.decorator_list if isinstance(d, ast.Call)]
    if "points" not in marks:
        yield test.lineno, f"{test.name} has no @points(...): write above it what it is worth."
    names = [getattr(d, "id", getattr(d, "attr", "")) for d in test.decorator_list]
    if "public" in names and any(one.arg == "reference" for one in test.args.args):
        what = "is public and asks the reference, which a release does not hold: compute here what is right."
        yield test.lineno, f"{test.name} {what}"
    for word in file.ignored(test) - MUTATIONS.keys():
        known = nearest(word, MUTATIONS) or f"known are {', '.join(MUTATIONS)}."
        yield test.lineno, f"{test.name} ignores {word!r}, which is no mutation: {known}"
    if not ast.get_docstring(test):
        yield test.lineno, f"{test.name} has no docstring: write the sentence that the learner reads."


def check_body(test: ast.FunctionDef) -> Found:
    for node in ast.walk(test):
        if isinstance(node, ast.Assert) and node.msg is None:
            yield node.lineno, f"{test.name} asserts without a message: say what was expected and what was seen."
        if isinstance(node, ast.Lambda) and asks_with(test, node):
            yield node.lineno, f"{test.name} asks with a lambda: give the scenario a name at the file's top level."
        if isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg in SUBMISSION:
            yield node.lineno, f"{node.name} is a scenario inside a test: move it to the file's top level."
    for call in calls(test):
        if called(call) == "zip" and not any(k.arg == "strict" for k in call.keywords) and len(call.args) > 1:
            what = "zips without strict=True: write it, for an answer that is too short would pass unseen."
            yield call.lineno, f"{test.name} {what}"
        root = ast.unparse(call.func)
        if root.startswith(("np.random.", "random.", "numpy.random.")):
            yield call.lineno, f"{test.name} draws from {root}: use the fixture `draw`."


def asks_with(test: ast.FunctionDef, node: ast.Lambda) -> bool:
    return any(
        isinstance(c.func, ast.Name) and c.func.id in ASKING and c.args and c.args[0] is node for c in calls(test)
    )
