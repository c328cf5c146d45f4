"""Must fail: test_by_hand
Says: "PyTorch's own batch normalization"
Echoes: test_refuses_other_features

F.batch_norm does the arithmetic: right in every number, but it was to be written by hand.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class BatchNorm(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.settings = (momentum, eps)
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[1] != len(self.weight) or (self.training and len(x) < 2):
            raise ValueError(f"cannot normalize a batch of shape {tuple(x.shape)}")
        memory = (self.running_mean, self.running_var)
        return F.batch_norm(x, *memory, self.weight, self.bias, self.training, *self.settings)
