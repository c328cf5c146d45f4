"""Task `notebook`: the Python module inside a notebook: what the names that are graded need, and nothing else.

{"stub": text} has the functions and classes that an exercise asks for; without it all definitions are wanted.
{"file": "cutmix.py"} is the file: a cell that writes it with %%writefile is the submission. {"key": "ex03"} is the
exercise: the last cell that begins with `%%check ex03` is the submission, after the cells that it names.

Kept are the definitions of the names, and what those use, directly or not: functions, constants, assignments with
calls, imports. A package from outside every course may be missing where nothing runs it. The answer: {"source": text,
"lines": [[cell, line in the cell] or null, ...] one per line of the text, "left_out": [{"cell", "line", "what"}, ...],
"written": {name: text} of other files that cells write}. Cells are counted from 1, as a reader does.
"""

import ast
import contextlib
import io
import json
import re
import sys
import warnings
from typing import IO, Any, TypedDict

from . import check_cell
from .need import DEFINITIONS, IMPORTS, Piece, keep_needed, leave_replaced, simple
from .options import Options
from .refusal import Refused

CELLS = 5_000
MAGICS = 200
WARM = 10
KEPT_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")
WRITTEN = re.compile(r"%%(?:writefile|file)\s+(?P<add>-a\s+)?['\"]?(?:\S*/)?(?P<name>[^\s/'\"]+)['\"]?\s*$")
COURSE = {*sys.stdlib_module_names, "torch", "torchvision", "numpy", "matplotlib", "PIL"}
MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*|[\w, ]+=\s*[%!].*)$")
LEFT_OUT = {
    "Expr": "an expression", "For": "a loop", "While": "a loop", "If": "an if", "With": "a with block",
    "Try": "a try block", "Assert": "an assert", "Delete": "a del",
}  # fmt: skip
Line = tuple[str, list[int] | None]


def answer(options: Options, stream: IO[bytes]) -> tuple[Any, bytes]:
    warnings.simplefilter("ignore")
    try:
        book = json.loads(stream.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused("is not UTF-8, so it is no notebook") from None
    except ValueError as error:
        raise Refused(f"is not a notebook: {error}") from None
    module = Module(options.get("file", ""), options.get("key", ""))
    for number, cell in enumerate(cells_of(book), 1):
        module.add(number, cell)
    lines = module.lines(asked_for(options.get("stub", "")))
    source = "".join(text + "\n" for text, _ in lines)
    left_out = sorted(module.left_out, key=lambda one: (one["cell"], one["line"]))
    written = {name: "\n".join(text for text, _ in found) + "\n" for name, found in module.written.items()}
    return {"source": source, "lines": [place for _, place in lines], "left_out": left_out, "written": written}, b""


def warm_up(options: Options) -> None:
    """Reads the exercise's own stub, so that forks find what Python prepares at the first uses."""
    cell = {"cell_type": "code", "source": options.get("stub", "")}
    with contextlib.suppress(Refused, RecursionError):
        for _ in range(WARM):
            answer(options, io.BytesIO(json.dumps({"cells": [cell]}).encode()))


def asked_for(stub: str) -> set[str]:
    """The names that a stub defines; none where it cannot be read."""
    try:
        tree = ast.parse(stub)
    except (SyntaxError, ValueError):
        return set()
    return {one.name for one in tree.body if isinstance(one, DEFINITIONS)}


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


class LeftOut(TypedDict):
    """What of a notebook is not in its module, and where it stands there."""

    cell: int
    line: int
    what: str


class Module:
    """The statements of all cells, the files that cells write, and what was left out.

    `file` is the one wanted, of the exercise `key`.
    """

    def __init__(self, file: str, key: str) -> None:
        self.file, self.key = file, key
        self.named: dict[str, list[Line]] = {}
        self.pieces: list[Piece] = []
        self.written: dict[str, list[Line]] = {}
        self.left_out: list[LeftOut] = []

    def leave(self, cell: int, line: int, what: str) -> None:
        self.left_out.append({"cell": cell, "line": line, "what": what})

    def lines(self, names: set[str]) -> list[Line]:
        """The module's lines with their places; a comment heads what comes from each cell."""
        if self.file in self.written:
            found = self.written.pop(self.file)
            cells = {place[0] for _, place in found if place}
            for cell in sorted({one.cell for one in self.pieces} - cells):
                self.leave(
                    cell, 1, f"the whole cell: another one, which is checked or writes {self.file}, is the submission"
                )
            return found
        if not any(one.binds & names for one in self.pieces):
            for found in self.written.values():
                self.pieces += self.taken_apart(found)
            self.pieces.sort(key=lambda one: one.lines[0][1])
        keep_needed(self.pieces, names)
        used = {name for one in self.pieces if one.kept for name in one.uses}
        for one in self.pieces:
            if isinstance(one.statement, IMPORTS) and not one.why:
                one.kept = one.kept or of_the_course(one.statement)
        leave_replaced(self.pieces)
        top: list[Line] = []
        found = []
        headed = 0
        run = {name for one in self.pieces if one.kept for name in one.at_once}
        for one in self.pieces:
            if not one.kept:
                self.leave(one.cell, one.statement.lineno, one.why or reason(one.statement))
            elif isinstance(one.statement, ast.ImportFrom) and one.statement.module == "__future__":
                top += one.lines
            else:
                if one.cell != headed:
                    found.append((f"# cell {one.cell}", None))
                    headed = one.cell
                lazy = isinstance(one.statement, IMPORTS) and not of_the_course(one.statement)
                found += optional(one.lines) if lazy and not one.binds & run & used else one.lines
        return top + found

    def add(self, number: int, text: str | None) -> None:
        """Takes one cell apart."""
        if text is None or not text.strip():
            return
        lines = re.split(r"\r\n|\r|\n", text)
        start = next(at for at, line in enumerate(lines) if line.strip())
        first = lines[start].strip()
        if name := check_cell.name_of(text):
            self.named[name] = [(line, [number, at + 1]) for at, line in enumerate(lines)]
        if self.key and check_cell.asks_for(first, self.key) and self.check(first, number, lines, start + 1):
            return
        if first.startswith("%%"):
            magic = WRITTEN.match(first)
            if magic and self.write(magic["name"], bool(magic["add"]), number, lines, start + 1):
                return
            if first.split()[0] not in KEPT_MAGICS:
                self.leave(number, 1, f"the whole cell ({first.split()[0][:20]})")
                return
            lines[start] = ""
        tree = parsed(lines)
        if tree is None:
            self.leave(number, 1, "the whole cell (not Python)")
            return
        self.pieces += [piece(number, one, lines) for one in tree.body if not idle(one)]

    def check(self, first: str, number: int, lines: list[str], start: int) -> bool:
        """Takes a checked cell for the submission, after the cells that it names; False where one is missing."""
        try:
            names = check_cell.parse(first.partition(" ")[2]).cells
        except check_cell.BadLine:
            return False
        if any(name not in self.named for name in names):
            return False
        before = [line for name in names for line in self.named[name]]
        self.written[self.file] = before + [(line, [number, at + 1]) for at, line in enumerate(lines) if at >= start]
        return True

    def taken_apart(self, text: list[Line]) -> list[Piece]:
        """The statements of a file that cells wrote, each with its own place."""
        lines = [line for line, _ in text]
        found = [piece(0, one, lines) for one in (parsed(lines) or ast.Module([], [])).body]
        for one in found:
            one.lines = [(line, text[place[1] - 1][1] or [0, 0]) for line, place in one.lines]
            one.cell = one.lines[0][1][0]
        return found

    def write(self, name: str, add: bool, number: int, lines: list[str], start: int) -> bool:
        """Keeps the text of a cell that writes a Python file; a second one replaces it, unless it appends."""
        if not name.endswith(".py"):
            return False
        text: list[Line] = [(line, [number, at + 1]) for at, line in enumerate(lines) if at >= start]
        before = self.written.get(name, []) if add else []
        self.written[name] = before + text
        return True


def idle(statement: ast.stmt) -> bool:
    """Whether a statement does nothing, as `pass` and a text by itself."""
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def piece(number: int, statement: ast.stmt, lines: list[str]) -> Piece:
    """A statement with its own lines: what follows after a `;` is another one."""
    first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))])
    own = lines[first - 1 : statement.end_lineno]
    own[-1] = own[-1].encode()[: statement.end_col_offset].decode()
    if first == statement.lineno:
        own[0] = own[0].encode()[statement.col_offset :].decode()
    return Piece(number, statement, [(text, [number, first + at]) for at, text in enumerate(own)])


def optional(lines: list[tuple[str, list[int]]]) -> list[Line]:
    """An import that may fail: nothing runs what it brings before a function is called."""
    inside: list[Line] = [(f"    {text}", place) for text, place in lines]
    return [("try:", None), *inside, ("except ImportError:", None), ("    pass", None)]


def reason(statement: ast.stmt) -> str:
    """Why a statement is left out."""
    if isinstance(statement, IMPORTS):
        return "an import that nothing uses"
    if isinstance(statement, DEFINITIONS):
        return f"{statement.name}, which nothing graded uses"
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        called = "an assignment" if simple(statement) else "an assignment with a call"
        return f"{called} that nothing graded uses"
    return LEFT_OUT.get(type(statement).__name__, "a statement")


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


def of_the_course(statement: ast.stmt) -> bool:
    """Whether an import brings packages that every course has."""
    if isinstance(statement, ast.Import):
        packages = [alias.name for alias in statement.names]
    elif isinstance(statement, ast.ImportFrom) and statement.module:
        packages = [statement.module]
    else:
        return False
    return all(package.partition(".")[0] in COURSE for package in packages)
