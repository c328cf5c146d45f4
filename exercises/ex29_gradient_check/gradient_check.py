"""A numerical gradient by central differences, and a verdict about an analytical one.

`f` takes a tensor of x's shape and returns one number: a tensor without axes, or a float. `grad` takes such a tensor
and returns the gradient of `f` there, in the same shape. Both are called with float64 tensors of x's shape, and leave
them alone.

`x` is float32 or float64, of any shape (without axes, too), with one entry or more; it may be a view of another tensor,
and needs no gradient. None of the three functions changes a tensor that it is given. How you compute is free.
"""

from collections.abc import Callable

from torch import Tensor


def numerical_gradient(f: Callable[[Tensor], Tensor | float], x: Tensor, eps: float = 1e-5) -> Tensor:
    """(f(x + e) - f(x - e)) / (2 eps) for each entry of x, where e is eps in this entry and 0 in all others.

    A float64 tensor of x's shape. ValueError unless eps > 0. Taking eps times max(1, |entry|) for eps is free.
    """
    raise NotImplementedError("numerical_gradient: not written yet")


def relative_error(a: Tensor, b: Tensor) -> float:
    """The largest of |a - b| / max(|a| + |b|, 1e-12), computed for each entry. `a` and `b` have one shape."""
    raise NotImplementedError("relative_error: not written yet")


def check_gradient(f: Callable, grad: Callable, x: Tensor, tol: float = 1e-6) -> bool:
    """True if the relative error between grad(x) and the numerical gradient of f at x is at most `tol`, else False.

    False, too, if an entry of grad(x) is nan or infinite.
    """
    raise NotImplementedError("check_gradient: not written yet")
