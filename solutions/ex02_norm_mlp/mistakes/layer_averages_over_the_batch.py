"""Must fail: test_rows
Says: "norm='layer', train(): row 0 changed when only other rows changed"
Echoes: test_formula, test_gradients, test_order

The wrong axis: layer norm that averages each feature over the samples.
"""

from torch import Tensor, nn
from torch.nn import functional as F


class LayerNorm(nn.LayerNorm):
    def forward(self, x: Tensor) -> Tensor:
        mean, var = x.mean(0, keepdim=True), x.var(0, unbiased=False, keepdim=True)
        return (x - mean) / (var + self.eps).sqrt() * self.weight + self.bias


class NormMLP(nn.Module):
    """Linear → norm → ReLU → Linear."""

    def __init__(self, in_features: int = 784, hidden: int = 128, num_classes: int = 10, norm: str = "none") -> None:
        super().__init__()
        norms = {"none": nn.Identity, "batch": nn.BatchNorm1d, "layer": LayerNorm}
        if norm not in norms:
            raise ValueError(f"norm must be one of {', '.join(norms)}, got {norm!r}")
        self.fc1 = nn.Linear(in_features, hidden)
        self.norm = norms[norm](hidden)  # γ and β have one number per hidden feature
        self.fc2 = nn.Linear(hidden, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(1)  # (N, ...) -> (N, in_features); unlike view, it copies where it has to
        # "batch" averages each column of (N, hidden), "layer" each row.
        x = F.relu(self.norm(self.fc1(x)))  # (N, hidden)
        return self.fc2(x)  # (N, num_classes): logits, which cross entropy turns into probabilities
