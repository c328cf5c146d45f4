"""Right: NumPy arrays, numpy.bool_ answers, and a clock that is the distance to the best epoch."""

import numpy as np
import torch
from torch import nn


class EarlyStopping:
    def __init__(self, patience: int = 10, min_delta: float = 0.0) -> None:
        if patience < 1:
            raise ValueError("patience counts epochs: at least 1")
        if min_delta < 0:
            raise ValueError("min_delta is a distance: not negative")
        self.patience, self.min_delta = patience, np.float64(min_delta)
        self.losses: list[float] = []
        self.best_epoch = -1
        self.memory: dict[str, np.ndarray] = {}

    @property
    def best_loss(self) -> float:
        return self.losses[self.best_epoch] if self.memory else np.inf

    @property
    def counter(self) -> int:
        return len(self.losses) - 1 - self.best_epoch

    def step(self, val_loss: float, model: nn.Module) -> np.bool_:
        threshold = self.best_loss - self.min_delta
        self.losses.append(float(val_loss))
        if np.less(val_loss, threshold):
            self.best_epoch = len(self.losses) - 1
            self.memory = {name: value.cpu().numpy().copy() for name, value in model.state_dict().items()}
        return np.greater_equal(self.counter, self.patience)

    def restore(self, model: nn.Module) -> None:
        if not self.memory:
            raise RuntimeError("there is no best epoch yet")
        model.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in self.memory.items()})
