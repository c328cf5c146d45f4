"""Must fail: test_one_sample
Says: "expected shape (1, 4), saw shape (4,)"
Echoes: test_inputs

squeeze takes the axis of a single sample away.
"""

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
        self.fc2 = nn.Linear(hidden, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(1)  # (N, ...) -> (N, in_features); unlike view, it copies where it has to
        # "batch" averages each column of (N, hidden), "layer" each row.
        x = F.relu(self.norm(self.fc1(x)))  # (N, hidden)
        return self.fc2(x).squeeze()  # (N, num_classes): logits, which cross entropy turns into probabilities
