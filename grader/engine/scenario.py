"""A scenario's journey: the text of a suite's function, with just the top-level names it uses, for the examinee.

The examinee gets neither the tests nor any name that only they use, so no expected value travels, and no docstring.
Blank lines keep every line number, so that a traceback points at the author's own line.
"""

import ast
import marshal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary


@dataclass(frozen=True)
class ScenarioSource:
    """What the examinee runs: helper modules first, then the suite's part, then `function` is called."""

    function: str
    modules: tuple[tuple[str, str, str], ...]  # (module name, file name, text), in the order in which to run them

    @cached_property
    def compiled(self) -> list[list[str | bytes]]:
        """The modules with marshalled code for text: an examinee answers many questions, and compiles none anew."""
        return [[name, file, marshalled(text, file)] for name, file, text in self.modules]


def marshalled(text: str, file: str) -> str | bytes:
    """The code of a module; its text where that cannot be compiled, which the examinee will say."""
    try:
        return marshal.dumps(compile(text, file, "exec", dont_inherit=True))
    except (SyntaxError, ValueError):
        return text


class Source:
    """One suite file, cut into its top-level statements by the names they bind."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text(encoding="utf-8")
        self.tree = ast.parse(self.text, str(path))
        self.bound: dict[str, list[ast.stmt]] = {}
        self.always: list[ast.stmt] = []
        for statement in self.tree.body:
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                self.always.append(statement)
            for name in names_bound(statement):
                self.bound.setdefault(name, []).append(statement)

    def closure(self, names: set[str]) -> list[ast.stmt]:
        """The statements that `names` need, in the file's order."""
        wanted: dict[int, ast.stmt] = {id(s): s for s in self.always}
        todo = list(names)
        while todo:
            for statement in self.bound.get(todo.pop(), ()):
                if id(statement) not in wanted:
                    wanted[id(statement)] = statement
                    todo += names_used(statement)
        return [statement for statement in self.tree.body if id(statement) in wanted]

    def cut(self, statements: list[ast.stmt]) -> str:
        """The text of these statements alone, without docstrings, every line where it stood."""
        lines = self.text.splitlines()
        kept = [""] * len(lines)
        for statement in statements:
            first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", []))])
            kept[first - 1 : statement.end_lineno] = lines[first - 1 : statement.end_lineno]
        for statement in statements:
            for words in docstrings(statement):
                first, end = words.lineno - 1, words.end_lineno or words.lineno
                before, after = lines[first][: words.col_offset], lines[end - 1][words.end_col_offset :].strip()
                if not before.strip() and (not after or after.startswith("#")):
                    kept[first:end] = [f'{before}""', *[""] * (end - first - 1)]
        return "\n".join(kept) + "\n"


def docstrings(statement: ast.stmt) -> Iterator[ast.stmt]:
    """Those of all functions and classes in a statement."""
    for node in ast.walk(statement):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            yield node.body[0]


def names_bound(statement: ast.stmt) -> set[str]:
    """The names that a top-level statement binds."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    stores = (n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return set(stores)


def names_used(statement: ast.AST) -> set[str]:
    """The names that a statement reads."""
    return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


@lru_cache(maxsize=256)
def source(path: Path, stamp: tuple[int, int]) -> Source:
    return Source(path)


def read(path: Path) -> Source:
    """The parsed file, read again only when it changed."""
    info = path.stat()
    return source(path, (info.st_mtime_ns, info.st_size))


def extract_scenario(scenario: Callable[..., Any]) -> ScenarioSource:
    """The source of one scenario, found by its file and name; the same as long as the function itself is."""
    if scenario not in shipped:
        path = Path(scenario.__code__.co_filename)
        modules: dict[str, tuple[str, str, str]] = {}
        pack(path, {scenario.__name__}, path.parent, modules)
        shipped[scenario] = ScenarioSource(scenario.__name__, tuple(modules.values()))
    return shipped[scenario]


shipped: WeakKeyDictionary[Callable[..., Any], ScenarioSource] = WeakKeyDictionary()


def pack(path: Path, names: set[str], folder: Path, modules: dict[str, tuple[str, str, str]]) -> None:
    file = read(path)
    statements = file.closure(names)
    for statement in statements:
        if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            neighbor = folder / f"{statement.module}.py"
            if neighbor.is_file() and statement.module not in modules:
                everything = read(neighbor)
                pack(neighbor, set(everything.bound), folder, modules)
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                neighbor = folder / f"{alias.name}.py"
                if neighbor.is_file() and alias.name not in modules:
                    pack(neighbor, set(read(neighbor).bound), folder, modules)
    modules[path.stem] = (path.stem, path.name, file.cut(statements))
