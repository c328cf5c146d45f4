"""Must fail: test_parameters
Says: "parameters() misses the norm"
Echoes: test_scale_and_shift

γ and β are tensors, so no optimizer will ever train them.
"""

import torch
from torch import Tensor, nn


class Norm(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.scale = torch.ones(1, size)
        self.shift = torch.zeros(1, size)

    def normalize(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return self.scale * (x - mean) / torch.sqrt(var + 1e-5) + self.shift


class LayerNorm(Norm):
    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean(dim=1, keepdim=True)
        var = ((x - mean) ** 2).mean(dim=1, keepdim=True)
        return self.normalize(x, mean, var)


class BatchNorm(Norm):
    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.register_buffer("mean", torch.zeros(1, size))
        self.register_buffer("var", torch.ones(1, size))

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return self.normalize(x, self.mean, self.var)
        if len(x) < 2:
            raise ValueError("a batch of one sample has no variance")
        mean = x.mean(dim=0, keepdim=True)
        var = ((x - mean) ** 2).mean(dim=0, keepdim=True)
        with torch.no_grad():
            self.mean.mul_(0.8).add_(0.2 * mean)
            self.var.mul_(0.8).add_(0.2 * var)
        return self.normalize(x, mean, var)


class NormMLP(nn.Module):
    def __init__(self, in_features: int = 784, hidden: int = 128, num_classes: int = 10, norm: str = "none") -> None:
        super().__init__()
        self.head = nn.Linear(hidden, num_classes)
        self.body = nn.Linear(in_features, hidden)
        if norm == "batch":
            self.norm = BatchNorm(hidden)
        elif norm == "layer":
            self.norm = LayerNorm(hidden)
        elif norm == "none":
            self.norm = None
        else:
            raise ValueError(f"{norm!r} is no norm that I know")

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.body(x.reshape(x.shape[0], -1))
        if self.norm is not None:
            hidden = self.norm(hidden)
        return self.head(hidden.clamp(min=0))
