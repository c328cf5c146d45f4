"""Small syntactic mutants of a solution: each is a bug that somebody could write, and a sound suite notices it."""

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from grader.verify.slips import slips

COMPARE: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Lt: [ast.LtE, ast.Gt], ast.LtE: [ast.Lt, ast.Gt], ast.Gt: [ast.GtE, ast.Lt], ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.Is: [ast.IsNot], ast.IsNot: [ast.Is], ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.FloorDiv: ast.Div,
    ast.MatMult: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip
Edit = Callable[[Any], ast.AST | None]
COPIES = {"clone", "detach", "copy", "deepcopy", "contiguous"}
GUARDS = {"no_grad", "inference_mode", "enable_grad"}


@dataclass(frozen=True)
class Mutant:
    """One changed solution: `line` and `change` name it, `text` is the whole file."""

    line: int
    change: str
    text: str
    file: str = ""
    """Which file of the solution it is, where that has several and it is not the first one."""

    @property
    def name(self) -> str:
        return f"{self.file}{' ' if self.file else ''}line {self.line}: {self.change}"


def mutants(source: str, free: Sequence[str] = ()) -> list[Mutant]:
    """Every single-change mutant of a solution whose text differs, in the file's order, without repeats.

    None is made of `free` code, each the name of a function or the text of an expression or statement, nor of what an
    exception says: no task asks for its words.
    """
    tree = ast.parse(source)
    found: dict[str, Mutant] = {}
    left_out = {part for code in free for whole in named(tree, code) for part in ast.walk(whole)}
    left_out |= {part for node in ast.walk(tree) if isinstance(node, ast.Raise) for part in words_of(node)}
    for place, node in enumerate(ast.walk(tree)):
        if node in left_out:
            continue
        for change, edit in (*edits(node), *slips(node)):
            changed = copy.deepcopy(tree)
            twin = next(n for i, n in enumerate(ast.walk(changed)) if i == place)
            new = Swap(twin, edit).visit(changed)
            text = ast.unparse(ast.fix_missing_locations(new))
            if compiles(text):
                found.setdefault(text, Mutant(getattr(node, "lineno", 0), change, text))
    found.pop(ast.unparse(tree), None)
    return sorted(found.values(), key=lambda m: (m.line, m.change))


def named(tree: ast.Module, code: str) -> list[ast.AST]:
    """The functions of this name in a module, or all that reads like this code; nothing if it is no Python."""
    try:
        (body,) = ast.parse(code).body
    except (SyntaxError, ValueError):
        return []
    text = ast.unparse(body).replace(" ", "")  # an argument `size=5` reads like the statement `size = 5`
    nodes = list(ast.walk(tree))
    functions: list[ast.AST] = [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == text]
    kinds = (ast.expr, ast.stmt, ast.keyword)
    return functions or [n for n in nodes if isinstance(n, kinds) and ast.unparse(n).replace(" ", "") == text]


def words_of(node: ast.Raise) -> Iterator[ast.AST]:
    """All that is inside the arguments of the exception raised."""
    if isinstance(node.exc, ast.Call):
        for argument in node.exc.args:
            yield from ast.walk(argument)


def compiles(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


class Swap(ast.NodeTransformer):
    """Replaces one node by what `edit` makes of it."""

    def __init__(self, target: ast.AST, edit: Edit) -> None:
        self.target = target
        self.edit = edit

    def visit(self, node: ast.AST) -> Any:
        return self.edit(node) if node is self.target else self.generic_visit(node)


def edits(node: ast.AST) -> Iterator[tuple[str, Edit]]:
    """The changes that one node allows, each as (words, function from the node to its replacement)."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for op in COMPARE.get(type(node.ops[0]), ()):
            yield f"{symbol(node.ops[0])} becomes {symbol(op())}", with_op(op)
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        other = ARITHMETIC[type(node.op)]
        yield f"{symbol(node.op)} becomes {symbol(other())}", with_op(other)
    elif isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
        other = ARITHMETIC[type(node.op)]
        yield f"{symbol(node.op)}= becomes {symbol(other())}=", with_op(other)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} becomes {not node.value}", lambda n: ast.Constant(not n.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield f"{node.value} becomes {node.value + 1}", lambda n: ast.Constant(n.value + 1)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield f"{symbol(node.op)} dropped", lambda n: n.operand
    elif isinstance(node, ast.BoolOp):
        yield "and/or swapped", swapped_bool
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in COPIES:
        yield f".{node.func.attr}() dropped", without_copy
    elif isinstance(node, (ast.If, ast.IfExp, ast.While)):
        yield "condition negated", negated
    elif isinstance(node, ast.With) and any(name in ast.unparse(node.items[0]) for name in GUARDS):
        yield f"{ast.unparse(node.items[0])} dropped", lambda n: ast.If(ast.Constant(True), n.body, [])
    if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant):
        yield f"`{ast.unparse(node)[:40]}` dropped", lambda n: ast.Pass()
    elif isinstance(node, (ast.AugAssign, ast.Raise)):
        yield f"`{ast.unparse(node)[:40]}` dropped", lambda n: ast.Pass()
    elif isinstance(node, ast.Assign) and any(isinstance(t, (ast.Attribute, ast.Subscript)) for t in node.targets):
        yield f"`{ast.unparse(node)[:40]}` dropped", lambda n: ast.Pass()


def with_op(op: type) -> Edit:
    def edit(node: ast.AST) -> ast.AST:
        new = copy.copy(node)
        if isinstance(new, ast.Compare):
            new.ops = [op()]
        else:
            new.op = op()  # type: ignore[attr-defined]
        return new

    return edit


def swapped_bool(node: ast.BoolOp) -> ast.BoolOp:
    return ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)


def without_copy(node: ast.Call) -> ast.AST:
    """`x.clone()` becomes `x`, `copy.deepcopy(x)` becomes `x`."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    return node.args[0] if node.args and is_module(owner) else owner


def negated(node: ast.AST) -> ast.AST:
    new = copy.copy(node)
    new.test = ast.UnaryOp(ast.Not(), new.test)  # type: ignore[attr-defined]
    return new


def is_module(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in ("copy", "torch", "np", "numpy")


def symbol(op: ast.AST) -> str:
    """`<` for ast.Lt, and so on."""
    left, right = ast.Name("a"), ast.Name("b")
    if isinstance(op, ast.cmpop):
        text = ast.unparse(ast.Compare(left, [op], [right]))
    elif isinstance(op, ast.unaryop):
        return ast.unparse(ast.UnaryOp(op, ast.Name("a"))).removesuffix("a").strip()
    else:
        text = ast.unparse(ast.BinOp(left, op, right))  # type: ignore[arg-type]
    return text[1:-1].strip()
