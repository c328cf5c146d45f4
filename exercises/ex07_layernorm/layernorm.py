"""Layer normalization: the layer itself, without `nn.LayerNorm`."""

from torch import Tensor, nn


class LayerNorm(nn.Module):
    """Normalizes the features of each sample by themselves, then scales and shifts them.

    Parameters, which the optimizer trains: `weight` (D,), at first ones, and `bias` (D,), at first zeros. They are all
    there is: `state_dict()` holds `weight` and `bias` and nothing else.

    `nn.LayerNorm`, `F.layer_norm`, `torch.layer_norm` and `torch.native_layer_norm` are not allowed, neither called nor
    as a base class; one test puts them out of reach. All other functions of torch are free.
    """

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        raise NotImplementedError("layernorm: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """(..., D) -> (..., D): weight * (x - mean) / sqrt(var + eps) + bias, such as (D,), (N, D) or (N, T, D).

        mean and var run over the last axis alone: every row of D numbers has its own, with the biased variance (divided
        by D), and gradients flow through both. `train()` and `eval()` make no difference, nor does the number of rows,
        which may be 1 or 0. A row far away from 0, such as one of mean 4000 and spread 1 in float32, is normalized as
        well as any (E[x²] − E[x]² is not good enough for that). x need not be contiguous.

        The result has the dtype of x, after `.double()` float64 with all its digits; float16, and an x of another dtype
        than the parameters, are free. `x` itself is not modified.

        ValueError if the last axis of `x` does not have `dim` numbers, in `train()` and in `eval()`.
        """
        raise NotImplementedError("layernorm: not written yet")
