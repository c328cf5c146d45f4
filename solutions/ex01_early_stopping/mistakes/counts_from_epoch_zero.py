"""Must fail: test_nan
Says: "counter after each epoch: expected 1, saw 0 at [0]"
Echoes: -

Without any improvement the bad epochs are counted from epoch 0, one short.
"""

import copy


class EarlyStopping:
    def __init__(self, patience=10, min_delta=0.0):
        if patience <= 0:
            raise ValueError(f"patience={patience!r}")
        if min_delta < 0:
            raise ValueError(f"min_delta={min_delta!r}")
        self.patience = patience
        self.min_delta = min_delta
        self.losses = []
        self.best_epoch = None
        self.best_loss = float("inf")
        self.counter = 0
        self.weights = None

    def step(self, val_loss, model):
        epoch = len(self.losses)
        self.losses.append(val_loss)
        if val_loss < self.best_loss - self.min_delta:
            self.best_epoch = epoch
            self.best_loss = self.losses[epoch]
            self.weights = copy.deepcopy(dict(model.state_dict()))
        start = 0 if self.best_epoch is None else self.best_epoch
        self.counter = epoch - start
        return self.counter >= self.patience

    def restore(self, model):
        if self.best_epoch is None:
            raise RuntimeError("there is no best epoch")
        model.load_state_dict(copy.deepcopy(self.weights))
