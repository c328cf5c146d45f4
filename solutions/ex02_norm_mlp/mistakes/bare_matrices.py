"""Must fail: test_logits, test_order
Says: "must have two nn.Linear"
Echoes: test_gradients, test_formula, test_scale_and_shift

The last linear map is a bare parameter, not an nn.Linear.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class NormMLP(nn.Module):
    """Linear → norm → ReLU → Linear."""

    def __init__(self, in_features: int = 784, hidden: int = 128, num_classes: int = 10, norm: str = "none") -> None:
        super().__init__()
        norms = {"none": nn.Identity, "batch": nn.BatchNorm1d, "layer": nn.LayerNorm}
        if norm not in norms:
            raise ValueError(f"norm must be one of {', '.join(norms)}, got {norm!r}")
        self.fc1 = nn.Linear(in_features, hidden)
        self.norm = norms[norm](hidden)  # γ and β have one number per hidden feature
        self.weight = nn.Parameter(torch.randn(num_classes, hidden) / hidden**0.5)
        self.bias = nn.Parameter(torch.zeros(num_classes))

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(1)  # (N, ...) -> (N, in_features); unlike view, it copies where it has to
        # "batch" averages each column of (N, hidden), "layer" each row.
        x = F.relu(self.norm(self.fc1(x)))  # (N, hidden)
        return F.linear(
            x, self.weight, self.bias
        )  # (N, num_classes): logits, which cross entropy turns into probabilities
