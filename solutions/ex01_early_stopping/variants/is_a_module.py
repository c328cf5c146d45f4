"""Right: the object is itself a module that holds the memory in buffers, in the order of the model's tensors."""

import math

import torch
from torch import nn


class Clock(nn.Module):
    def __init__(self, patience: int, min_delta: float) -> None:
        super().__init__()
        if not (patience >= 1 and min_delta >= 0):
            raise ValueError(f"patience {patience} or min_delta {min_delta} is too small")
        self.patience, self.min_delta = patience, min_delta
        self.best_loss, self.counter = math.inf, 0

    def improved(self, loss: float) -> bool:
        better = loss < self.best_loss and loss - self.best_loss < -self.min_delta
        self.counter = 0 if better else self.counter + 1
        self.best_loss = loss if better else self.best_loss
        return better


class EarlyStopping(Clock):
    def __init__(self, patience: int = 10, min_delta: float = 0.0) -> None:
        super().__init__(patience, min_delta)

    def step(self, val_loss: float, model: nn.Module) -> bool:
        if self.improved(val_loss):
            for number, tensor in enumerate([*model.parameters(), *model.buffers()]):
                self.register_buffer(f"kept{number}", torch.empty_like(tensor).copy_(tensor.detach()))
        return self.counter > self.patience - 1

    def restore(self, model: nn.Module) -> None:
        if self.best_loss == math.inf:
            raise RuntimeError("no epoch to go back to")
        for number, tensor in enumerate([*model.parameters(), *model.buffers()]):
            tensor.detach().copy_(self.get_buffer(f"kept{number}"))
