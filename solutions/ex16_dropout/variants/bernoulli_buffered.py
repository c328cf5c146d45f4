"""Masks by torch.bernoulli that already hold the scale; the rate lives in a buffer."""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if p < 0.0 or p > 1.0:
            raise ValueError("dropout probability has to be between 0 and 1")
        self.register_buffer("keep", torch.tensor(1.0 - p))

    def forward(self, x: Tensor) -> Tensor:
        keep = self.keep.item()
        if self.training and keep == 0:
            return torch.zeros_like(x)
        if self.training:
            x = x * torch.bernoulli(torch.full_like(x, keep)).div_(keep)
        return x
