"""What a scenario first asks of the learner's code, as statements that can be pasted: read in its text, never run.

A scenario's docstring may say it itself, in a line behind `>>>`; there only the arguments are filled in.
"""

import ast
import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grader.engine.frame import LOAD, MODULE, Frame, Known, Text
from grader.engine.inlining import Inliner
from grader.engine.known import Unknown
from grader.engine.scenario import read
from grader.engine.search import Found, Search, Stop

# What a text that does otherwise than a scenario usually does may lead to; the question then has no line.
MISREAD = (Unknown, SyntaxError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)


@dataclass(frozen=True)
class FirstUse:
    """Statements, the values that their names stand for, and the data within them, written `__0__`, `__1__`..."""

    statements: Sequence[str] = ()
    values: dict[str, Any] = field(default_factory=dict)
    data: Sequence[Any] = ()
    imports: Sequence[str] = ()

    def text(self, literal: Callable[[Any], str]) -> str:
        """The statements with the data in them."""
        return re.sub(r"__(\d+)__", lambda found: literal(self.data[int(found[1])]), "; ".join(self.statements))


def first_use(scenario: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> FirstUse:
    """The first use of the learner's code by a scenario with these arguments; without statements where none is sure."""
    source = read(Path(scenario.__code__.co_filename))
    tree = next((n for n in source.tree.body if isinstance(n, ast.FunctionDef) and n.name == scenario.__name__), None)
    if tree is None:
        return FirstUse()
    names = arguments_of(tree, args, kwargs)
    if said := said_by_the_author(tree):
        with contextlib.suppress(*MISREAD):
            return filled_in(said, Frame(source, dict(names)))
    frame = Frame(source, dict(names))
    first = next(iter([*tree.args.posonlyargs, *tree.args.args]), None)
    if first and first.arg in ("module", "load"):
        frame.names[first.arg] = MODULE if first.arg == "module" else LOAD
    search = Search()
    try:
        search.body(tree.body, frame)
    except Found as found:
        search.statements.append(ast.unparse(ast.fix_missing_locations(found.expression)))
    except (Stop, *MISREAD):
        pass
    if not search.statements:
        return FirstUse(values={name: one.value for name, one in names.items()})
    return needed(search.statements, search)


def arguments_of(tree: ast.FunctionDef, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Known]:
    """A scenario's arguments by their names, defaults included, the module left out."""
    given = tree.args
    names = [one.arg for one in (*given.posonlyargs, *given.args)]
    defaults = dict(zip(reversed(names), reversed(given.defaults), strict=False))
    defaults |= {
        one.arg: default
        for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
        if default is not None
    }
    names = names[1:] if names and names[0] in ("module", "load") else names
    found: dict[str, Any] = {}
    for name, default in defaults.items():
        with contextlib.suppress(ValueError):
            found[name] = ast.literal_eval(default)
    found |= dict(zip(names, args, strict=False)) | kwargs
    if given.vararg:
        found[given.vararg.arg] = tuple(args[len(names) :])
    if given.kwarg:
        found[given.kwarg.arg] = {k: v for k, v in kwargs.items() if k not in names}
    return {name: Known(value, name) for name, value in found.items()}


def said_by_the_author(tree: ast.FunctionDef) -> str:
    """What stands behind `>>>` in a scenario's docstring, and behind `...` where a line goes on."""
    said: list[str] = []
    for line in (ast.get_docstring(tree) or "").splitlines():
        if line.startswith(">>> "):
            said.append(line.removeprefix(">>> "))
        elif said and line.startswith("..."):
            said[-1] += line.removeprefix("...")
    return "; ".join(said)


def filled_in(said: str, frame: Frame) -> FirstUse:
    """The author's statements with what is known of the arguments in them, and with their comment."""
    code, _, comment = said.partition("  # ")
    inliner, statements = Inliner(bare=True), []
    for statement in ast.parse(code).body:
        own = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        frame.names |= {name: Text(ast.Name(name)) for name in own}
        if not isinstance(statement, (ast.Assign, ast.Expr)):
            raise Unknown(code)
        statements.append(ast.unparse(ast.fix_missing_locations(inliner.parts(statement, frame))))
    use = needed(statements, inliner)
    return replace(use, statements=[*statements[:-1], f"{statements[-1]}  # {comment}"]) if comment else use


def needed(statements: Sequence[str], inliner: Inliner) -> FirstUse:
    """The statements with those values and imports alone that they use."""
    names = {n.id for one in statements for n in ast.walk(ast.parse(one)) if isinstance(n, ast.Name)}
    values = {name: value for name, value in inliner.values.items() if name in names}
    imports = [line for name, line in inliner.imports.items() if name in names]
    return FirstUse(statements, values, inliner.data, imports)
