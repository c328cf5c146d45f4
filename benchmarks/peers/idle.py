"""Does nothing at all: what an attack must beat."""

import math

from torch import nn


class EarlyStopping:
    def __init__(self, patience: int = 10, min_delta: float = 0.0) -> None:
        self.best_loss, self.counter = math.inf, 0

    def step(self, val_loss: float, model: nn.Module) -> bool:
        return False

    def restore(self, model: nn.Module) -> None:
        pass
