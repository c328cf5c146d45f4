"""Must fail: test_by_hand
Says: "nn.LayerNorm is out of reach"
Echoes: test_wrong_size

The class is nn.LayerNorm under another name.
"""

from torch import nn


class LayerNorm(nn.LayerNorm):
    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__(dim, eps=eps)
