"""Deep networks with and without skip and norm, and the size of their gradients, layer by layer.

"Layer norm" means nn.LayerNorm(width) as it comes, or your own of the same formula: each row is shifted and divided so
that its `width` numbers have mean 0 and variance 1. A gain and a shift that are learned are free; if there are any,
they begin with 1 and 0. What the docstrings do not speak of is free.
"""

from collections.abc import Callable, Sequence

from torch import Tensor, nn


class Block(nn.Module):
    """One layer of a deep network: x (..., width) -> (..., width).

    With f(x) = activation(linear(x)), or activation(linear(norm(x))) if `norm` is true, it computes x + f(x) if `skip`
    is true, and f(x) if not. `linear` is the block's only nn.Linear, width -> width, with a bias, as PyTorch starts
    it; `norm` is a layer norm. `activation` is a module; its parameters, if it has some, belong to the block's.
    x stays as it is, and train and eval mode make no difference.
    """

    def __init__(self, width: int, activation: nn.Module, skip: bool = True, norm: bool = True) -> None:
        raise NotImplementedError("Block: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        raise NotImplementedError("Block.forward: not written yet")


def deep_net(
    depth: int, width: int, activation: Callable[[], nn.Module], skip: bool, norm: bool, out: int = 1
) -> nn.Sequential:
    """`depth` Blocks, then a layer norm if `norm` is true, then the head, an nn.Linear(width, out).

    It computes (..., width) -> (..., out). Every block gets an activation of its own, from a call of `activation`. The
    head starts as PyTorch starts it, and there are no other nn.Linear. How the parts are nested inside the
    nn.Sequential is free. ValueError: depth < 1.
    """
    raise NotImplementedError("deep_net: not written yet")


def gradient_norms(model: nn.Module, loss: Tensor) -> list[float]:
    """For each nn.Linear of `model`, in the order of model.modules(), the norm of d loss / d weight.

    That is the root of the sum of the squares of all entries; biases and other layers do not count, layers whose class
    is derived from nn.Linear do. `loss` is a single number that was computed with all these weights, and all of them
    require gradients. Returns floats of Python or NumPy, no tensors; what is inf or NaN is told as it is, and entries
    above 1e19 may give inf.
    Afterwards weights and modes are as before, every tensor has the `.grad` that it had before (the same numbers, or
    None), and `loss` can still be used, for another measurement or for loss.backward().
    """
    raise NotImplementedError("gradient_norms: not written yet")


def diagnose(norms: Sequence[float]) -> str:
    """What gradient norms tell, first layer first; the first rule that fits decides:

    "exploding" if a norm is inf or NaN, or the largest of all is above 1e3;
    "vanishing" if the first is less than 1e-3 times the last;
    "healthy" else.
    What happens within 1 % of a limit, and if all norms are 0, is free. ValueError: there are no norms.
    """
    raise NotImplementedError("diagnose: not written yet")
