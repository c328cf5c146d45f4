"""Slips that somebody makes who misreads one sentence: the part of the mutation operators that knows this subject.

Each changes one place: an argument forgotten, a sign or an axis of the wrong one of two, a bound halved, a symmetric
range cut, a cast, a seed or a detach too many, a statement on the wrong side of a loop.
"""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

Edit = Callable[[Any], ast.AST | None]
TWINS = (
    ("height", "width"), ("h", "w"), ("H", "W"), ("rows", "columns"), ("row", "column"), ("x", "y"), ("tx", "ty"),
    ("dx", "dy"), ("top", "left"), ("y1", "x1"), ("y2", "x2"), ("sx", "sy"), ("train", "val"), ("weight", "bias"),
)  # fmt: skip
OTHER = {one: other for pair in TWINS for one, other in (pair, pair[::-1])}
AXES = {0: 1, 1: 0, 2: 3, 3: 2, -1: -2, -2: -1}
DRAWS = re.compile(r"rand|perm|normal|multinomial|bernoulli|Beta|\.sample|dropout|choice|shuffle")
LEARNS = re.compile(r"loss|penalty|risk|forward|smooth|entropy")


def slips(node: ast.AST) -> Iterator[tuple[str, Edit]]:
    """The slips that one node allows, each as (words, function from the node to its replacement)."""
    if isinstance(node, ast.Call):
        yield from in_call(node)
    elif isinstance(node, ast.keyword) and node.arg:
        yield f"argument {node.arg} dropped", lambda node: None
    elif isinstance(node, ast.List):
        for place, item in enumerate(node.elts):
            if isinstance(item, ast.Name) and len(node.elts) > 1 and item.id.islower():
                yield f"`{item.id}` negated in a list", negated_item(place)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        half = node.value / 2 if isinstance(node.value, float) else node.value // 2
        if half and half != node.value:
            yield f"{node.value} halved", lambda n: ast.Constant(half)
    elif isinstance(node, ast.Subscript) and (axis := constant(node.slice)) in AXES and "shape" in ast.unparse(node):
        yield f"axis {axis} becomes {AXES[axis]}", with_index(AXES[axis])
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in OTHER:
        yield f"`{node.id}` becomes `{OTHER[node.id]}`", lambda n: ast.Name(OTHER[n.id], ast.Load())
    elif isinstance(node, ast.FunctionDef):
        yield from in_function(node)
    if isinstance(node, (ast.FunctionDef, ast.For, ast.While, ast.If, ast.With)):
        yield from around_loops(node)


def in_call(node: ast.Call) -> Iterator[tuple[str, Edit]]:
    for place, keyword in enumerate(node.keywords):
        if keyword.arg in ("dim", "axis") and constant(keyword.value) in AXES:
            yield f"{keyword.arg} of the other axis", with_axis(place)
    for place, (one, other) in enumerate(zip(node.args, node.args[1:], strict=False)):
        minus = isinstance(one, ast.UnaryOp) and isinstance(one.op, ast.USub)
        if minus and ast.unparse(one.operand) == ast.unparse(other):  # type: ignore[attr-defined]
            yield "the range starts at 0", with_argument(place, ast.Constant(0))
            yield "the range ends at 0", with_argument(place + 1, ast.Constant(0))


def in_function(node: ast.FunctionDef) -> Iterator[tuple[str, Edit]]:
    text = ast.unparse(node)
    if DRAWS.search(text):
        yield f"{node.name} seeds torch", with_first("import torch\ntorch.manual_seed(0)")
    returns = [n for n in ast.walk(node) if isinstance(n, ast.Return) and n.value is not None]
    for number, one in enumerate(returns):
        if isinstance(one.value, (ast.Name, ast.BinOp, ast.Call)):
            where = f" (return {number + 1})" if len(returns) > 1 else ""
            yield f"{node.name} casts its result{where}", with_return(number, "float")
            if LEARNS.search(text):
                yield f"{node.name} detaches its result{where}", with_return(number, "detach")


def around_loops(node: ast.AST) -> Iterator[tuple[str, Edit]]:
    """A statement that moves across the border of a loop."""
    body: list[ast.stmt] = getattr(node, "body", [])
    for place, one in enumerate(body):
        if not isinstance(one, ast.For):
            continue
        if len(one.body) > 1 and moves(one.body[0]):
            yield f"`{words(one.body[0])}` moved before the loop", moved(place, "first out")
        if len(one.body) > 1 and moves(one.body[-1]):
            yield f"`{words(one.body[-1])}` moved behind the loop", moved(place, "last out")
        if place and moves(body[place - 1]) and not isinstance(body[place - 1], ast.AnnAssign):
            yield f"`{words(body[place - 1])}` moved into the loop", moved(place, "before in")
        if place + 1 < len(body) and moves(body[place + 1]):
            yield f"`{words(body[place + 1])}` moved into the loop", moved(place, "behind in")


def moves(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, ast.Constant)
    return isinstance(statement, (ast.Assign, ast.AugAssign))


def words(node: ast.AST) -> str:
    return ast.unparse(node).partition("\n")[0][:40]


def constant(node: ast.AST) -> Any:
    """The number that an expression is, with its sign; None for anything else."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError):
        return None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def changed(change: Callable[[Any], None]) -> Edit:
    """An edit that works on a deep copy of the node."""

    def edit(node: ast.AST) -> ast.AST:
        new = copy.deepcopy(node)
        change(new)
        return new

    return edit


def negated_item(place: int) -> Edit:
    def change(node: ast.List) -> None:
        node.elts[place] = ast.UnaryOp(ast.USub(), node.elts[place])

    return changed(change)


def with_index(axis: int) -> Edit:
    def change(node: ast.Subscript) -> None:
        node.slice = ast.Constant(axis)

    return changed(change)


def with_axis(place: int) -> Edit:
    def change(node: ast.Call) -> None:
        node.keywords[place].value = ast.Constant(AXES[constant(node.keywords[place].value)])

    return changed(change)


def with_argument(place: int, value: ast.expr) -> Edit:
    def change(node: ast.Call) -> None:
        node.args[place] = value

    return changed(change)


def with_first(text: str) -> Edit:
    def change(node: ast.FunctionDef) -> None:
        place = 1 if ast.get_docstring(node) else 0
        node.body[place:place] = ast.parse(text).body

    return changed(change)


def with_return(number: int, method: str) -> Edit:
    def change(node: ast.FunctionDef) -> None:
        returns = [n for n in ast.walk(node) if isinstance(n, ast.Return) and n.value is not None]
        value = returns[number].value
        assert value is not None
        returns[number].value = ast.Call(ast.Attribute(value, method, ast.Load()), [], [])

    return changed(change)


def moved(place: int, how: str) -> Edit:
    def change(node: Any) -> None:
        body, loop = node.body, node.body[place]
        if how == "first out":
            body.insert(place, loop.body.pop(0))
        elif how == "last out":
            body.insert(place + 1, loop.body.pop())
        elif how == "before in":
            loop.body.insert(0, body.pop(place - 1))
        else:
            loop.body.append(body.pop(place + 1))

    return changed(change)
