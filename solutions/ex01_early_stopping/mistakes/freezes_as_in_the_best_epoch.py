"""Must fail: test_training_goes_on
Says: "not as in the best epoch"
Echoes: -

restore() gives back requires_grad of the best epoch as well.
"""

from copy import deepcopy

import torch


class EarlyStopping:
    def __init__(self, patience=10, min_delta=0.0):
        if patience < 1:
            raise ValueError("patience must be >= 1")
        if min_delta < 0.0:
            raise ValueError("min_delta must be >= 0")
        self._patience = patience
        self._min_delta = min_delta
        self.best_loss = float("inf")
        self.counter = 0
        self._twin = None

    def step(self, val_loss, model):
        if val_loss < self.best_loss - self._min_delta:
            self._twin = deepcopy(model)
            self.best_loss = val_loss
            self.counter = 0
        else:
            self.counter += 1
        return self.counter >= self._patience

    def restore(self, model):
        if self._twin is None:
            raise RuntimeError("no best epoch")
        with torch.no_grad():
            for mine, theirs in zip(model.parameters(), self._twin.parameters()):
                mine.copy_(theirs)
                mine.requires_grad_(theirs.requires_grad)
            for mine, theirs in zip(model.buffers(), self._twin.buffers()):
                mine.copy_(theirs)
