"""The value of an expression of a suite where text and values at hand make it sure; nothing is run."""

import ast
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

MOST = 10_000  # elements of what `range` and its like make
COMPUTED: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
}  # fmt: skip
COMPARED: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Is: operator.is_, ast.IsNot: operator.is_not, ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt,
    ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip
MADE: dict[str, Callable[..., Any]] = {
    "len": len, "range": range, "zip": zip, "enumerate": enumerate, "reversed": reversed, "list": list, "tuple": tuple,
}  # fmt: skip


class Unknown(Exception):
    """An expression whose value or whose text for the learner is not sure."""


def known(node: ast.expr, lookup: Callable[[str], Any]) -> Any:
    """The value of an expression; `lookup` knows those of names. Unknown where it is not sure."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return lookup(name)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            found = elements(parts, lookup)
            return tuple(found) if isinstance(node, ast.Tuple) else found
        case ast.Dict(keys=keys, values=values) if None not in keys:
            pairs = zip(keys, values, strict=True)
            return {known(key, lookup): known(value, lookup) for key, value in pairs if key is not None}
        case ast.Subscript(value=whole, slice=place):
            return known(whole, lookup)[known(place, lookup)]
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(*(None if one is None else known(one, lookup) for one in (lower, upper, step)))
        case ast.Attribute(value=whole, attr="shape" | "ndim" as name):
            array = known(whole, lookup)
            if isinstance(array, np.ndarray):
                return getattr(array, name)
        case ast.UnaryOp(op=ast.Not(), operand=one):
            return not truth(known(one, lookup))
        case ast.UnaryOp(op=ast.USub(), operand=one):
            return -number(known(one, lookup))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in COMPUTED:
            return COMPUTED[type(op)](number(known(left, lookup)), number(known(right, lookup)))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARED:
            return truth(COMPARED[type(op)](known(left, lookup), known(right, lookup)))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return known(body if truth(known(test, lookup)) else orelse, lookup)
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in MADE:
            made = MADE[name](*elements(arguments, lookup))
            return made if isinstance(made, (int, list, tuple)) else counted(made)
    raise Unknown(ast.unparse(node))


def elements(parts: list[ast.expr], lookup: Callable[[str], Any]) -> list[Any]:
    """The values of some expressions, of which a starred one may be several."""
    found: list[Any] = []
    for part in parts:
        found += known(part.value, lookup) if isinstance(part, ast.Starred) else [known(part, lookup)]
    return found


def counted(made: Any) -> list[Any]:
    found = [one for one, _ in zip(made, range(MOST), strict=False)]
    if len(found) == MOST:
        raise Unknown("too many elements")
    return found


def number(value: Any) -> Any:
    """The value if it is a number: what an operator makes of anything else is not followed."""
    if isinstance(value, (int, float)):
        return value
    raise Unknown("no number")


def truth(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        raise Unknown("an array is neither true nor false")
    return bool(value)
