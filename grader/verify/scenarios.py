"""What can be said about scenarios without running them: those that judge, seed, know the answer or cannot be asked."""

import ast
from collections.abc import Iterator

from grader.engine.scenario import names_used
from grader.verify.suitefile import SUBMISSION, SuiteFile, called, calls

JUDGING = {"allclose", "equal", "array_equal", "isclose", "assert_close"}
SEEDING = {"manual_seed", "seed", "default_rng"}
COMPARING = {"close", "same", "between"}
COUNTING = {"sum", "count_nonzero"}
PLACES = {"data_ptr", "id"}
Found = Iterator[tuple[int, str]]


def scenario_problems(file: SuiteFile) -> Found:
    """(line, sentence) for each thing that a scenario, or what it calls, must leave to the test or to the engine."""
    for function in file.far:
        yield from judging(function)
        for call in calls(function):
            if called(call) in SEEDING and isinstance(call.func, ast.Attribute):
                yield call.lineno, f"{function.name} seeds a generator: drop it, for the engine has seeded them all."
            if isinstance(call.func, ast.Name) and call.func.id in ("reference", "open"):
                yield call.lineno, f"{function.name} calls {call.func.id}: pass what it needs as an argument."
    for scenario in file.scenarios:
        defaults = [*scenario.args.defaults, *(d for d in scenario.args.kw_defaults if d)]
        if any(isinstance(d, (ast.List, ast.Dict, ast.Set)) for d in defaults):
            yield scenario.lineno, f"{scenario.name} has a mutable default argument: use a tuple or None."
        if scenario.decorator_list:
            yield scenario.lineno, f"{scenario.name} is decorated: put the decoration into its body."
    yield from strange_scenarios(file)
    yield from known_answers(file)


def judging(function: ast.FunctionDef | ast.ClassDef) -> Found:
    """What a function that runs beside the submission asserts, or hands back as true or false."""
    name = function.name
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            yield node.lineno, f"{name} runs beside the submission and must not assert: return what was seen."
        if isinstance(node, ast.Call) and called(node) in JUDGING:
            what = f"{name} compares with {called(node)}: return the values and compare in the test."
            yield node.lineno, what
        if isinstance(node, ast.FunctionDef):
            for verdict in verdicts(node):
                yield verdict.lineno, f"{name} returns a comparison: return the values and compare in the test."


def verdicts(function: ast.FunctionDef) -> Iterator[ast.Compare]:
    """The comparisons that a function returns: any by itself, those for equality inside something or by a name, too."""
    named: dict[str, list[ast.Compare]] = {}
    for node in ast.walk(function):
        for name, value in bindings(node):
            named.setdefault(name, []).extend(one for one in decisive(value) if isinstance(one, ast.Compare))
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            if isinstance(node.value, ast.Compare):
                yield node.value
            for one in decisive(node.value):
                yield from [one] if isinstance(one, ast.Compare) else named.get(one.id, [])


def bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The names that a node gives a value, or appends one to."""
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from ((target.id, node.value) for target in targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.Call) and called(node) == "append" and isinstance(node.func, ast.Attribute):
        if isinstance(node.func.value, ast.Name):
            yield from ((node.func.value.id, value) for value in node.args)


def decisive(node: ast.expr, counted: bool = False) -> Iterator[ast.Compare | ast.Name]:
    """The equalities and the names that a value is made of.

    What only chooses between values is no part of it, nor what goes into the submission. How many entries are 0 is a
    number that was seen, and whether two tensors share their memory nobody else can tell.
    """
    if isinstance(node, ast.Name):
        yield node
    elif isinstance(node, ast.Compare):
        sides = (node.left, *node.comparators)
        count = counted and any(isinstance(one, ast.Constant) for one in sides)
        places = all(any(called(call) in PLACES for call in calls(one)) for one in sides)
        if any(isinstance(op, (ast.Eq, ast.NotEq)) for op in node.ops) and not count and not places:
            yield node
    else:
        counted = counted or (isinstance(node, ast.Call) and called(node) in COUNTING)
        for part in parts(node):
            yield from decisive(part, counted)


def parts(node: ast.expr) -> list[ast.expr]:
    """The expressions inside this one that may show in its value."""
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.Subscript):
        return [node.value]
    if isinstance(node, ast.Call):
        asks = ast.unparse(node.func).partition(".")[0] in SUBMISSION
        return [node.func] if asks else [node.func, *node.args, *(keyword.value for keyword in node.keywords)]
    return [one for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr)]


def strange_scenarios(file: SuiteFile) -> Found:
    """Functions that are asked as scenarios, but whose first parameter is not the submission."""
    known = {f.name: f for f in file.source.tree.body if isinstance(f, ast.FunctionDef)}
    for test in file.tests:
        for call in calls(test):
            asker = call.func.value if isinstance(call.func, ast.Attribute) else call.func
            if not (isinstance(asker, ast.Name) and asker.id in ("observe", "reference") and call.args):
                continue
            scenario = known.get(call.args[0].id) if isinstance(call.args[0], ast.Name) else None
            first = next((a.arg for a in scenario.args.args), "none") if scenario else "module"
            if scenario and first not in SUBMISSION:
                yield (
                    scenario.lineno,
                    f"{scenario.name} is asked of the submission, but its first parameter is `{first}`: "
                    "call it `module` (the submission) or `load` (a function that imports it).",
                )


def known_answers(file: SuiteFile) -> Found:
    """Constants that a scenario reads and a test compares with: the expected value would travel."""
    compared: set[str] = set()
    for test in file.tests:
        for node in ast.walk(test):
            if isinstance(node, ast.Call) and called(node) in COMPARING and len(node.args) > 1:
                compared |= names_used(node.args[1])
            if isinstance(node, ast.Call) and called(node) == "require" and node.args:
                compared |= names_used(node.args[0])
            if isinstance(node, ast.Assert):
                compared |= names_used(node.test)
    constants = {name for name in compared if name.isupper() or is_literal(file, name)}
    for function in file.far:
        for name in sorted(names_used(function) & constants):
            yield (
                function.lineno,
                f"{function.name} reads {name}, which a test expects: pass inputs as arguments.",
            )


def is_literal(file: SuiteFile, name: str) -> bool:
    """Whether the file binds this name to a number, a text or a collection of such."""
    for statement in file.source.bound.get(name, ()):
        value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
        try:
            if value is not None:
                ast.literal_eval(value)
                return True
        except (ValueError, TypeError):
            continue
    return False
