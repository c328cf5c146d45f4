"""Text behind a submission's own that wraps its functions and classes: for the equivalent transformations."""

import ast
from collections.abc import Callable

RUNTIME = "_free_"  # prefix of the names that a transformation adds, so that none meets a name of the course


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    """Every function and method that is defined at the top or in a class there."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return [n for body in (tree.body, *(c.body for c in classes)) for n in body if isinstance(n, ast.FunctionDef)]


def top_functions(tree: ast.Module) -> list[str]:
    return [n.name for n in tree.body if isinstance(n, ast.FunctionDef) and not n.decorator_list]


def callables(tree: ast.Module) -> list[str]:
    """The top functions, and the public methods of classes as `Class.method`."""
    return [*top_functions(tree), *(f"{c.name}.{m.name}" for c in classes(tree) for m in public_methods(c))]


def public_methods(node: ast.ClassDef) -> list[ast.FunctionDef]:
    methods = [n for n in node.body if isinstance(n, ast.FunctionDef) and not n.decorator_list]
    return [n for n in methods if not n.name.startswith("_")]


def classes(tree: ast.Module) -> list[ast.ClassDef]:
    """Top-level classes that are no named tuples, dataclasses or errors."""
    found = [n for n in tree.body if isinstance(n, ast.ClassDef) and not n.decorator_list]
    return [c for c in found if not any(w in ast.unparse(b) for b in c.bases for w in ("NamedTuple", "Error", "Enum"))]


def is_module_class(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).rpartition(".")[2] == "Module" for base in node.bases)


def wrap(tree: ast.Module) -> str:
    """Every function stands behind a functools.wraps wrapper."""
    return wrapped(callables(tree), "return function(*args, **kwargs)")


def results_as_views(tree: ast.Module) -> str:
    """New tensors come back as views into larger storage, with strides that are not contiguous."""
    body = "return free_view(function(*args, **kwargs), [*args, *kwargs.values()])"
    helper = f"""
def {RUNTIME}view(result, given):
    import torch

    if isinstance(result, tuple) and type(result) is tuple:
        return tuple({RUNTIME}view(part, given) for part in result)
    if type(result) is not torch.Tensor or result.requires_grad or any(result is one for one in given):
        return result
    if result.layout is not torch.strided or not result.ndim or result.device.type != "cpu":
        return result
    return torch.stack([result, torch.zeros_like(result)], dim=-1)[..., 0]
"""
    return helper + wrapped(callables(tree), body.replace("free_view", f"{RUNTIME}view"))


def results_as_copies(tree: ast.Module) -> str:
    """New tensors come back as copies of their own, not as parts of something larger."""
    helper = f"""
def {RUNTIME}copied(result, given):
    import torch

    if type(result) is tuple:
        return tuple({RUNTIME}copied(part, given) for part in result)
    shares = any(isinstance(one, torch.Tensor) and one.data_ptr() == result.data_ptr() for one in given) if (
        type(result) is torch.Tensor and result.layout is torch.strided
    ) else True
    return result if shares or result.is_leaf and result.requires_grad else result.clone()
"""
    body = f"return {RUNTIME}copied(function(*args, **kwargs), [*args, *kwargs.values()])"
    return helper + wrapped(callables(tree), body)


def results_as_named_tuples(tree: ast.Module) -> str:
    """A plain tuple comes back as a named one."""
    body = f"return {RUNTIME}named(function(*args, **kwargs))"
    helper = f"""
def {RUNTIME}named(result):
    from collections import namedtuple

    if type(result) is not tuple or not result:
        return result
    return namedtuple("Answer", [f"part{{i}}" for i in range(len(result))])(*result)
"""
    found = [(n.name, n) for n in tree.body if isinstance(n, ast.FunctionDef) and not n.decorator_list]
    found += [(f"{c.name}.{m.name}", m) for c in classes(tree) for m in public_methods(c)]
    returning = [
        name
        for name, function in found
        if any(isinstance(n, ast.Return) and isinstance(n.value, ast.Tuple) for n in ast.walk(function))
    ]
    return helper + wrapped(returning, body) if returning else ""


def private_generator(tree: ast.Module) -> str:
    """Random numbers come from a state of the submission's own, not from the one that everybody seeds."""
    body = f"""with {RUNTIME}own_luck():
            return function(*args, **kwargs)"""
    helper = f"""
import contextlib as {RUNTIME}contextlib

{RUNTIME}states, {RUNTIME}inside = [], []


@{RUNTIME}contextlib.contextmanager
def {RUNTIME}own_luck():
    import random
    import numpy
    import torch

    if {RUNTIME}inside:
        yield
        return
    {RUNTIME}inside.append(1)
    outer = random.getstate(), numpy.random.get_state(), torch.get_rng_state()
    if not {RUNTIME}states:
        torch.manual_seed(torch.initial_seed() + 12345)
        random.seed(torch.initial_seed())
        numpy.random.seed(torch.initial_seed() % 2**32)
    else:
        random.setstate({RUNTIME}states[0]), numpy.random.set_state({RUNTIME}states[1])
        torch.set_rng_state({RUNTIME}states[2])
    try:
        yield
    finally:
        {RUNTIME}inside.clear()
        {RUNTIME}states[:] = random.getstate(), numpy.random.get_state(), torch.get_rng_state()
        random.setstate(outer[0]), numpy.random.set_state(outer[1]), torch.set_rng_state(outer[2])
"""
    return helper + wrapped(callables(tree), body)


def float64_between(tree: ast.Module) -> str:
    """Functions of float32 tensors compute in float64 and give back float32."""
    body = f"return {RUNTIME}wide(function, args, kwargs)"
    helper = f"""
def {RUNTIME}wide(function, args, kwargs):
    import torch

    values = [*args, *kwargs.values()]
    tensors = [v for v in values if isinstance(v, torch.Tensor)]
    floats = [v for v in tensors if v.dtype is torch.float32 and not v.requires_grad]
    plain = all(v is None or isinstance(v, (bool, int, float, str, torch.Tensor)) for v in values)
    if not plain or not floats or any(v.is_floating_point() and v.dtype is not torch.float32 for v in tensors):
        return function(*args, **kwargs)
    changed = {{}}

    def widened(value):
        if isinstance(value, torch.Tensor) and value.dtype is torch.float32 and not value.requires_grad:
            changed[id(value)] = (value, value.double())
            return changed[id(value)][1]
        return value

    try:
        result = function(*map(widened, args), **{{k: widened(v) for k, v in kwargs.items()}})
    except Exception:
        return function(*args, **kwargs)
    back = {{id(wide): narrow for narrow, wide in changed.values()}}

    def narrowed(value):
        if isinstance(value, (tuple, list)):
            parts = [narrowed(part) for part in value]
            return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
        if isinstance(value, torch.Tensor) and id(value) in back:
            return back[id(value)]
        return value.float() if isinstance(value, torch.Tensor) and value.dtype is torch.float64 else value

    return narrowed(result)
"""
    return helper + wrapped(top_functions(tree), body)


def wrapped(names: list[str], body: str) -> str:
    """Text that puts each of these functions behind a wrapper; empty without functions."""
    if not names:
        return ""
    rebound = "\n".join(f"{name} = {RUNTIME}wrap({name})" for name in names)
    return f"""
import functools as {RUNTIME}functools


def {RUNTIME}wrap(function):
    @{RUNTIME}functools.wraps(function)
    def outer(*args, **kwargs):
        {body}

    return outer


{rebound}
"""


def patched_init(tree: ast.Module, wanted: Callable[[ast.ClassDef], bool], what: str, body: str) -> str:
    """Text that lets the constructors of these classes do something more at their end; `what` names it."""
    names = [c.name for c in classes(tree) if wanted(c)]
    if not names:
        return ""
    rebound = "\n".join(f"{name}.__init__ = {RUNTIME}init_{what}({name}.__init__)" for name in names)
    return f"""
import functools as {RUNTIME}functools_of_init


def {RUNTIME}{what}(self):
    {body}


def {RUNTIME}init_{what}(old):
    @{RUNTIME}functools_of_init.wraps(old)
    def new(self, *args, **kwargs):
        old(self, *args, **kwargs)
        {RUNTIME}{what}(self)

    return new


{rebound}
"""
