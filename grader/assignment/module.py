"""The code of an assignment as two modules: the solution, and the stub, in which what learners write is left open."""

import ast
import re
import sys
from functools import cached_property

from grader.assignment.parts import Assignment
from grader.base.errors import UsageError
from grader.course.packages import CORE, top

MAGIC = re.compile(r"^\s*[%!]")
KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
OTTER = re.compile(r"\botter\b")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Module:
    """Imports, definitions and assignments of an assignment; what only shows something is noted as left out."""

    def __init__(self, assignment: Assignment) -> None:
        self.lines = ["" if MAGIC.match(line) else line for line in assignment.lines]
        self.written = assignment.written
        try:
            self.tree = ast.parse("\n".join(self.lines))
        except SyntaxError as error:
            line = self.lines[(error.lineno or 1) - 1].strip() if self.lines else ""
            raise UsageError(f"its code is no Python: {error.msg}: {line}", next="mend that cell") from None
        self.body: list[ast.stmt] = []
        for statement in self.tree.body:
            text = "\n".join(self.lines[statement.lineno - 1 : statement.end_lineno])
            if OTTER.search(text):
                continue
            if isinstance(statement, KEPT):
                self.body.append(statement)
            else:
                assignment.left_out.append(f"code that runs when it is imported: `{text.splitlines()[0].strip()}`")

    @cached_property
    def open(self) -> set[str]:
        """The names of what learners write, and of all that is computed with them."""
        found: set[str] = set()
        for one in self.body:
            if self.written & set(range(first_line(one), last_line(one) + 1)) or (
                isinstance(one, (ast.Assign, ast.AnnAssign)) and loaded(one) & found
            ):
                found |= set(self.names_of(one))
        return found

    @property
    def names(self) -> set[str]:
        """What the module defines: functions, classes and variables."""
        found: set[str] = set()
        for one in self.body:
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found.add(one.name)
            elif isinstance(one, (ast.Assign, ast.AnnAssign)):
                found |= {node.id for node in ast.walk(one) if isinstance(node, ast.Name) and is_stored(node)}
        return found

    @property
    def packages(self) -> list[str]:
        """What is imported beyond the core and Python's own."""
        lines = [one for one in self.body if isinstance(one, (ast.Import, ast.ImportFrom))]
        named = [alias.name for one in lines if isinstance(one, ast.Import) for alias in one.names]
        named += [one.module for one in lines if isinstance(one, ast.ImportFrom) and one.module]
        return sorted({top(name) for name in named} - {*CORE, *sys.stdlib_module_names})

    @property
    def imports(self) -> str:
        """The import statements, for tests that use the same packages."""
        found = [one for one in self.body if isinstance(one, (ast.Import, ast.ImportFrom))]
        return "".join(f"{ast.unparse(one)}\n" for one in found)

    @property
    def imported(self) -> set[str]:
        """The names that the module's imports give."""
        found = [one for one in self.body if isinstance(one, (ast.Import, ast.ImportFrom))]
        return {alias.asname or alias.name.partition(".")[0] for one in found for alias in one.names}

    def solution(self) -> str:
        return self.laid_out([self.text(one) for one in self.body])

    def stub(self) -> str:
        return self.laid_out([self.opened(one) if self.is_open(one) else self.text(one) for one in self.body])

    def laid_out(self, parts: list[str]) -> str:
        """Statements below each other, two empty lines around definitions."""
        defining = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        text, before, imports = "", False, False
        for one, part in zip(self.body, parts, strict=True):
            here = isinstance(one, defining)
            far = "\n\n" if here or before else "\n" if imports and not is_import(one) else ""
            text += (far if text else "") + part
            before, imports = here, is_import(one)
        return text

    def names_of(self, one: ast.stmt) -> list[str]:
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return [one.name]
        targets = one.targets if isinstance(one, ast.Assign) else [one.target] if isinstance(one, ast.AnnAssign) else []
        return [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]

    def is_open(self, one: ast.AST) -> bool:
        """Whether learners write some of its lines, or it computes with what they write."""
        if self.written & set(range(first_line(one), last_line(one) + 1)):
            return True
        return isinstance(one, (ast.Assign, ast.AnnAssign)) and bool(loaded(one) & self.open)

    def text(self, one: ast.stmt) -> str:
        return "\n".join(self.lines[first_line(one) - 1 : last_line(one)]).rstrip() + "\n"

    def opened(self, one: ast.stmt) -> str:
        """The statement as learners get it: heads and docstrings stay, bodies are not written yet."""
        if isinstance(one, (ast.Assign, ast.AnnAssign)):
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            return "".join(f"{ast.unparse(target)} = ...\n" for target in targets)
        if isinstance(one, (ast.Import, ast.ImportFrom)):
            return self.text(one)
        first, lines = first_line(one), self.lines[first_line(one) - 1 : last_line(one)]
        for function in reversed(self.functions(one)):
            body = function.body[1:] if ast.get_docstring(function) is not None else function.body
            at = (body[0].lineno if body else last_line(function) + 1) - first
            indent = " " * function.body[0].col_offset
            if function.body[0].lineno == function.lineno:  # `def f(x): return x`
                head = ast.unparse(function).partition("\n")[0]
                lines[at : last_line(function) - first + 1] = [" " * function.col_offset + head]
                at, indent = at + 1, " " * (function.col_offset + 4)
                lines[at:at] = [f'{indent}raise NotImplementedError("{function.name}: not written yet")']
            else:
                lines[at : last_line(function) - first + 1] = [
                    f'{indent}raise NotImplementedError("{function.name}: not written yet")'
                ]
        return "\n".join(lines).rstrip() + "\n"

    def functions(self, one: ast.AST) -> list[Function]:
        """The outermost functions in a statement of which learners write something, in the file's order."""
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return [one] if self.is_open(one) else []
        return [found for inner in ast.iter_child_nodes(one) for found in self.functions(inner)]


def loaded(one: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(one) if isinstance(node, ast.Name) and not is_stored(node)}


def is_import(one: ast.stmt) -> bool:
    return isinstance(one, (ast.Import, ast.ImportFrom))


def is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def first_line(one: ast.AST) -> int:
    lines = [one.lineno] if isinstance(one, (ast.stmt, ast.expr)) else []
    marks: list[ast.expr] = getattr(one, "decorator_list", [])
    return min([*lines, *(mark.lineno for mark in marks)])


def last_line(one: ast.AST) -> int:
    end: int | None = getattr(one, "end_lineno", None)
    return end or first_line(one)
