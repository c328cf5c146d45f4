"""Dropout: noise in training, nothing in evaluation, the same mean in both."""

from torch import Tensor, nn


class Dropout(nn.Module):
    """Inverted dropout; train() and eval() of this module or of a model around it switch it on and off."""

    def __init__(self, p: float = 0.5) -> None:
        """p: probability that an element is dropped. ValueError if p < 0 or p > 1."""
        super().__init__()
        raise NotImplementedError("Dropout: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: floats of any shape. Returns a tensor of the same shape and dtype; x itself is not changed.

        In train mode (with gradients on or off) each element becomes 0 with probability p, independently of all other
        elements and of all other calls; every survivor becomes x / (1 - p). p = 0 changes nothing, p = 1 gives zeros.
        The gradient takes the same way: 0 where the element was dropped, the incoming gradient / (1 - p) elsewhere.
        In eval mode the result equals x.
        """
        raise NotImplementedError("Dropout: not written yet")
