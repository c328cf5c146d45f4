"""Must fail: test_zero_changes_nothing
Says: "lam 0"
Echoes: -

`or` takes 0 for nothing given.
"""

from collections.abc import Iterable

from torch import Tensor


def refuse_negative(lam: float) -> None:
    if lam < 0:
        raise ValueError(f"lam must not be negative, got {lam}: it would make the weights grow")


def l2_penalty(params: Iterable[Tensor], lam: float) -> Tensor:
    refuse_negative(lam)
    return 0.5 * lam * sum(p.square().sum() for p in params)  # the ½ makes the gradient lam * p


def sgd_step_penalty(w: Tensor, grad: Tensor, lr: float, lam: float) -> Tensor:
    refuse_negative(lam)
    return w - lr * (grad + lam * w)


def sgd_step_decay(w: Tensor, grad: Tensor, lr: float, lam: float) -> Tensor:
    refuse_negative(lam)
    return (1 - lr * lam) * w - lr * grad  # the step above with w factored out


def adam_first_step(w: Tensor, grad: Tensor, lr: float, lam: float, decoupled: bool) -> Tensor:
    refuse_negative(lam)
    if decoupled:
        w = (1 - lr * (lam or 0.01)) * w
    else:
        grad = grad + lam * w  # inside: a large gradient hides it
    return w - lr * grad / (grad.square().sqrt() + 1e-8)
