"""Task `fingerprint`: the shape of a program without its names, comments and order.

The answer: {"grams": [...], "lines": [[line, code], ...]}. A gram is a window of `GRAM` node types inside a statement,
depth first, so that the order of statements and functions does not matter; a line's code is the shape of the statement
that starts there.
"""

import ast
import warnings
import zlib
from collections.abc import Iterator
from typing import IO, Any

from .options import Options
from .refusal import Refused

GRAM = 6
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
PASSED_OVER = (ast.expr_context, ast.Import, ast.ImportFrom, ast.alias)


def answer(options: Options, stream: IO[bytes]) -> tuple[Any, bytes]:
    warnings.simplefilter("ignore")
    try:
        tree = ast.parse(stream.read())
    except (SyntaxError, ValueError):
        raise Refused("is not Python") from None
    grams = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not is_text(node):
            types = list(shape(node))
            for start in range(max(1, len(types) - GRAM + 1)):
                grams.add(code(types[start : start + GRAM]))
    lines = [
        [node.lineno, code(list(own_shape(node)))]
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and not is_text(node)
    ]
    return {"grams": sorted(grams), "lines": sorted(lines)}, b""


def shape(node: ast.AST) -> Iterator[str]:
    """The types at and below a node, depth first; an inner function or class is only named as one."""
    if isinstance(node, PASSED_OVER):
        return
    yield type(node).__name__
    if not isinstance(node, SCOPES):
        for child in ast.iter_child_nodes(node):
            yield from shape(child)


def own_shape(statement: ast.stmt) -> Iterator[str]:
    """The types of a statement without the statements inside it, and the names of attributes, which a copy keeps."""
    yield type(statement).__name__
    todo = [child for child in ast.iter_child_nodes(statement) if not isinstance(child, ast.stmt)]
    while todo:
        node = todo.pop(0)
        if isinstance(node, PASSED_OVER):
            continue
        yield type(node).__name__
        if isinstance(node, ast.Attribute):
            yield node.attr
        todo += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]


def is_text(statement: ast.stmt) -> bool:
    """A docstring, or any other bare string."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def code(types: list[str]) -> int:
    return zlib.crc32("|".join(types).encode())
