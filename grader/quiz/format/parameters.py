"""Questions with other numbers for every attempt: draws of parameters, and `{{...}}` in texts that they are put into.

    parameters: {lr: [0.1, 0.01], steps: [100, 1000]}     # every combination of values
    parameters:                                          # or the combinations themselves
      - {losses: "[1.0, 0.8, 0.9]", stop: 2}

    {{lr}}   {{1 / (lr * steps)}}   {{exp(-lr * steps) | .3f}}

A list keeps its order, other combinations are put in one by a hash, so that a draw is a number, the same on every
machine. There are at most 50, and lint looks at each. Expressions know numbers, + - * / // % **, comparisons,
`a if b else c` and a few functions.
"""

import ast
import hashlib
import json
import math
import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from grader.quiz.format.numbers import number_text

MOST = 50
"""How many draws of a question there are, at most."""

MAX_COMBINATIONS = 10_000
MAX_DIGITS = 400
"""No number of an expression is longer, so that a power cannot keep the machine busy."""

Value = int | float | str
Row = dict[str, Value]
Parameters = dict[str, tuple[Value, ...]] | tuple[Row, ...]

_PLACE = re.compile(r"\{\{(.+?)(?:\|\s*([^{}|]+?)\s*)?\}\}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_FORMAT = re.compile(r"[+]?,?(?:\.\d{1,2})?[defg%]?")

_Number = Fraction | float


def parameters_of(value: Any) -> Parameters:
    """The parameters of a file. Raises ValueError with what is wrong."""
    if isinstance(value, dict) and value:
        for name, values in value.items():
            if not isinstance(values, tuple | list) or not values or not all(map(_is_value, values)):
                raise ValueError(f"must give `{name}` a list of numbers or texts")
        _names(value)
        if math.prod(map(len, value.values())) > MAX_COMBINATIONS:
            raise ValueError(f"must not have more than {MAX_COMBINATIONS} combinations")
        return {name: tuple(values) for name, values in value.items()}
    if isinstance(value, tuple | list) and value:
        if len(value) > MOST:
            raise ValueError(f"must be at most {MOST} combinations")
        for row in value:
            if not isinstance(row, dict) or not all(map(_is_value, row.values())) or row.keys() != value[0].keys():
                raise ValueError("must be maps of the same names to numbers or texts")
            _names(row)
        return tuple(dict(row) for row in value)
    if isinstance(value, dict | tuple | list):
        return {}
    raise ValueError("must be a map of lists, or a list of maps")


def _is_value(value: Any) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool)


def _names(row: Mapping[str, Any]) -> None:
    for name in row:
        if not _NAME.fullmatch(name) or name in _FUNCTIONS:
            raise ValueError(f"must have names of a-z, 0-9 and _, not `{name}`")


def draws(parameters: Parameters, seed: str) -> tuple[Row, ...]:
    """The combinations that are drawn: those of a list as they stand, else at most 50 in an order the seed decides."""
    if isinstance(parameters, tuple):
        return parameters
    rows = [dict(zip(parameters, values, strict=True)) for values in product(*parameters.values())]

    def place(row: Row) -> bytes:
        return hashlib.sha256(f"{seed}|{json.dumps(row, sort_keys=True)}".encode()).digest()

    return tuple(sorted(rows, key=place)[:MOST])


def places(text: str) -> list[str]:
    """The `{{...}}` of a text, each once."""
    return list(dict.fromkeys(found[0] for found in _PLACE.finditer(text)))


def filled(text: str, row: Row) -> str:
    """The text with the values of its `{{...}}`. Raises ValueError with what is wrong."""
    return _PLACE.sub(lambda found: _shown(_value(found[1].strip(), row), found[2] or ""), text)


def _shown(value: _Number | str, form: str) -> str:
    if isinstance(value, str):
        return value
    if form:
        if not _FORMAT.fullmatch(form):
            raise ValueError(f"`{form}` is no format such as .3f")
        return format(int(value) if form[-1] == "d" else float(value), form)
    exact = number_text(Fraction(value))
    return exact if len(exact) <= 12 else number_text(Fraction(f"{float(value):.10g}"))


def _value(text: str, row: Row) -> _Number | str:
    """The value of an expression."""
    if isinstance(row.get(text), str):
        return str(row[text])
    try:
        return _evaluated(ast.parse(text, mode="eval").body, row)
    except (SyntaxError, TypeError, ZeroDivisionError, OverflowError, RecursionError, KeyError) as error:
        raise ValueError(f"`{{{{{text}}}}}` has no value ({type(error).__name__}: {error})") from None


def _evaluated(node: ast.expr, row: Row) -> _Number:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Fraction(str(node.value)) if not isinstance(node.value, bool) else Fraction(node.value)
    if isinstance(node, ast.Name) and node.id in row:
        return Fraction(str(row[node.id]))
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _evaluated(node.left, row), _evaluated(node.right, row)
        if isinstance(node.op, ast.Pow) and _digits(left, right) > MAX_DIGITS:
            raise ValueError("a power is too large")
        return _result(_OPERATORS[type(node.op)](left, right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluated(node.operand, row)
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS:
        holds = _COMPARISONS[type(node.ops[0])](_evaluated(node.left, row), _evaluated(node.comparators[0], row))
        return Fraction(bool(holds))
    if isinstance(node, ast.IfExp):
        return _evaluated(node.body if _evaluated(node.test, row) else node.orelse, row)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS:
        return _result(_FUNCTIONS[node.func.id](*(_evaluated(one, row) for one in node.args)))
    if isinstance(node, ast.Name):
        raise ValueError(f"there is no parameter `{node.id}`")
    raise ValueError(f"an expression may not hold a {type(node).__name__}")


def _digits(base: _Number, exponent: _Number) -> float:
    """About how many digits a power has."""
    return abs(float(exponent)) * max(1.0, abs(math.log10(abs(float(base)) or 1.0)))


def _result(value: Any) -> _Number:
    return Fraction(value) if isinstance(value, int) else value


_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "min": min,
    "max": max,
    "round": lambda value, digits=0: round(value, int(digits)),
    "floor": math.floor,
    "ceil": math.ceil,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
}
