"""Equivalent transformations: other ways to write the same right code, made from a solution's text.

What a suite may not notice: names of locals, words of a refusal, wrappers and subclasses, extra attributes, the order
in which layers are registered or parameters listed, float64 in between, a private generator, the layout of a result.
"""

import ast
from collections.abc import Callable, Iterable, Iterator

from grader.verify.wrappers import (
    RUNTIME,
    classes,
    float64_between,
    functions,
    is_module_class,
    patched_init,
    private_generator,
    results_as_copies,
    results_as_named_tuples,
    results_as_views,
    wrap,
)  # fmt: skip

Edit = Callable[[ast.Module], str]


def transformed(source: str) -> Iterator[str]:
    """The names of all transformations that change the source."""
    plain = ast.unparse(ast.parse(source))
    return (name for name in TRANSFORMATIONS if combined(source, [name]).strip() != plain)


def combined(source: str, names: Iterable[str]) -> str:
    """The source with all these transformations at once."""
    tree = ast.parse(source)
    tails = [TRANSFORMATIONS[name](tree) for name in names]
    return "\n\n".join([ast.unparse(ast.fix_missing_locations(tree)), *tails])


def rename_locals(tree: ast.Module) -> str:
    """Every local variable gets another name."""
    for function in functions(tree):
        arguments = {a.arg for n in ast.walk(function) if isinstance(n, ast.arguments) for a in all_arguments(n)}
        outside = {name for n in ast.walk(function) if isinstance(n, (ast.Global, ast.Nonlocal)) for name in n.names}
        nested = {n.name for n in ast.walk(function) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
        stored = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id in stored - arguments - outside - nested:
                node.id = f"{node.id}_here"
    return ""


def all_arguments(node: ast.arguments) -> list[ast.arg]:
    extra = [a for a in (node.vararg, node.kwarg) if a is not None]
    return [*node.posonlyargs, *node.args, *node.kwonlyargs, *extra]


def refuse_without_words(tree: ast.Module) -> str:
    """`raise ValueError("...")` becomes `raise ValueError`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
            node.exc = node.exc.func
    return ""


def refuse_with_own_errors(tree: ast.Module) -> str:
    """Errors of the submission's own classes, derived from those that are asked for, in other words."""
    names = {}
    for node in ast.walk(tree):
        exception = node.exc.func if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) else None
        if isinstance(node, ast.Raise) and isinstance(exception, ast.Name) and exception.id.endswith("Error"):
            names[exception.id] = f"{RUNTIME}{exception.id}"
            node.exc = ast.Call(ast.Name(names[exception.id], ast.Load()), [ast.Constant("that will not do")], [])
    return "\n".join(f"class {own}({base}):\n    pass\n" for base, own in names.items())


def call_with_keywords(tree: ast.Module) -> str:
    """Calls of the file's own functions name their arguments."""
    signatures = {
        n.name: [a.arg for a in n.args.args]
        for n in tree.body
        if isinstance(n, ast.FunctionDef) and not n.args.posonlyargs and not n.args.vararg
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in signatures:
            names = signatures[node.func.id]
            if not any(isinstance(a, ast.Starred) for a in node.args) and len(node.args) <= len(names):
                keywords = [ast.keyword(name, value) for name, value in zip(names, node.args, strict=False)]
                node.args, node.keywords = [], [*keywords, *node.keywords]
    return ""


def subclass(tree: ast.Module) -> str:
    """Every class is a subclass of the one that was written."""
    lines = [f"class {c.name}({c.name}):\n    pass\n" for c in classes(tree)]
    return "\n\n".join(lines)


def extra_attributes(tree: ast.Module) -> str:
    """Objects carry attributes of their own beside those that are asked for."""
    return patched_init(tree, lambda c: True, "note", "self.note_of_mine = 'x'\n    self.calls_of_mine = [0]")


def registration_reversed(tree: ast.Module) -> str:
    """A module's layers, parameters and buffers are registered in the reverse order."""
    text = ast.unparse(tree)
    if any(word in text for word in ("children()", "named_children", "_modules", "named_parameters", "named_modules")):
        return ""
    body = (
        "for table in (self._modules, self._parameters, self._buffers):\n"
        "        items = list(table.items())[::-1]\n"
        "        table.clear()\n"
        "        table.update(items)"
    )
    return patched_init(tree, is_module_class, "register", body)


def parameters_reversed(tree: ast.Module) -> str:
    """An optimizer gets the parameters in the reverse order, and lists of parameter groups come reversed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("SGD", "Adam", "AdamW"):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Call) and ast.unparse(first.func).endswith(".parameters"):
                node.args[0] = ast.parse(f"list({ast.unparse(first)})[::-1]", mode="eval").body
        if isinstance(node, ast.Return) and isinstance(node.value, ast.List) and "params" in ast.unparse(node.value):
            node.value.elts.reverse()
    return ""


TRANSFORMATIONS: dict[str, Edit] = {
    "locals renamed": rename_locals,
    "refusals without words": refuse_without_words,
    "refusals by own errors": refuse_with_own_errors,
    "calls with keywords": call_with_keywords,
    "functions wrapped": wrap,
    "results as views": results_as_views,
    "results as copies": results_as_copies,
    "results as named tuples": results_as_named_tuples,
    "a private generator": private_generator,
    "float64 in between": float64_between,
    "classes subclassed": subclass,
    "extra attributes": extra_attributes,
    "registration reversed": registration_reversed,
    "parameters reversed": parameters_reversed,
}

COMPATIBLE = (
    (
        "locals renamed", "refusals without words", "calls with keywords", "results as views", "a private generator",
        "classes subclassed", "extra attributes",
    ),
    (
        "refusals by own errors", "functions wrapped", "results as copies", "results as named tuples",
        "float64 in between", "registration reversed", "parameters reversed",
    ),
)  # fmt: skip  # which transformations may be tried in one file together
