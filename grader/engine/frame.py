"""The names of a scenario and of the functions that it calls, and what stands behind them."""

import ast
from dataclasses import dataclass, field
from typing import Any

from grader.engine.scenario import Source

SAME_OBJECT = {
    "eval",
    "train",
    "double",
    "float",
    "to",
    "requires_grad_",
    "cpu",
}  # methods that return the object itself
MODULES_OWN = SAME_OBJECT | {
    "parameters", "named_parameters", "modules", "named_modules", "children", "state_dict", "load_state_dict",
    "buffers", "named_buffers", "register_forward_hook", "register_forward_pre_hook", "get_parameter", "zero_grad",
    "clone", "detach",
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A value at hand; one with a `name` is written out ahead of the line, one without in its place."""

    value: Any
    name: str = ""


@dataclass(frozen=True)
class Text:
    """An expression that a learner can paste; `own`: it leads to the learner's code, `made`: by a name of the line."""

    expression: ast.expr
    own: bool = False
    made: bool = False


@dataclass
class Frame:
    """The names of one function of a suite, and the file in which to look for others."""

    source: Source
    names: "dict[str, Known | Text | Local]" = field(default_factory=dict)

    def child(self) -> "Frame":
        return Frame(self.source, dict(self.names))


@dataclass(frozen=True)
class Local:
    """A function of the suite."""

    code: ast.FunctionDef | ast.Lambda
    frame: Frame


Bound = Known | Text | Local
MODULE = Text(ast.Name("module"), own=True)
LOAD = Text(ast.Name("load"), own=True)


def is_own(node: ast.expr, frame: Frame) -> bool:
    """Whether an expression begins with the learner's module or with something that it made."""
    match node:
        case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id=of), *_]):
            return frame.names.get(of) == MODULE
        case ast.Call(func=inner) | ast.Attribute(value=inner) | ast.Subscript(value=inner):
            return is_own(inner, frame)
        case ast.Name(id=name):
            bound = frame.names.get(name)
            return isinstance(bound, Text) and bound.own
    return False


def names_in(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def constructs(value: ast.expr, frame: Frame) -> bool:
    """Whether an expression makes an object of a class of the learner's, by its capital letter."""
    while isinstance(value, ast.Call):
        match value.func:
            case ast.Attribute(value=inner, attr=name) if name in SAME_OBJECT:
                value = inner
            case ast.Attribute(value=ast.Name(id=of), attr=name):
                return frame.names.get(of) == MODULE and name[:1].isupper()
            case ast.Attribute(value=ast.Call(func=ast.Name(id=of)), attr=name):
                return frame.names.get(of) == LOAD and name[:1].isupper()
            case _:
                return False
    return False


def bookkeeping(node: ast.Call, frame: Frame) -> bool:
    """Whether a call asks what every torch module answers by itself, or only finds the learner's module."""
    match node.func:
        case ast.Attribute(value=ast.Name(id=of)) if frame.names.get(of) == MODULE:
            return False  # a function of the learner's that happens to have such a name
        case ast.Attribute(attr=name):
            return name in MODULES_OWN
        case ast.Name(id=name):
            return frame.names.get(name) == LOAD
    return False
