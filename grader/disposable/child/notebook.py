"""Task `notebook`: the Python module inside a notebook: imports, definitions, and assignments without a call.

An import of a package that no course needs is left out where nothing kept uses it: `from google.colab import drive`.

The answer: {"source": text, "lines": [[cell, line in the cell] or null, ...] one per line of the text,
"left_out": [{"cell", "line", "what"}, ...]}. Cells are counted from 1, code cells and others alike, as a reader does.
"""

import ast
import json
import re
import sys
import warnings
from typing import IO, Any

from .refusal import Refused

CELLS = 5_000
MAGICS = 200
KEPT_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")
WRITTEN = re.compile(r"%%(?:writefile|file)\s+(?!-)\S+\.py\s*$")
COURSE = {*sys.stdlib_module_names, "torch", "torchvision", "numpy", "matplotlib", "PIL"}
DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*|[\w, ]+=\s*[%!].*)$")


def answer(options: dict[str, Any], stream: IO[bytes]) -> tuple[Any, bytes]:
    warnings.simplefilter("ignore")
    try:
        book = json.loads(stream.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused("is not UTF-8, so it is no notebook") from None
    except ValueError as error:
        raise Refused(f"is not a notebook: {error}") from None
    module = Module()
    for number, cell in enumerate(cells_of(book), 1):
        module.add(number, cell)
    lines = module.lines()
    source = "".join(text + "\n" for text, _ in lines)
    return {"source": source, "lines": [place for _, place in lines], "left_out": module.left_out}, b""


def cells_of(book: Any) -> list[str | None]:
    """Every cell in order: the text of a code cell, None for another."""
    if isinstance(book, dict) and isinstance(book.get("worksheets"), list) and book["worksheets"]:
        book = book["worksheets"][0]  # nbformat 3
    cells = book.get("cells") if isinstance(book, dict) else None
    if not isinstance(cells, list):
        raise Refused("is JSON, but not a notebook: it has no list of cells")
    if len(cells) > CELLS:
        raise Refused(f"has more than {CELLS} cells")
    return [text_of(cell) for cell in cells]


def text_of(cell: Any) -> str | None:
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return None
    text = cell.get("source", cell.get("input", ""))
    if isinstance(text, list):
        text = "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else None


class Module:
    """The kept statements, each with the cell and line it came from."""

    def __init__(self) -> None:
        self.kept: list[tuple[int, ast.stmt, list[tuple[str, list[int]]]]] = []
        self.left_out: list[dict[str, Any]] = []

    def lines(self) -> list[tuple[str, list[int] | None]]:
        """The module's lines with their places; a comment heads what comes from each cell."""
        used = {node.id for _, one, _ in self.kept for node in ast.walk(one) if isinstance(node, ast.Name)}
        top: list[tuple[str, list[int] | None]] = []
        found: list[tuple[str, list[int] | None]] = []
        headed = 0
        for number, statement, piece in self.kept:
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                top += piece
                continue
            if idle(statement, used):
                what = "an import that nothing uses"
                self.left_out.append({"cell": number, "line": statement.lineno, "what": what})
                continue
            if number != headed:
                found.append((f"# cell {number}", None))
                headed = number
            found += piece
        return top + found

    def add(self, number: int, text: str | None) -> None:
        """Takes over what is wanted of one cell."""
        if text is None or not text.strip():
            return
        lines = re.split(r"\r\n|\r|\n", text)
        first = next(line.strip() for line in lines if line.strip())
        if first.startswith("%%"):
            if first.split()[0] not in KEPT_MAGICS and not WRITTEN.match(first):
                self.left_out.append({"cell": number, "line": 1, "what": f"the whole cell ({first.split()[0][:20]})"})
                return
            lines[next(i for i, line in enumerate(lines) if line.strip())] = ""
        tree = parsed(lines)
        if tree is None:
            self.left_out.append({"cell": number, "line": 1, "what": "the whole cell (not Python)"})
            return
        for statement in tree.body:
            if wanted(statement):
                self.keep(number, statement, lines)
            elif not isinstance(statement, ast.Pass):
                what = type(statement).__name__
                self.left_out.append(
                    {"cell": number, "line": statement.lineno, "what": LEFT_OUT.get(what, "a statement")}
                )

    def keep(self, number: int, statement: ast.stmt, lines: list[str]) -> None:
        first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))])
        piece = lines[first - 1 : statement.end_lineno]
        piece[-1] = (
            piece[-1].encode()[: statement.end_col_offset].decode()
        )  # what follows after a `;` is another statement
        if first == statement.lineno:
            piece[0] = piece[0].encode()[statement.col_offset :].decode()
        self.kept.append((number, statement, [(text, [number, first + at]) for at, text in enumerate(piece)]))


LEFT_OUT = {
    "Expr": "an expression", "Assign": "an assignment with a call", "AnnAssign": "an assignment with a call",
    "For": "a loop", "While": "a loop", "If": "an if", "With": "a with block", "Try": "a try block",
    "Assert": "an assert",
}  # fmt: skip


def parsed(lines: list[str]) -> ast.Module | None:
    """The cell's tree. A magic becomes `pass` only where the parser stops at it: a string may hold such a line too."""
    for _ in range(MAGICS):
        try:
            return ast.parse("\n".join(lines))
        except SyntaxError as error:
            at = (error.lineno or 0) - 1
            if not 0 <= at < len(lines) or not MAGIC.match(lines[at]):
                return None
            lines[at] = MAGIC.sub(r"\1pass", lines[at])
        except ValueError:
            return None
    return None


def wanted(statement: ast.stmt) -> bool:
    """Imports, definitions, and call-free assignments to plain names."""
    if isinstance(statement, DEFINITIONS):
        return True
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
        return False
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = (ast.Name, ast.Tuple, ast.List, ast.Store)
    plain = all(isinstance(node, names) for target in targets for node in ast.walk(target))
    return plain and not any(isinstance(node, (ast.Call, ast.Await, ast.Yield)) for node in ast.walk(statement.value))


def idle(statement: ast.stmt, used: set[str]) -> bool:
    """Whether it imports nothing but names that are not used, from packages outside of every course."""
    if isinstance(statement, ast.Import):
        packages = [alias.name for alias in statement.names]
    elif isinstance(statement, ast.ImportFrom) and statement.module:
        packages = [statement.module]
    else:
        return False
    names = {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    return not names & (used | {"*"}) and not any(package.partition(".")[0] in COURSE for package in packages)
