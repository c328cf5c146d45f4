"""Dropout: noise in training, nothing in evaluation, the same mean in both."""

from torch import Tensor, nn


class Dropout(nn.Module):
    """Inverted dropout; train() and eval() of this module or of a model around it switch it on and off.

    Write it yourself: no function or class of PyTorch with "dropout" in its name is called (not `F.dropout`,
    `torch.dropout`, `nn.Dropout`, `nn.AlphaDropout` or their relatives). Where the random numbers come from is free.
    """

    def __init__(self, p: float = 0.5) -> None:
        """p: probability that an element is dropped. ValueError if p < 0 or p > 1, by however little (NaN: free)."""
        super().__init__()
        raise NotImplementedError("Dropout: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: float16, bfloat16, float32 or float64, of any shape: 0 to many dimensions, empty, contiguous or not.
        x and x / (1 - p) are finite; what becomes of larger numbers is free.

        Returns a tensor of the same shape and dtype; x itself is not changed.

        In train mode (with gradients on or off) each element becomes 0 with probability p, independently of all other
        elements and of all other calls, those of other layers included; every survivor becomes x / (1 - p), with all
        the digits of x; to round the factor 1 / (1 - p) to float32 is free. p = 0 changes nothing, p = 1 gives zeros;
        in float16 and bfloat16 the rates between them need not be met exactly, and the factor, or a mask that holds it,
        may be rounded to the dtype of x.
        The gradient takes the same way: 0 where the element was dropped, the incoming gradient / (1 - p) where it
        survived, also if it is 0 itself. Whether at p = 1 a gradient of 0 or none at all reaches x is free.
        In eval mode, for every p, the result equals x (a copy or the same tensor: free); the gradient passes unchanged.
        """
        raise NotImplementedError("Dropout: not written yet")
