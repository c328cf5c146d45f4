"""Must fail: test_parameters
Says: "learnable numbers expected"
Echoes: test_rows, test_batch, test_running, test_saved, test_order, test_formula, test_one_sample, test_logits, test_gradients, test_scale_and_shift, test_inputs
Because: a network of fixed sizes refuses the small batches that show everything else

Ignores the size arguments.
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
        self.fc1 = nn.Linear(784, 128)
        self.norm = norms[norm](128)  # γ and β have one number per hidden feature
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(1)  # (N, ...) -> (N, in_features); unlike view, it copies where it has to
        # "batch" averages each column of (N, hidden), "layer" each row.
        x = F.relu(self.norm(self.fc1(x)))  # (N, hidden)
        return self.fc2(x)  # (N, num_classes): logits, which cross entropy turns into probabilities
