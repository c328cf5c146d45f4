"""Two programs side by side: function beside function of the same name, then line beside line; comments aside."""

import ast
import difflib
import io
import tokenize
from collections.abc import Iterator

Pair = tuple[str, str, str]  # (equal, change, delete or insert; line of the first; line of the second)


def side_by_side(mine: str, solution: str) -> Iterator[Pair]:
    """Their lines, aligned in the order of the solution; an empty pair between two parts.

    Comments are left out, and so are blank lines; a text that is no Python is taken as it is, as one part.
    """
    try:
        left, right = parts(mine), parts(solution)
    except (SyntaxError, ValueError, tokenize.TokenError):
        left, right = {"": mine.splitlines()}, {"": solution.splitlines()}
    blocks = [(left.get(name, []), lines) for name, lines in right.items()]
    blocks += [(lines, []) for name, lines in left.items() if name not in right]
    first = True
    for a, b in blocks:
        if not a and not b:
            continue
        if not first:
            yield "equal", "", ""
        first = False
        yield from line_by_line(a, b)


def line_by_line(a: list[str], b: list[str]) -> Iterator[Pair]:
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    for tag, a0, a1, b0, b1 in matcher.get_opcodes():
        word = "change" if tag == "replace" else tag
        for at in range(max(a1 - a0, b1 - b0)):
            yield word, a[a0 + at] if a0 + at < a1 else "", b[b0 + at] if b0 + at < b1 else ""


def parts(text: str) -> dict[str, list[str]]:
    """The lines of each function, class head and method, by its name; what stands outside of them by the empty one.

    SyntaxError, ValueError or TokenError where the text is no Python.
    """
    tree = ast.parse(text)
    lines = without_comments(text)
    owner = [""] * len(lines)
    mark(tree.body, "", owner)
    found: dict[str, list[str]] = {"": []}
    for name, line in zip(owner, lines, strict=True):
        part = found.setdefault(name, [])
        if line.strip():
            part.append(line)
    return found


def mark(body: list[ast.stmt], prefix: str, owner: list[str]) -> None:
    """Writes the name of each function, class and method beside its lines."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = f"{prefix}{node.name}"
            start = min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1
            end = node.end_lineno or node.lineno
            owner[start:end] = [name] * (end - start)
            if isinstance(node, ast.ClassDef):
                mark(node.body, f"{name}.", owner)


def without_comments(text: str) -> list[str]:
    """The lines of a program; where a comment stood, nothing is."""
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    return lines
