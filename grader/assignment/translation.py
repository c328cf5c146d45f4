"""Asserts of a test cell as scenarios and comparisons of a suite; what cannot be told apart so is listed.

A scenario may use the learner's module and returns what it gave; what is expected is computed in the test, so it may
use literals and NumPy, and nothing of the solution.
"""

import ast
import builtins
from collections.abc import Iterable
from dataclasses import dataclass, field

from grader.assignment.parts import GradedCell

CLOSE = {"allclose", "isclose", "assert_allclose", "assert_almost_equal", "assert_array_almost_equal", "assert_close"}
EQUAL = {"array_equal", "equal", "assert_equal", "assert_array_equal"}
TESTED = {"np", "numpy", "math", *dir(builtins)}  # names that a test may use, which runs without torch
LONG = 60


@dataclass
class Translated:
    """Functions of a suite for one test cell, and the lines that do not translate, with why."""

    scenarios: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    promise: str = ""


@dataclass(frozen=True)
class Claim:
    """What a line says: an expression of the learner's code, what it is compared with and how."""

    asked: ast.expr
    expected: ast.expr
    way: str = "same"
    tolerances: str = ""


def translate(cell: GradedCell, slug: str, names: set[str], imported: set[str]) -> Translated:
    """One test cell; `names` are what the module defines, `imported` what it imports."""
    found = Translated()
    try:
        body = ast.parse(cell.source).body
    except SyntaxError as error:
        found.left.append((cell.source.strip().partition("\n")[0], f"is no Python: {error.msg}"))
        return found
    setup: list[ast.stmt] = []
    for at, line in enumerate(body):
        if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) and at < len(body) - 1:
            found.promise = " ".join(str(line.value.value).split()) if at == 0 else found.promise
            continue
        if isinstance(line, (ast.Assign, ast.Import, ast.ImportFrom, ast.FunctionDef)):
            setup.append(line)
            continue
        claim = claim_of(line, cell.output if at == len(body) - 1 else "")
        why = refused(line) if claim is None else ""
        if claim is not None:
            claim, why = turned(claim, names | stored(setup, names))
        if claim is not None:
            why = unknown(claim, setup, names | imported)
        if claim is None or why:
            found.left.append((short(ast.unparse(line)), why))
            continue
        scenario = f"{slug}_{len(found.scenarios) + 1}"
        needed = closure(setup, claim.asked)
        found.scenarios.append(scenario_text(scenario, needed, claim.asked, names))
        own = [line for line in closure(setup, claim.expected) if not isinstance(line, (ast.Import, ast.ImportFrom))]
        found.checks += [f"    {ast.unparse(line)}" for line in own]
        found.checks.append(
            f"    {claim.way}(observe({scenario}), {ast.unparse(claim.expected)}, "
            f"{short(ast.unparse(claim.asked))!r}{claim.tolerances})"
        )
    return found


def refused(line: ast.stmt) -> str:
    """Why a line that claims nothing does not translate."""
    if isinstance(line, ast.Try) or (isinstance(line, ast.With) and "raises" in ast.unparse(line.items[0]).lower()):
        return "asks for an error: write it with `observe.refuses`, and cases that must be accepted"
    return "is no comparison of one value with another"


def claim_of(line: ast.stmt, output: str) -> Claim | None:
    """What a statement claims; an expression alone claims that it gives the cell's output."""
    if isinstance(line, ast.Assert):
        return of_test(line.test)
    if not isinstance(line, ast.Expr):
        return None
    value = line.value
    if isinstance(value, ast.Call) and called(value).startswith("assert_"):
        return of_test(value)
    if isinstance(value, ast.Compare) or (isinstance(value, ast.Call) and called(value) in CLOSE | EQUAL):
        return of_test(value) if output.strip() in ("", "True") else None
    try:
        expected = ast.parse(output.strip(), mode="eval").body if output.strip() else None
        if expected is not None:
            ast.literal_eval(expected)
    except (SyntaxError, ValueError):
        return None
    return None if expected is None else Claim(value, expected)


def of_test(test: ast.expr) -> Claim | None:
    """What an assertion says is equal, or close, to what."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        if isinstance(test.ops[0], (ast.Eq, ast.Is)):
            return Claim(test.left, test.comparators[0])
        return distance(test)
    if isinstance(test, ast.Call) and called(test) in CLOSE and len(test.args) > 1:
        named = [k for k in test.keywords if k.arg in ("rtol", "atol") and is_number(k.value)]
        return Claim(test.args[0], test.args[1], "close", "".join(f", {k.arg}={ast.unparse(k.value)}" for k in named))
    if isinstance(test, ast.Call) and called(test) in EQUAL and len(test.args) > 1:
        return Claim(test.args[0], test.args[1])
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and isinstance(test.operand, ast.Call):
        return Claim(test.operand, ast.Constant(False))
    if isinstance(test, ast.Call) and called(test) not in ("isinstance", "all", "any", "hasattr", "callable"):
        return Claim(test, ast.Constant(True))
    return None


def distance(test: ast.Compare) -> Claim | None:
    """`abs(a - b) < 1e-6` claims that a is close to b."""
    left, right = test.left, test.comparators[0]
    if not isinstance(test.ops[0], (ast.Lt, ast.LtE)) or not is_number(right):
        return None
    inner = left.args[0] if isinstance(left, ast.Call) and called(left) == "abs" and len(left.args) == 1 else None
    if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub):
        return Claim(inner.left, inner.right, "close", f", rtol=0, atol={ast.unparse(right)}")
    return None


def turned(claim: Claim, names: set[str]) -> tuple[Claim | None, str]:
    """The claim with the learner's code on its first side, or why it cannot be asked so."""
    one, other = loaded(claim.asked) & names, loaded(claim.expected) & names
    if one and other:
        return None, "compares two answers of the submission: ask for both, and compare them in the test"
    if other:
        claim = Claim(claim.expected, claim.asked, claim.way, claim.tolerances)
    if not one and not other:
        return None, "asks nothing of the submission"
    return claim, ""


def unknown(claim: Claim, setup: list[ast.stmt], known: set[str]) -> str:
    """Why a claim cannot stand alone: a name that nobody gives it, or a package that tests do without."""
    own = closure(setup, claim.asked)
    given = known | TESTED | bound_by(own)
    free = loaded(claim.asked).union(*map(loaded, own)) - given - parameters(own)
    if free:
        return f"uses {sorted(free)[0]}, which the cell does not define"
    own = closure(setup, claim.expected)
    free = loaded(claim.expected).union(*map(loaded, own)) - TESTED - bound_by(own) - parameters(own)
    if free:
        return f"expects what {sorted(free)[0]} gives: compute it in the test with NumPy, or ask `neutral`"
    return ""


def bound_by(lines: Iterable[ast.stmt]) -> set[str]:
    """The names that lines define."""
    found: set[str] = set()
    for line in lines:
        found |= {node.id for node in ast.walk(line) if isinstance(node, ast.Name) and is_stored(node)}
        if isinstance(line, (ast.Import, ast.ImportFrom)):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in line.names}
        found |= {line.name} if isinstance(line, ast.FunctionDef) else set()
    return found


def parameters(lines: Iterable[ast.stmt]) -> set[str]:
    return {node.arg for line in lines for node in ast.walk(line) if isinstance(node, ast.arg)}


def stored(setup: list[ast.stmt], names: set[str]) -> set[str]:
    """The variables of a cell that come from the submission."""
    found: set[str] = set()
    for line in setup:
        if isinstance(line, ast.Assign) and loaded(line) & (names | found):
            found |= {node.id for node in ast.walk(line) if isinstance(node, ast.Name) and is_stored(node)}
    return found


def closure(setup: list[ast.stmt], expression: ast.AST) -> list[ast.stmt]:
    """The lines before it that an expression needs, in their order."""
    wanted, taken = loaded(expression), []
    for line in reversed(setup):
        if bound_by([line]) & wanted:
            taken.append(line)
            wanted |= loaded(line)
    return taken[::-1]


class Owned(ast.NodeTransformer):
    """Puts `module.` before the names that the submission defines."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        own = parameters([node]) | bound_by(node.body)
        return Owned(self.names - own).generic_visit(node) if own & self.names else self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.names and not is_stored(node):
            return ast.Attribute(ast.Name("module", ast.Load()), node.id, ast.Load())
        return node


def scenario_text(name: str, setup: list[ast.stmt], asked: ast.expr, names: set[str]) -> str:
    """A scenario that runs the lines before a claim and returns what the claim is about."""
    lines = [ast.unparse(Owned(names).visit(ast.parse(ast.unparse(line)))) for line in (*setup, ast.Return(asked))]
    body = "\n".join(f"    {one}" for line in lines for one in line.splitlines())
    return f"def {name}(module):\n{body}\n"


def loaded(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and not is_stored(one)}


def is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))


def short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONG else f"{line[: LONG - 1]}…"
