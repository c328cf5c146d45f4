"""Initial weights that keep the signal alive, and the experiment that shows why.

Weights are float32, and new numbers on each call and for each layer; where they are drawn from, torch, NumPy or
`random`, is free, and so is torch.nn.init. `fan_in` and `fan_out` are ints >= 1. What the docstrings do not speak of is
free.
"""

from collections.abc import Callable

from torch import Tensor, nn


def xavier_uniform(fan_in: int, fan_out: int) -> Tensor:
    """Weights (fan_out, fan_in), uniform on -b ... b with b = √(6 / (fan_in + fan_out)); nothing requires gradients."""
    raise NotImplementedError("xavier_uniform: not written yet")


def he_normal(fan_in: int, fan_out: int) -> Tensor:
    """Weights (fan_out, fan_in) for a layer with ReLU: normal, mean 0, standard deviation √(2 / fan_in).

    To cut off, or to set to the border, what is more than two standard deviations from 0 is free (those of the normal
    distribution drawn from or of the result), if the standard deviation of what is left is √(2 / fan_in) to 5 %.
    Nothing requires gradients.
    """
    raise NotImplementedError("he_normal: not written yet")


def init_model(model: nn.Module) -> None:
    """Give every nn.Linear and nn.Conv2d, however deeply nested and frozen ones too, He weights and a bias of 0.

    A layer whose class is derived from one of the two counts as well. The weights may here be uniform, too, with the
    same standard deviation. fan_in is the number of products that one output sums up: in_features of a linear layer,
    and in_channels / groups times height times width of the kernel of a convolution. A layer may have no bias. The
    parameters stay the same objects (their `data` may be replaced), which an optimizer may know already, with
    `requires_grad` as it was, and get no gradients; whether old ones stay is free.
    Norms, embeddings, other kinds of convolutions and all other parameters and buffers keep their numbers, and all
    modules their modes. `model` may be a single layer.
    """
    raise NotImplementedError("init_model: not written yet")


def signal_rms(init: Callable[[int, int], Tensor], depth: int = 20, width: int = 256, batch: int = 256) -> list[float]:
    """Send random inputs through `depth` ReLU layers without biases, and tell how large the signal is after each.

    The inputs are standard normal, (batch, width), and new on each call. Each layer has a weight of its own,
    init(width, width), of shape (out, in): its output is relu(W x) for each row x, and goes into the next layer. `init`
    may be called by the names fan_in and fan_out, too, and for all layers before the first one.
    Returns `depth` floats of Python or NumPy, no tensors: after each ReLU the root of the mean of the squares of all
    batch · width numbers. The squares of a signal that explodes may be too large for a float32: then inf is fine, nan
    is not. What you do with a signal that is itself too large for a float32 is free.
    """
    raise NotImplementedError("signal_rms: not written yet")
