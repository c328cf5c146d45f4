"""Must fail: test_rows
Says: "Given normalized_shape"
Echoes: test_parameters, test_formula, test_scale_and_shift, test_one_sample, test_logits, test_gradients, test_order, test_inputs

Builds layer norm from the shape of the first batch: it works for that number of samples only.
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
        self.norm = norms[norm](hidden) if norm != "layer" else None
        self.fc2 = nn.Linear(hidden, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(1)  # (N, ...) -> (N, in_features); unlike view, it copies where it has to
        # "batch" averages each column of (N, hidden), "layer" each row.
        if self.norm is None:
            self.norm = nn.LayerNorm([len(x), self.fc1.out_features])
        x = F.relu(self.norm(self.fc1(x)))  # (N, hidden)
        return self.fc2(x)  # (N, num_classes): logits, which cross entropy turns into probabilities
