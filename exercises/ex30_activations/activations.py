"""Three activation functions, their derivatives, and how much of a layer is saturated.

`z` is a tensor of any shape, float32 or float64, that needs no gradient. Values and slopes are new tensors of the same
shape and type, entry by entry; `z` stays as it is. No entry of a finite `z` may give nan or an infinite number.
How you compute is free.
"""

from torch import Tensor


def relu(z: Tensor) -> Tensor:
    """z where it is positive, 0 elsewhere."""
    raise NotImplementedError("relu: not written yet")


def sigmoid(z: Tensor) -> Tensor:
    """1 / (1 + e^-z)."""
    raise NotImplementedError("sigmoid: not written yet")


def tanh(z: Tensor) -> Tensor:
    """(e^z - e^-z) / (e^z + e^-z)."""
    raise NotImplementedError("tanh: not written yet")


def d_relu(z: Tensor) -> Tensor:
    """The slope of relu at z: 1 or 0, as floating-point numbers. At z = 0 anything from 0 to 1."""
    raise NotImplementedError("d_relu: not written yet")


def d_sigmoid(z: Tensor) -> Tensor:
    """The slope of sigmoid at z. The argument is z, not sigmoid(z)."""
    raise NotImplementedError("d_sigmoid: not written yet")


def d_tanh(z: Tensor) -> Tensor:
    """The slope of tanh at z. The argument is z, not tanh(z)."""
    raise NotImplementedError("d_tanh: not written yet")


def saturated_share(kind: str, z: Tensor, threshold: float = 0.01) -> float:
    """The share of z's entries, from 0 to 1, at which the slope is below `threshold`.

    `kind` is "relu", "sigmoid" or "tanh", else ValueError. `z` has at least one entry.
    """
    raise NotImplementedError("saturated_share: not written yet")
