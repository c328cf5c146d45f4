"""Must fail: test_normalizes_each_row, test_any_number_of_axes
Says: "works only if N equals D"
Echoes: test_rows_do_not_talk, test_constant_row, test_far_from_zero, test_dtype, test_gradient, test_mode_does_not_matter, test_scale_and_shift, test_state, test_wrong_size, test_by_hand, test_untouched
Because: a layer that raises for every matrix that is not square shows nothing else of itself

Mean and variance have shape (N,), which lines up with the features and not with the rows.
"""

import torch
from torch import Tensor, nn


class LayerNorm(nn.Module):
    """Normalizes each row of D features with its own mean and variance."""

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))
        self.bias = nn.Parameter(torch.zeros(dim))

    def forward(self, x: Tensor) -> Tensor:  # x: (..., D)
        *_, features = x.shape
        if features != len(self.weight):
            raise ValueError(f"expected rows of {len(self.weight)} features, got {features}")
        mean = x.mean(-1)
        var = x.var(-1, unbiased=False)  # divided by D
        return self.weight * (x - mean) * torch.rsqrt(var + self.eps) + self.bias
