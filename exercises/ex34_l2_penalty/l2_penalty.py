"""An L2 penalty and weight decay: one step for gradient descent, two different ones for Adam.

`w` and `grad` are tensors of one shape, any shape, float32 or float64; `grad` is the gradient of the loss *without* the
penalty. The three steps return the new weight as a tensor of that shape and dtype (a view, a copy, with a graph or
without: free), and leave `w` and `grad` as they are. `lr` > 0 and `lam` >= 0 are Python floats, the λ of the README;
every function raises ValueError if `lam` is negative.
"""

from collections.abc import Iterable

from torch import Tensor


def l2_penalty(params: Iterable[Tensor], lam: float) -> Tensor:
    """½ lam (sum of the squares of all entries of all tensors), as a 0-d tensor through which gradients flow
    (with `lam` 0 they need not).

    `params` is any iterable of one or more tensors, such as `model.parameters()`, which can be read only once. The
    tensors may have different shapes. The gradient by each of them is `lam` times that tensor, which is 0 for a tensor
    of zeros. No tensor is changed, and no `.grad` is filled: that is left to the caller's `backward()`.
    """
    raise NotImplementedError("l2_penalty: not written yet")


def sgd_step_penalty(w: Tensor, grad: Tensor, lr: float, lam: float) -> Tensor:
    """One step of plain gradient descent on the loss plus l2_penalty([w], lam)."""
    raise NotImplementedError("sgd_step_penalty: not written yet")


def sgd_step_decay(w: Tensor, grad: Tensor, lr: float, lam: float) -> Tensor:
    """One step with weight decay: the old weight shrinks by the factor 1 - lr lam, and from that lr grad is taken."""
    raise NotImplementedError("sgd_step_decay: not written yet")


def adam_first_step(w: Tensor, grad: Tensor, lr: float, lam: float, decoupled: bool) -> Tensor:
    """Adam's very first step, with corrected averages and eps = 1e-8.

    Adam moves w by -lr m̂ / (√v̂ + eps). In the first step the corrected averages are the gradient itself and its
    square: m̂ = g and v̂ = g². With `decoupled` False (Adam with a penalty) g is the gradient of the loss plus
    l2_penalty([w], lam). With `decoupled` True (AdamW) g is `grad` alone, and before the move the old weight shrinks
    by the factor 1 - lr lam.
    """
    raise NotImplementedError("adam_first_step: not written yet")
