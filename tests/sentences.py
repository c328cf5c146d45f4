"""The sentences that a module can say, read out of its text."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

WORDS = 3
PLACE = re.compile(r"^\S+:[1-9]\d*: ")
ADVICE = re.compile(
    r"(?:[:;,] |\bor |^)(?:add|ask|call|change|compute|correct|count|do|draw|drop|factor|give|keep|known are|let|make"
    r"|mend|move|name|pass|put|raise|rename|return|run|say|sharpen|take|use|write)\b|did you mean"
)


def pieces(path: Path) -> Iterator[str]:
    """The longest fixed piece of each text of some words, but for docstrings and for what the keys of a file mean."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and isinstance(node.body[0], ast.Expr):
            left_out.add(id(node.body[0].value))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "key":
            left_out |= {id(one) for one in ast.walk(node)}
        if isinstance(node, ast.JoinedStr) and id(node) not in left_out:
            left_out |= {id(one) for one in node.values}
    for node in ast.walk(tree):
        if id(node) in left_out or not isinstance(node, (ast.JoinedStr, ast.Constant)):
            continue
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        longest = max(texts, key=len, default="").strip()
        if len(longest.split()) >= WORDS:
            yield longest


def lacking(problems: list[str]) -> list[str]:
    """Those of the problems without `file:line`, or without a word on what to do."""
    return [one for one in problems if not PLACE.match(one) or not ADVICE.search(PLACE.sub("", one))]
