"""What can be said about a suite without running it: scenarios that judge, tests without words, loops over nothing."""

import ast
import contextlib
import re
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from grader.base.toml import nearest
from grader.course.exercise import Exercise
from grader.course.packages import CORE, top
from grader.engine.scenario import Source, names_used
from grader.verify.damage import MUTATIONS

IGNORES = re.compile(r"#\s*verify:\s*ignores\s+([\w, ]+)")
JUDGING = {"allclose", "equal", "array_equal", "isclose", "assert_close"}
SEEDING = {"manual_seed", "seed", "default_rng"}
ASKING = {"observe", "reference", "neutral"}


def lint(exercise: Exercise) -> list[str]:
    """Every problem as `file:line: sentence`."""
    files = [File(path) for path in sorted(exercise.suite.glob("*.py"))]
    known = {*CORE, "grader", *map(top, exercise.extra), *(file.path.stem for file in files), *sys.stdlib_module_names}
    return [*(problem for file in files for problem in file.problems(known)), *repeated_names(files)]


def causes(exercise: Exercise) -> list[str]:
    """What can be said without running anything and would make everything else fail."""
    files = [File(path) for path in sorted(exercise.suite.glob("*.py"))]
    found = [(file, one) for file in files for one in (*file.strange_scenarios(), *file.unnamed_tolerances())]
    return [f"{file.path}:{line}: {what}" for file, (line, what) in found]


def repeated_names(files: list["File"]) -> Iterator[str]:
    """Two tests of one name: of one file the second hides the first, and a report cannot tell those of two files."""
    places: dict[str, str] = {}
    for file in files:
        for test in file.tests:
            place = f"{file.path}:{test.lineno}"
            if test.name in places:
                yield f"{place}: {test.name} is also the name of a test at {places[test.name]}: rename one of them."
            places.setdefault(test.name, place)


def test_places(exercise: Exercise) -> dict[str, str]:
    """`file:line` of every test by its name, as far as the suite can be read."""
    places = {}
    for path in sorted(exercise.suite.glob("*.py")):
        with contextlib.suppress(SyntaxError, ValueError, OSError):
            places.update({test.name: f"{path}:{test.lineno}" for test in File(path).tests})
    return places


def test_titles(exercise: Exercise) -> dict[str, str]:
    """The promise of every test by its name."""
    files = map(File, sorted(exercise.suite.glob("*.py")))
    return {test.name: " ".join((ast.get_docstring(test) or "").split()) for file in files for test in file.tests}


def ignored_damage(exercise: Exercise) -> dict[str, set[str]]:
    """Per test the border mutations that its author excused with `# verify: ignores zero, flipped` inside it."""
    files = map(File, exercise.suite.glob("test_*.py"))
    return {test.name: words for file in files for test in file.tests if (words := file.ignored(test))}


def calls(node: ast.AST) -> Iterator[ast.Call]:
    return (n for n in ast.walk(node) if isinstance(n, ast.Call))


def called(call: ast.Call) -> str:
    """The last name of what is called: `equal` for `torch.equal(...)`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


class File:
    """One file of a suite and the roles of its functions."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.source = Source(path)
        body = self.source.tree.body
        functions = [f for f in body if isinstance(f, ast.FunctionDef)]
        self.tests = [f for f in functions if f.name.startswith("test_")]
        self.scenarios = [f for f in functions if f.args.args and f.args.args[0].arg in ("module", "load")]
        far = self.source.closure({f.name for f in self.scenarios})
        self.far = [s for s in far if isinstance(s, (ast.FunctionDef, ast.ClassDef))]

    def ignored(self, test: ast.FunctionDef) -> set[str]:
        """The mutations that a comment inside this test excuses."""
        text = "\n".join(self.source.text.splitlines()[test.lineno - 1 : test.end_lineno])
        return {word for match in IGNORES.findall(text) for word in re.split(r"[,\s]+", match.strip()) if word}

    def problems(self, known: Collection[str]) -> list[str]:
        found = [*self.far_problems(), *self.test_problems(), *self.import_problems(known)]
        return [f"{self.path}:{line}: {sentence}" for line, sentence in sorted(set(found))]

    def import_problems(self, known: Collection[str]) -> Iterator[tuple[int, str]]:
        """Imports of what neither the core nor `exercise.toml` promises."""
        for node in ast.walk(self.source.tree):
            if not isinstance(node, (ast.Import, ast.ImportFrom)):
                continue
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            for name in names:
                if top(name) not in known:
                    yield (
                        node.lineno,
                        f"imports {name}, which is beyond the core: add it to `packages` in exercise.toml.",
                    )

    def far_problems(self) -> Iterator[tuple[int, str]]:
        for function in self.far:
            for node in ast.walk(function):
                if isinstance(node, ast.Assert):
                    yield (
                        node.lineno,
                        f"{function.name} runs beside the submission and must not assert: return what was seen.",
                    )
                if isinstance(node, ast.Return) and isinstance(node.value, ast.Compare):
                    yield (
                        node.lineno,
                        f"{function.name} returns a comparison: return the values and compare in the test.",
                    )
            for call in calls(function):
                if called(call) in JUDGING:
                    yield (
                        call.lineno,
                        f"{function.name} compares with {called(call)}: return the values and compare in the test.",
                    )
                if called(call) in SEEDING and isinstance(call.func, ast.Attribute):
                    yield call.lineno, f"{function.name} seeds a generator: the engine has seeded them all."
                if isinstance(call.func, ast.Name) and call.func.id in ("reference", "open"):
                    yield call.lineno, f"{function.name} calls {call.func.id}: pass what it needs as an argument."
        for scenario in self.scenarios:
            defaults = [*scenario.args.defaults, *(d for d in scenario.args.kw_defaults if d)]
            if any(isinstance(d, (ast.List, ast.Dict, ast.Set)) for d in defaults):
                yield scenario.lineno, f"{scenario.name} has a mutable default argument."
            if scenario.decorator_list:
                yield scenario.lineno, f"{scenario.name} is decorated: put the decoration into its body."
        yield from self.shared_constants()

    def strange_scenarios(self) -> Iterator[tuple[int, str]]:
        """Functions that are asked as scenarios, but whose first parameter is not the submission."""
        known = {f.name: f for f in self.source.tree.body if isinstance(f, ast.FunctionDef)}
        for test in self.tests:
            for call in calls(test):
                asker = call.func.value if isinstance(call.func, ast.Attribute) else call.func
                if not (isinstance(asker, ast.Name) and asker.id in ("observe", "reference") and call.args):
                    continue
                scenario = known.get(call.args[0].id) if isinstance(call.args[0], ast.Name) else None
                first = next((a.arg for a in scenario.args.args), "none") if scenario else "module"
                if scenario and first not in ("module", "load"):
                    yield (
                        scenario.lineno,
                        f"{scenario.name} is asked of the submission, but its first parameter is `{first}`: "
                        "call it `module` (the submission) or `load` (a function that imports it).",
                    )

    def unnamed_tolerances(self) -> Iterator[tuple[int, str]]:
        """Calls of `close` with a bare number behind the message."""
        imported = [one for one in self.source.tree.body if isinstance(one, ast.ImportFrom)]
        ours = any(one.module == "grader.suite" and any(a.name == "close" for a in one.names) for one in imported)
        for call in calls(self.source.tree) if ours else ():
            if called(call) == "close" and len(call.args) > 3:
                yield call.lineno, "close takes its tolerances by name: write rtol=..., atol=... or hint=..."

    def shared_constants(self) -> Iterator[tuple[int, str]]:
        """Upper-case globals that a scenario reads and a test compares with: the expected value would travel."""
        compared: set[str] = set()
        for test in self.tests:
            for call in calls(test):
                if called(call) in ("close", "same", "between") and len(call.args) > 1:
                    compared |= names_used(call.args[1])
        for function in self.far:
            for name in sorted(names_used(function) & compared):
                if name.isupper():
                    yield (
                        function.lineno,
                        f"{function.name} reads {name}, which a test expects: pass inputs as arguments.",
                    )

    def test_problems(self) -> Iterator[tuple[int, str]]:
        for test in self.tests:
            marks = [called(d) for d in test.decorator_list if isinstance(d, ast.Call)]
            if "points" not in marks:
                yield test.lineno, f"{test.name} has no @points(...)."
            names = [getattr(d, "id", getattr(d, "attr", "")) for d in test.decorator_list]
            if "public" in names and any(one.arg == "reference" for one in test.args.args):
                yield test.lineno, f"{test.name} is public and asks the reference, which a release does not hold."
            for word in self.ignored(test) - MUTATIONS.keys():
                known = nearest(word, MUTATIONS) or f"known are {', '.join(MUTATIONS)}."
                yield test.lineno, f"{test.name} ignores {word!r}, which is no mutation: {known}"
            if not ast.get_docstring(test):
                yield test.lineno, f"{test.name} has no docstring: it is the sentence that the learner reads."
            for node in ast.walk(test):
                if isinstance(node, ast.Assert) and node.msg is None:
                    yield node.lineno, f"{test.name} asserts without a message."
                if isinstance(node, ast.Lambda) and self.asks_with(test, node):
                    yield (
                        node.lineno,
                        f"{test.name} asks with a lambda: give the scenario a name at the file's top level.",
                    )
                if isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg in ("module", "load"):
                    yield node.lineno, f"{node.name} is a scenario inside a test: move it to the file's top level."
            for call in calls(test):
                if called(call) == "zip" and not any(k.arg == "strict" for k in call.keywords) and len(call.args) > 1:
                    yield (
                        call.lineno,
                        f"{test.name} zips without strict=True: an answer that is too short would pass unseen.",
                    )
                root = ast.unparse(call.func)
                if root.startswith(("np.random.", "random.", "numpy.random.")):
                    yield call.lineno, f"{test.name} draws from {root}: use the fixture `draw`."

    def asks_with(self, test: ast.FunctionDef, node: ast.Lambda) -> bool:
        return any(
            isinstance(c.func, ast.Name) and c.func.id in ASKING and c.args and c.args[0] is node for c in calls(test)
        )
