"""Must fail: test_saves_buffers
Says: "the int64 buffer ages was not restored"
Echoes: -

Writes into the tensors of the best epoch, though the model may have another buffer by now.
"""

import itertools

from torch import Tensor, nn


class EarlyStopping:
    def __init__(self, patience: int = 10, min_delta: float = 0.0) -> None:
        if patience < 1:
            raise ValueError(patience)
        if min_delta < 0:
            raise ValueError(min_delta)
        self.limit, self.delta = patience, min_delta
        self.best_loss = float("inf")
        self.counter = 0
        self.copies: list[Tensor] = []
        self.seen = False

    @staticmethod
    def _all(model: nn.Module) -> list[Tensor]:
        return list(itertools.chain(model.parameters(), model.buffers()))

    def step(self, val_loss: float, model: nn.Module) -> bool:
        if not val_loss < self.best_loss - self.delta:
            self.counter += 1
            return self.counter >= self.limit
        self.best_loss, self.counter, self.seen = val_loss, 0, True
        self.copies = [tensor.data.clone() for tensor in self._all(model)]
        self.targets = self._all(model)
        return False

    def restore(self, model: nn.Module) -> None:
        if not self.seen:
            raise RuntimeError("nothing seen")
        for tensor, copy in zip(self.targets, self.copies, strict=True):
            tensor.data.copy_(copy)
