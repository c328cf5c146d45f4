"""Right: clones of parameters and buffers by name, written back in place; bare refusals; the clock is a list."""

from itertools import chain

import torch


def tensors(model):
    return dict(chain(model.named_parameters(), model.named_buffers()))


class EarlyStopping:
    def __init__(self, patience=10, min_delta=0.0):
        if patience < 1 or min_delta < 0:
            raise ValueError
        self.patience, self.min_delta = patience, min_delta
        self.improvements, self.bad, self.memory = [float("inf")], [], None

    best_loss = property(lambda self: self.improvements[-1])
    counter = property(lambda self: len(self.bad))

    def step(self, val_loss, model):
        if self.best_loss - self.min_delta > val_loss:
            self.improvements.append(val_loss)
            self.bad.clear()
            self.memory = {name: tensor.detach().clone() for name, tensor in tensors(model).items()}
        else:
            self.bad.append(val_loss)
        return len(self.bad) >= self.patience

    def restore(self, model):
        if self.memory is None:
            raise RuntimeError
        with torch.no_grad():
            for name, tensor in tensors(model).items():
                tensor.copy_(self.memory[name])
