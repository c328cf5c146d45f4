"""Right: the memory is a file in the working folder."""

import torch
from torch import nn


class EarlyStopping:
    def __init__(self, patience: int = 10, min_delta: float = 0.0) -> None:
        if patience < 1 or min_delta < 0:
            raise ValueError("patience must be at least 1 and min_delta at least 0")
        self.patience, self.min_delta = patience, min_delta
        self.best_loss, self.counter = float("inf"), 0
        self.path = "checkpoint.pt"
        self.early_stop = False

    def step(self, val_loss: float, model: nn.Module) -> bool:
        if val_loss < self.best_loss - self.min_delta:
            print(f"validation loss fell ({self.best_loss:.6f} -> {val_loss:.6f}), saving the model")
            torch.save(model.state_dict(), self.path)
            self.best_loss, self.counter = val_loss, 0
        else:
            self.counter += 1
            print(f"early stopping counter: {self.counter} out of {self.patience}")
            if self.counter >= self.patience:
                self.early_stop = True
        return self.early_stop  # stays True once it is

    def restore(self, model: nn.Module) -> None:
        if self.best_loss == float("inf"):
            raise RuntimeError("no checkpoint was written")
        model.load_state_dict(torch.load(self.path))
