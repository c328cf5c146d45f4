"""Must fail: test_memory_holds_no_graph
Says: "second backward failed"
Echoes: -

The running statistics are fed inside the graph, which grows with every batch.
"""

import torch
from torch import Tensor, nn


class BatchNorm(nn.Module):
    """Normalizes each feature over the batch in train mode, and with remembered statistics in eval mode."""

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        # Buffers are saved with the model and move with .to(device), but no optimizer ever sees them.
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))

    def forward(self, x: Tensor) -> Tensor:
        samples, features = x.shape  # (N, F)
        if features != len(self.weight):
            raise ValueError(f"expected {len(self.weight)} features, got {features}")
        if self.training:
            if samples < 2:
                raise ValueError("train mode needs at least two samples: one sample has no spread")
            mean = x.mean(0)  # (F,)
            var = x.var(0, unbiased=False)  # (F,), divided by N
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(0, unbiased=True)
        else:
            mean, var = self.running_mean, self.running_var
        # eps stands inside the root: a feature that never changes is divided by sqrt(eps), not by zero.
        return self.weight * (x - mean) * torch.rsqrt(var + self.eps) + self.bias
