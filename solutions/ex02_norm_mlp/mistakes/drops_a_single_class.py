"""Must fail: test_inputs
Says: "one class: logits of five samples: expected shape"
Echoes: -

One class gives (N,) in place of (N, 1).
"""

import torch
import torch.nn as nn
import torch.nn.functional as F


class NormMLP(nn.Module):
    def __init__(self, in_features: int = 784, hidden: int = 128, num_classes: int = 10, norm: str = "none") -> None:
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        if norm == "none":
            self.norm = nn.Identity()
        elif norm == "batch":
            self.norm = nn.BatchNorm1d(hidden, eps=1e-3, momentum=0.01)
        elif norm == "layer":
            self.norm = nn.LayerNorm(hidden, eps=1e-6)
        else:
            raise ValueError("norm must be 'none', 'batch' or 'layer'")
        self.fc2 = nn.Linear(hidden, num_classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a = self.fc1(torch.flatten(x, start_dim=1))
        return self.fc2(F.relu(self.norm(a))).squeeze(-1)
