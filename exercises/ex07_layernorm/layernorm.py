"""Layer normalization: the layer itself, without `nn.LayerNorm`."""

from torch import Tensor, nn


class LayerNorm(nn.Module):
    """Normalizes the features of each sample by themselves, then scales and shifts them.

    Parameters, which the optimizer trains: `weight` (D,), at first ones, and `bias` (D,), at first zeros. They are all
    there is: `state_dict()` holds `weight` and `bias` and nothing else.
    """

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        raise NotImplementedError("layernorm: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """(..., D) -> (..., D): weight * (x - mean) / sqrt(var + eps) + bias, such as (N, D) or (N, T, D).

        mean and var run over the last axis alone: every row of D numbers has its own, with the biased variance (divided
        by D), and gradients flow through both. `train()` and `eval()` make no difference, nor does the number of rows.

        `x` itself is not modified. ValueError if the last axis of `x` does not have `dim` numbers.
        """
        raise NotImplementedError("layernorm: not written yet")
