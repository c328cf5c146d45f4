"""Must fail: test_refuses_one_sample
Says: "must raise ValueError"
Echoes: -

Refuses exactly one sample, so that an empty batch passes.
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
            if samples == 1:
                raise ValueError("train mode needs at least two samples: one sample has no spread")
            mean = x.mean(0)  # (F,)
            var = x.var(0, unbiased=False)  # (F,), divided by N
            with torch.no_grad():  # or the memory would drag the graphs of all earlier batches along
                self.running_mean.lerp_(mean, self.momentum)  # (1 - momentum) * old + momentum * new
                self.running_var.lerp_(x.var(0, unbiased=True), self.momentum)  # divided by N - 1
        else:
            mean, var = self.running_mean, self.running_var
        # eps stands inside the root: a feature that never changes is divided by sqrt(eps), not by zero.
        return self.weight * (x - mean) * torch.rsqrt(var + self.eps) + self.bias
