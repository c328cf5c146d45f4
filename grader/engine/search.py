"""A walk through a scenario's text up to the first use of the learner's code."""

import ast
import contextlib
from collections.abc import Iterable
from typing import Any

from grader.engine.frame import (
    LOAD,
    MODULE,
    SAME_OBJECT,
    Bound,
    Frame,
    Known,
    Local,
    Text,
    bookkeeping,
    constructs,
    is_own,
    names_in,
)  # fmt: skip
from grader.engine.inlining import DEEPEST, Inliner
from grader.engine.known import Unknown


class Found(Exception):
    """The expression that uses the learner's code."""

    def __init__(self, expression: ast.expr) -> None:
        super().__init__()
        self.expression = expression


class Stop(Exception):
    """From here on the scenario does something to what the learner's code made that no line can tell."""


class Search(Inliner):
    """Walks through a scenario in the order in which it runs; loops once, with their first element."""

    def __init__(self) -> None:
        super().__init__()
        self.statements: list[str] = []

    def body(self, body: Iterable[ast.stmt], frame: Frame) -> Bound | None:
        """What is returned, where that is sure."""
        for statement in body:
            if isinstance(statement, ast.Return):
                return self.give_back(statement, frame)
            if isinstance(statement, ast.If):
                found = self.branch(statement, frame)
                if found is not None:
                    return found
            self.statement(statement, frame)
        return None

    def give_back(self, statement: ast.Return, frame: Frame) -> Bound | None:
        if statement.value is None:
            return None
        self.look(statement.value, frame)
        with contextlib.suppress(Unknown):
            return self.bound(statement.value, frame)
        return None

    def branch(self, statement: ast.If, frame: Frame) -> Bound | None:
        self.look(statement.test, frame)
        try:
            return self.body(statement.body if self.value(statement.test, frame) else statement.orelse, frame)
        except Unknown:
            for part in (statement.body, statement.orelse):
                self.body(part, frame.child())
                self.forget(part, frame)
        return None

    def statement(self, statement: ast.stmt, frame: Frame) -> None:
        match statement:
            case ast.Assign(targets=[target], value=value):
                self.assign(target, value, frame)
            case ast.Expr(value=value):
                self.do(value, frame)
            case ast.For(target=target, iter=iterable, body=body):
                self.look(iterable, frame)
                if self.bind_first(target, iterable, frame):
                    self.body(body, frame)
                    self.forget([statement], frame)
            case ast.With(items=items, body=body):
                for item in items:
                    self.look(item.context_expr, frame)
                self.body(body, frame)
            case ast.Try(body=body):
                self.body(body, frame)
            case ast.While(body=body):
                self.body(body, frame)
                self.forget(body, frame)
            case ast.FunctionDef(name=name):
                frame.names[name] = Local(statement, frame)
            case ast.AugAssign(value=value):
                self.look(value, frame)
                self.forget([statement], frame)

    def assign(self, target: ast.expr, value: ast.expr, frame: Frame) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for one, part in zip(target.elts, value.elts, strict=True):
                self.assign(one, part, frame)
            return
        if not isinstance(target, ast.Name):
            self.look(value, frame)
            self.bind(target, value, frame)
            return
        if constructs(value, frame):
            try:
                made, name = self.text(value, frame), target.id
            except Unknown:
                frame.names.pop(target.id, None)
                return
            while any(one.startswith(f"{name} = ") for one in self.statements) or name in self.values:
                name += "_"
            self.statements.append(f"{name} = {ast.unparse(ast.fix_missing_locations(made))}")
            frame.names[target.id] = Text(ast.Name(name), own=True, made=True)
            return
        if isinstance(value, ast.Call) and (function := self.function_of(value.func, frame)):
            for argument in (*value.args, *value.keywords):
                self.look(argument, frame)
            given = self.enter(function, value, frame)
            if given is not None:
                frame.names[target.id] = given
                return
        self.look(value, frame)
        self.bind(target, value, frame)

    def bind(self, target: ast.expr, value: ast.expr, frame: Frame) -> None:
        """Gives the target's names what is known of the value; takes them away where nothing is."""
        if isinstance(target, ast.Name):
            try:
                bound = self.bound(value, frame)
                frame.names[target.id] = Known(bound.value, target.id) if isinstance(bound, Known) else bound
            except Unknown:
                frame.names.pop(target.id, None)
        elif isinstance(target, (ast.Tuple, ast.List)):
            try:
                self.unpack(target, self.value(value, frame), frame)
            except Unknown:
                for name in names_in(target):
                    frame.names.pop(name, None)
        else:  # an attribute or an element of something
            self.forget_names(names_in(target), frame)

    def bind_first(self, target: ast.expr, iterable: ast.expr, frame: Frame) -> bool:
        """Gives a loop's names its first element; False if there is none."""
        try:
            written = self.elements_of(iterable, frame)
            if isinstance(written, (ast.Tuple, ast.List)) and written.elts:
                self.assign(target, written.elts[0], frame)
                return True
            elements = self.value(iterable, frame)
            if len(elements) == 0:
                return False
            first = next(iter(elements))
            self.unpack(target, first, frame)
        except (Unknown, TypeError):
            for name in names_in(target):
                frame.names.pop(name, None)
        return True

    def elements_of(self, node: ast.expr, frame: Frame) -> ast.expr:
        """The expression that a name stands for, or what is there itself."""
        bound = frame.names.get(node.id) if isinstance(node, ast.Name) else None
        return bound.expression if isinstance(bound, Text) else node

    def unpack(self, target: ast.expr, value: Any, frame: Frame) -> None:
        if isinstance(target, ast.Name):
            frame.names[target.id] = Known(value, target.id)
            return
        if not isinstance(target, (ast.Tuple, ast.List)):
            raise Unknown(ast.unparse(target))
        try:
            parts = list(value)
        except TypeError:
            raise Unknown(ast.unparse(target)) from None
        places = [i for i, one in enumerate(target.elts) if isinstance(one, ast.Starred)]
        if places:
            at, rest = places[0], len(parts) - len(target.elts) + 1
            parts[at : at + rest] = [parts[at : at + rest]]
        if len(parts) != len(target.elts):
            raise Unknown(ast.unparse(target))
        for one, part in zip(target.elts, parts, strict=True):
            self.unpack(one.value if isinstance(one, ast.Starred) else one, part, frame)

    def do(self, value: ast.expr, frame: Frame) -> None:
        """A call for its effect: what it changes is not known any more."""
        self.look(value, frame)
        if not isinstance(value, ast.Call):
            return
        if isinstance(value.func, ast.Attribute) and isinstance(value.func.value, ast.Name):
            name = value.func.value.id
            bound = frame.names.get(name)
            if value.func.attr in SAME_OBJECT and isinstance(bound, (Known, Text)):
                try:
                    changed = self.text(value, frame)
                except Unknown:
                    self.forget_names({name}, frame)
                    return
                if isinstance(bound, Text) and bound.made:
                    self.statements.append(ast.unparse(ast.fix_missing_locations(changed)))
                else:
                    frame.names[name] = Text(changed)
                return
            self.forget_names({name}, frame)
        elif self.function_of(value.func, frame) is not None:
            self.forget_names(set().union(*map(names_in, value.args)), frame)

    def forget(self, body: Iterable[ast.stmt], frame: Frame) -> None:
        """Statements whose effect is not followed: the names they may change are not known any more."""
        for node in (n for statement in body for n in ast.walk(statement)):
            match node:
                case ast.Name(id=name, ctx=ast.Store()):
                    frame.names.pop(name, None)
                case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                    self.forget_names(names_in(node), frame)
                case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
                    self.forget_names({name}, frame)
                case ast.Expr(value=ast.Call(func=ast.Name(), args=arguments)):
                    self.forget_names(set().union(*map(names_in, arguments)), frame)
                case ast.For(iter=iterable):
                    self.forget_names(
                        {n for n in names_in(iterable) if not isinstance(frame.names.get(n), Known)}, frame
                    )

    def forget_names(self, names: set[str], frame: Frame) -> None:
        for name in names:
            bound = frame.names.get(name)
            if isinstance(bound, Text) and bound.made:
                raise Stop
            if bound not in (MODULE, LOAD):
                frame.names.pop(name, None)

    def look(self, node: ast.AST, frame: Frame) -> None:
        """Looks for the first use within an expression: Found, if there is one that a line can tell."""
        if isinstance(node, ast.Lambda):
            return
        if isinstance(node, ast.IfExp):
            with contextlib.suppress(Unknown):
                return self.look(node.body if self.value(node.test, frame) else node.orelse, frame)
        if isinstance(node, (ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)):
            inside = frame.child()
            for one in node.generators:
                self.look(one.iter, inside)
                if not self.bind_first(one.target, one.iter, inside):
                    return
            for name in ("key", "value", "elt"):
                if hasattr(node, name):
                    self.look(getattr(node, name), inside)
            return
        if isinstance(node, ast.Call):
            if is_own(node.func, frame) and not bookkeeping(node, frame):
                with contextlib.suppress(Unknown):
                    raise Found(self.text(node, frame))
            for part in (*node.args, *node.keywords):
                self.look(part, frame)
            if function := self.function_of(node.func, frame):
                self.enter(function, node, frame)
                return
            self.look(node.func, frame)
            return
        for child in ast.iter_child_nodes(node):
            self.look(child, frame)

    def enter(self, function: Local, node: ast.Call, frame: Frame) -> Bound | None:
        """Goes on in a function of the suite; what it gives back, where that is sure."""
        if self.depth >= DEEPEST:
            return None
        try:
            inside = self.entered(function, node, frame)
        except Unknown:
            return None
        self.depth += 1
        try:
            if isinstance(function.code, ast.Lambda):
                self.look(function.code.body, inside)
                return None
            found = self.body(function.code.body, inside)
            if any(isinstance(one, Text) and one.made for one in self.given(node, frame)) and does(function.code):
                raise Stop
            return found
        finally:
            self.depth -= 1

    def given(self, node: ast.Call, frame: Frame) -> list[Bound | None]:
        """What stands behind the names that a call gets."""
        return [frame.names.get(one.id) for one in node.args if isinstance(one, ast.Name)]


def does(code: ast.FunctionDef) -> bool:
    """Whether a function does more than to name and return values."""
    return any(
        not isinstance(one, (ast.Assign, ast.Return))
        and not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        for one in code.body
    )
