"""An expression of a suite in a learner's words: the suite's own names are replaced by what stands behind them."""

import ast
import contextlib
import copy
from collections.abc import Iterable, Sequence
from typing import Any

from grader.engine.frame import LOAD, MODULE, Frame, Local, Text
from grader.engine.known import Unknown
from grader.engine.naming import Names
from grader.engine.scenario import read

DEEPEST = 6  # functions of the suite inside each other
SCALAR = (bool, int, float, str, type(None))


def is_slice(node: ast.expr) -> bool:
    return isinstance(node, ast.Slice)


class Inliner(Names):
    """Writes expressions anew; remembers the values, the imports and the inlined data that they need."""

    def __init__(self, bare: bool = False) -> None:
        super().__init__(bare)
        self.values: dict[str, Any] = {}
        self.imports: dict[str, str] = {}
        self.data: list[Any] = []
        self.depth = 0

    def text(self, node: ast.expr, frame: Frame) -> ast.expr:
        """The expression for a learner's eyes. Unknown where it needs what only the suite has."""
        match node:
            case ast.Name(id=name):
                return self.name(name, frame)
            case ast.Constant():
                return node
            case ast.Lambda():
                return self.function(Local(node, frame))
            case ast.Call():
                return self.call(node, frame)
            case ast.Attribute(value=ast.Name(id=name)) if frame.names.get(name) == MODULE:
                return ast.Name(node.attr)
            case ast.Attribute(value=ast.Call(func=ast.Name(id=name))) if frame.names.get(name) == LOAD:
                return ast.Name(node.attr)
            case ast.Slice() | ast.Tuple() if not isinstance(node, ast.Tuple) or any(map(is_slice, node.elts)):
                return self.parts(node, frame)  # type: ignore[no-any-return]
            case ast.Subscript() if (chosen := self.chosen(node, frame)) is not None:
                return chosen
            case ast.GeneratorExp() | ast.ListComp() | ast.SetComp() | ast.DictComp():
                return self.comprehension(node, frame)
        try:
            return self.written(self.value(node, frame))
        except Unknown:
            if isinstance(node, ast.IfExp):
                try:
                    return self.text(node.body if self.value(node.test, frame) else node.orelse, frame)
                except Unknown:
                    pass
            made: ast.expr = self.parts(node, frame)
            return made

    def chosen(self, node: ast.Subscript, frame: Frame) -> ast.expr | None:
        """The part of a dict or a tuple that is written out, where it is known which; None for anything else."""
        whole, done = node.value, False
        if isinstance(whole, ast.Name) and isinstance(bound := frame.names.get(whole.id), Text):
            whole, done = bound.expression, True
        try:
            if isinstance(whole, ast.Dict):
                keys = [key.value if isinstance(key, ast.Constant) else None for key in whole.keys]
                part = whole.values[keys.index(self.value(node.slice, frame))]
            elif isinstance(whole, (ast.Tuple, ast.List)):
                part = whole.elts[self.value(node.slice, frame)]
            else:
                return None
        except (Unknown, ValueError, LookupError, TypeError):
            return None
        return copy.deepcopy(part) if done else self.text(part, frame)

    def parts(self, node: Any, frame: Frame) -> Any:
        """A copy of the node with all expressions in it written anew."""
        made = copy.copy(node)
        for name, part in ast.iter_fields(node):
            if isinstance(part, ast.expr):
                setattr(made, name, self.text(part, frame))
            elif isinstance(part, list):
                setattr(made, name, self.several(part, frame))
            elif isinstance(part, (ast.keyword, ast.FormattedValue)):
                setattr(made, name, self.parts(part, frame))
        return made

    def several(self, nodes: Sequence[Any], frame: Frame) -> list[Any]:
        """Arguments or elements; what a star spreads is spread where it is known."""
        made: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                try:
                    made += [self.written(one) for one in self.value(node.value, frame)]
                except Unknown:
                    made.append(ast.Starred(self.text(node.value, frame)))
            elif isinstance(node, ast.keyword):
                made += self.keyword(node, frame)
            else:
                made.append(self.text(node, frame) if isinstance(node, ast.expr) else node)
        return made

    def keyword(self, node: ast.keyword, frame: Frame) -> list[ast.keyword]:
        if node.arg is None:
            try:
                given = self.value(node.value, frame)
                if isinstance(given, dict) and all(isinstance(key, str) and key.isidentifier() for key in given):
                    return [ast.keyword(key, self.written(value)) for key, value in given.items()]
            except Unknown:
                pass
        return [ast.keyword(node.arg, self.text(node.value, frame))]

    def name(self, name: str, frame: Frame) -> ast.expr:
        bound = self.named(name, frame)
        if isinstance(bound, Text):
            if bound in (MODULE, LOAD):
                raise Unknown(name)
            if isinstance(bound.expression, ast.Name) and name not in frame.names and name in frame.source.bound:
                self.imported(name, frame)
            return copy.deepcopy(bound.expression)
        if isinstance(bound, Local):
            return self.function(bound)
        if bound.name and self.values.setdefault(bound.name, bound.value) is bound.value:
            return ast.Name(bound.name)
        return self.written(bound.value)

    def imported(self, name: str, frame: Frame) -> None:
        statement = frame.source.bound[name][-1]
        if isinstance(statement, ast.ImportFrom):
            neighbor = frame.source.path.parent / f"{statement.module}.py"
            if neighbor.is_file():
                return self.imported(name, Frame(read(neighbor)))
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            alias = next(one for one in statement.names if (one.asname or one.name).partition(".")[0] == name)
            one: ast.stmt = ast.Import([alias])
            if isinstance(statement, ast.ImportFrom):
                one = ast.ImportFrom(statement.module, [alias], 0)
            if name != "torch":
                self.imports[name] = ast.unparse(one)
        return None

    def written(self, value: Any) -> ast.expr:
        """A value in the place of its expression."""
        if isinstance(value, SCALAR) and value == value and value not in (float("inf"), float("-inf")):
            return ast.Constant(value)
        self.data.append(value)
        return ast.Name(f"__{len(self.data) - 1}__")

    def call(self, node: ast.Call, frame: Frame) -> ast.expr:
        match node.func, node.args:
            case ast.Name(id="getattr"), [ast.Name(id=of), name] if frame.names.get(of) == MODULE:
                return ast.Name(str(self.value(name, frame)))
        function = self.function_of(node.func, frame)
        if function is None:
            with contextlib.suppress(Unknown):
                value = self.value(node, frame)
                if isinstance(value, SCALAR):
                    return self.written(value)
            return ast.Call(
                self.text(node.func, frame), self.several(node.args, frame), self.several(node.keywords, frame)
            )
        return self.result(self.entered(function, node, frame), function)

    def result(self, frame: Frame, function: Local) -> ast.expr:
        """What a function of the suite returns, if it does nothing but give names and return."""
        if isinstance(function.code, ast.Lambda):
            return self.text(function.code.body, frame)
        self.depth += 1
        try:
            found = self.returned(function.code.body, frame) if self.depth < DEEPEST else None
        finally:
            self.depth -= 1
        if found is None:
            raise Unknown(function.code.name)
        return found

    def returned(self, body: Iterable[ast.stmt], frame: Frame) -> ast.expr | None:
        for statement in body:
            match statement:
                case ast.Expr(value=ast.Constant()):
                    continue
                case ast.Return(value=ast.expr() as value):
                    return self.text(value, frame)
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    frame.names[name] = self.bound(value, frame)
                case ast.If(test=test, body=then, orelse=orelse):
                    found = self.returned(then if self.value(test, frame) else orelse, frame)
                    if found is not None:
                        return found
                case _:
                    raise Unknown(ast.unparse(statement))
        return None

    def function(self, function: Local) -> ast.expr:
        """A function of the suite as a lambda."""
        code, inside = function.code, function.frame.child()
        names = [one.arg for one in (*code.args.posonlyargs, *code.args.args, *code.args.kwonlyargs)]
        names += [one.arg for one in (code.args.vararg, code.args.kwarg) if one]
        inside.names |= {name: Text(ast.Name(name)) for name in names}
        arguments = copy.copy(code.args)
        arguments.defaults = [self.text(one, function.frame) for one in code.args.defaults]
        return ast.Lambda(arguments, self.result(inside, Local(code, inside)))

    def comprehension(self, node: Any, frame: Frame) -> ast.expr:
        inside, made = frame.child(), copy.copy(node)
        made.generators = []
        for one in node.generators:
            turned = copy.copy(one)
            turned.iter = self.text(one.iter, inside)
            for name in (n.id for n in ast.walk(one.target) if isinstance(n, ast.Name)):
                inside.names[name] = Text(ast.Name(name))
            turned.ifs = [self.text(test, inside) for test in one.ifs]
            made.generators.append(turned)
        for name in ("elt", "key", "value"):
            if hasattr(node, name):
                setattr(made, name, self.text(getattr(node, name), inside))
        return made  # type: ignore[no-any-return]
