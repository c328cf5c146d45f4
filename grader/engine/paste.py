"""A question as one line of Python that a learner can paste behind `from <file> import *` and `import torch`."""

import ast
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from grader.engine.plain_call import call

SMALL = 16  # numbers of an array that are written out; larger ones are drawn anew, in the same shape and dtype
LONGEST = 400


def literal(value: Any) -> str:
    """A value as a Python expression; a large array as one that makes an array of its shape and dtype."""
    if isinstance(value, np.ndarray):
        return array_literal(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return f'float("{value}")'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(literal, value)) + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, bytes) and len(value) > 40:
        return f"bytes({len(value)})"
    return repr(value)


def array_literal(value: np.ndarray) -> str:
    kind, shape = value.dtype.kind, tuple(value.shape)
    dtype = "" if value.dtype.name in ("float32", "int64", "bool") else f", dtype=torch.{value.dtype.name}"
    if value.ndim == 2 and 1 < value.shape[0] == value.shape[1] and np.array_equal(value, np.eye(len(value))):
        return f"torch.eye({len(value)}{dtype})"
    if value.size <= SMALL:
        numbers = [f"{x:.4g}" if kind == "f" else repr(x) for x in value.ravel().tolist()]
        numbers = [f'float("{n}")' if n.lstrip("-") in ("nan", "inf") else n for n in numbers]
        if kind == "f":
            numbers = [n if re.search(r"[.e(]", n) else f"{n}." for n in numbers]
        return f"torch.tensor({nested(numbers, shape)}{dtype})"
    if kind == "b":
        return f"torch.rand({shape}) < 0.5"
    low, high = value.min(), value.max()
    if low == high:
        fill = repr(low.item())
        return f"torch.full({shape}, {fill}{dtype})"
    if kind in "iu":
        return f"torch.randint({int(low)}, {int(high) + 1}, {shape}{dtype})"
    return f"torch.{'rand' if low >= 0 and high <= 1 else 'randn'}({shape}{dtype})"


def nested(numbers: Sequence[str], shape: tuple[int, ...]) -> str:
    """Numbers as nested lists of a shape."""
    if not shape:
        return numbers[0]
    step = len(numbers) // shape[0] if shape[0] else 0
    return "[" + ", ".join(nested(numbers[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])) + "]"


def bound_call(what: str, args: Sequence[Any]) -> str:
    """`mean(rows, k)` with the values in place of the names; values behind the name where the numbers differ."""
    found = re.fullmatch(r"\s*([\w.]+)\(([^()]*)\)\s*", what)
    names = [part.strip() for part in found[2].split(",") if part.strip()] if found else []
    if found and len(names) == len(args) and all(name.isidentifier() for name in names):
        return shortened(f"{found[1]}({', '.join(map(literal, args))})")
    return shortened(f"{what}: {', '.join(map(literal, args))}")


def question_line(scenario: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> str:
    """The values of a scenario's arguments and its first call of the learner's code, joined by semicolons.

    The call is left out where it needs more than the arguments; empty where the line would be too long to paste.
    """
    if scenario is call:
        return called_line(*args)
    names, tree = parameters(scenario)
    if tree is None:
        return ""
    values = dict(zip(names, args, strict=False)) | kwargs
    first = first_call(tree, {*values, "torch", "nn", "range", "len", "F"})
    read_by_call = {n.id for n in ast.walk(ast.parse(first)) if isinstance(n, ast.Name)} if first else set(values)
    parts = [f"{name} = {literal(value)}" for name, value in values.items() if name in read_by_call]
    line = "; ".join([*parts, first] if first else parts)
    return line if len(line) <= LONGEST else ""


def parameters(scenario: Callable[..., Any]) -> tuple[list[str], ast.FunctionDef | None]:
    """The names of a scenario's arguments, without the module, and its source as a tree; None where it has none."""
    from grader.engine.scenario import read

    body = read(Path(scenario.__code__.co_filename)).tree.body
    tree = next((n for n in body if isinstance(n, ast.FunctionDef) and n.name == scenario.__name__), None)
    names = [a.arg for a in (*tree.args.posonlyargs, *tree.args.args)] if tree else []
    return names[1:] if names and names[0] in ("module", "load") else names, tree


def called_line(name: str, arguments: Sequence[Any], named: dict[str, Any]) -> str:
    """`name(values)`; empty where it would be too long to paste."""
    parts = [*map(literal, arguments), *(f"{key}={literal(value)}" for key, value in named.items())]
    line = f"{name}({', '.join(parts)})"
    return line if len(line) <= LONGEST else ""


def first_call(scenario: ast.FunctionDef, known: set[str]) -> str:
    """The text of the first `module.name(...)` whose arguments use known names only, without `module.`; else empty."""
    for node in ast.walk(scenario):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if not isinstance(node.func.value, ast.Name) or node.func.value.id != "module":
            continue
        inside = {n.id for part in (*node.args, *node.keywords) for n in ast.walk(part) if isinstance(n, ast.Name)}
        if inside <= known:
            return ast.unparse(node).removeprefix("module.")
    return ""


def shortened(line: str) -> str:
    """A line that is too long to paste ends in an ellipsis."""
    return line if len(line) <= LONGEST else line[: LONGEST - 2] + " …"
