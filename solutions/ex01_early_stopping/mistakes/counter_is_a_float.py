"""Must fail: test_attributes
Says: "expected the int 0"
Echoes: -

The counter starts as a float.
"""

import itertools

import torch


class EarlyStopping:
    def __init__(self, patience=10, min_delta=0.0):
        if not patience >= 1:
            raise ValueError("patience < 1")
        if not min_delta >= 0:
            raise ValueError("min_delta < 0")
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = float("inf")
        self.counter = 0.0
        self.saved = None

    @staticmethod
    def _tensors(model):
        return itertools.chain(model.named_parameters(), model.named_buffers())

    def step(self, val_loss, model):
        if val_loss < self.best_loss - self.min_delta:
            self.best_loss = val_loss
            self.counter = 0
            with torch.no_grad():
                self.saved = [(name, t.clone()) for name, t in self._tensors(model)]
            return False
        self.counter += 1
        return self.counter >= self.patience

    @torch.no_grad()
    def restore(self, model):
        if self.saved is None:
            raise RuntimeError("step has not seen an improvement")
        live = dict(self._tensors(model))
        for name, value in self.saved:
            live[name].copy_(value)
