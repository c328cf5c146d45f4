"""What stands behind the names of a suite, as far as its text and the values at hand make that sure."""

import ast
import builtins
from typing import Any

from grader.engine.frame import Bound, Frame, Known, Local, Text, is_own
from grader.engine.known import Unknown, known
from grader.engine.scenario import read


class Names:
    """Looks names up; with `bare` those that nobody knows are the learner's."""

    def __init__(self, bare: bool = False) -> None:
        self.bare = bare

    def text(self, node: ast.expr, frame: Frame) -> ast.expr:
        """The expression for a learner's eyes."""
        raise NotImplementedError

    def value(self, node: ast.expr, frame: Frame) -> Any:
        def lookup(name: str) -> Any:
            bound = frame.names.get(name)
            if bound is None and name in frame.source.bound and not self.bare:
                bound = self.top_level(name, frame)
            if not isinstance(bound, Known):
                raise Unknown(name)
            return bound.value

        try:
            return known(node, lookup)
        except (TypeError, ValueError, LookupError, ArithmeticError) as error:
            raise Unknown(str(error)) from None

    def bound(self, node: ast.expr, frame: Frame) -> Bound:
        """What a name stands for that is given this expression."""
        if isinstance(node, ast.Name):
            return self.named(node.id, frame)
        if isinstance(node, ast.Lambda):
            return Local(node, frame)
        try:
            return Known(self.value(node, frame))
        except Unknown:
            return Text(self.text(node, frame), is_own(node, frame))

    def named(self, name: str, frame: Frame) -> Bound:
        found = frame.names.get(name)
        if found is not None:
            return found
        if self.bare and not isinstance(frame.source.bound.get(name, [None])[-1], (ast.Import, ast.ImportFrom)):
            return Text(ast.Name(name))
        if name in frame.source.bound:
            return self.top_level(name, frame)
        if self.bare or hasattr(builtins, name):
            return Text(ast.Name(name))
        raise Unknown(name)

    def top_level(self, name: str, frame: Frame) -> Bound:
        """What stands behind a name of the suite's file."""
        source = frame.source
        statement = source.bound[name][-1]
        outside = Frame(source)
        match statement:
            case ast.FunctionDef():
                return Local(statement, outside)
            case ast.Assign(targets=[ast.Name()], value=value) if len(source.bound[name]) == 1:
                return self.bound(value, outside)
            case ast.Import() | ast.ImportFrom():
                neighbor = source.path.parent / f"{getattr(statement, 'module', None) or name}.py"
                if isinstance(statement, ast.ImportFrom) and neighbor.is_file():
                    return self.named(name, Frame(read(neighbor)))
                if not ast.unparse(statement).startswith("from grader"):
                    return Text(ast.Name(name))
        raise Unknown(name)

    def function_of(self, node: ast.expr, frame: Frame) -> Local | None:
        """The suite's function that a call calls; None for any other."""
        if not isinstance(node, ast.Name):
            return None
        try:
            found = self.named(node.id, frame)
        except Unknown:
            return None
        return found if isinstance(found, Local) else None

    def entered(self, function: Local, node: ast.Call, frame: Frame) -> Frame:
        """The frame of a call of a suite's function; a parameter whose argument is not sure has no name in it."""
        inside = function.frame.child()
        arguments = function.code.args
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        for name, default in zip(reversed(names), reversed(arguments.defaults), strict=False):
            self.give(name, default, function.frame, inside)
        for keyword_only, default_of_it in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if default_of_it is not None:
                self.give(keyword_only.arg, default_of_it, function.frame, inside)
        given: list[Bound | ast.expr] = []
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                given += [Known(one) for one in self.value(argument.value, frame)]
            else:
                given.append(argument)
        for name, one in zip(names, given, strict=False):
            self.give(name, one, frame, inside)
        if arguments.vararg:
            rest = [one.value if isinstance(one, Known) else self.value(one, frame) for one in given[len(names) :]]  # type: ignore[arg-type]
            inside.names[arguments.vararg.arg] = Known(tuple(rest))
        for keyword in node.keywords:
            if keyword.arg is not None:
                self.give(keyword.arg, keyword.value, frame, inside)
            else:
                inside.names |= {key: Known(value) for key, value in self.value(keyword.value, frame).items()}
        return inside

    def give(self, name: str, one: Bound | ast.expr, frame: Frame, inside: Frame) -> None:
        try:
            inside.names[name] = self.bound(one, frame) if isinstance(one, ast.expr) else one
        except Unknown:
            inside.names.pop(name, None)
