"""Must fail: test_saves_buffers
Says: "the int64 buffer"
Echoes: -

All tensors lie in one vector, whose common dtype holds no large whole number.
"""

from collections import defaultdict

import torch
from torch import nn


def by_dtype(model):
    groups = defaultdict(list)
    for tensor in model.state_dict().values():
        groups["all"].append(tensor)
    return groups


class EarlyStopping:
    def __init__(self, patience: int = 10, min_delta: float = 0.0) -> None:
        if patience < 1 or min_delta < 0:
            raise ValueError("patience must be >= 1 and min_delta >= 0")
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = float("inf")
        self.counter = 0
        self.vectors = None

    def step(self, val_loss: float, model: nn.Module) -> bool:
        better = val_loss < self.best_loss - self.min_delta
        if better:
            self.best_loss = val_loss
            self.counter = 0
            with torch.no_grad():
                self.vectors = {
                    dtype: torch.cat([tensor.reshape(-1) for tensor in tensors]).clone()
                    for dtype, tensors in by_dtype(model).items()
                }
        else:
            self.counter += 1
        return self.counter >= self.patience

    def restore(self, model: nn.Module) -> None:
        if self.vectors is None:
            raise RuntimeError("no vectors yet")
        with torch.no_grad():
            for dtype, tensors in by_dtype(model).items():
                pieces = self.vectors[dtype].split([tensor.numel() for tensor in tensors])
                for tensor, piece in zip(tensors, pieces, strict=True):
                    tensor.copy_(piece.view(tensor.shape))
