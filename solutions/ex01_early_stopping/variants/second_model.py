"""Right: keeps a whole second model, and never changes anything when the improvement is not real."""

import copy
import math

import torch
from torch import nn


class EarlyStopping:
    best_loss: float = math.inf
    counter: int = 0
    twin: nn.Module | None = None

    def __init__(self, patience: int = 10, min_delta: float = 0.0) -> None:
        if not patience > 0:
            raise ValueError("patience < 1")
        if not min_delta >= 0:
            raise ValueError("min_delta < 0")
        self.patience = patience
        self.min_delta = min_delta

    def step(self, val_loss: float, model: nn.Module) -> bool:
        gain = self.best_loss - val_loss
        if not gain > self.min_delta:  # NaN is not greater than anything either
            self.counter += 1
        else:
            self.best_loss, self.counter = float(val_loss), 0
            self.twin = copy.deepcopy(model)
        return self.counter == self.patience

    @torch.no_grad()
    def restore(self, model: nn.Module) -> None:
        if self.twin is None:
            raise RuntimeError("restore() was called before any improvement")
        pairs = [(model.parameters(), self.twin.parameters()), (model.buffers(), self.twin.buffers())]
        for mine, saved in pairs:
            for target, source in zip(mine, saved, strict=True):
                target.copy_(source)
