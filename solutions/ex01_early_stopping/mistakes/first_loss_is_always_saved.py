"""Must fail: test_first_loss, test_refuses_to_restore_nothing
Says: "must raise RuntimeError, but nothing was raised"
Echoes: test_nan

Takes the very first loss as best even if it is NaN; nothing is ever smaller than NaN.
"""

from torch import Tensor, nn


class EarlyStopping:
    """Asked once per epoch whether to stop; remembers the numbers of the model in its best epoch."""

    def __init__(self, patience: int = 10, min_delta: float = 0.0) -> None:
        if patience < 1:
            raise ValueError(f"patience must be at least 1, got {patience}")
        if min_delta < 0:
            raise ValueError(f"min_delta must not be negative, got {min_delta}")
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = float("inf")
        self.counter = 0
        self.best_state: dict[str, Tensor] | None = None

    def step(self, val_loss: float, model: nn.Module) -> bool:
        if self.best_state is None or val_loss < self.best_loss - self.min_delta:
            self.best_loss = val_loss
            self.counter = 0
            # state_dict() hands out the live tensors, parameters and buffers: clone them,
            # or the optimizer goes on changing the memory.
            self.best_state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
            return False
        self.counter += 1
        return self.counter >= self.patience

    def restore(self, model: nn.Module) -> None:
        if self.best_state is None:
            raise RuntimeError("nothing to restore: no epoch with a finite loss has been seen yet")
        model.load_state_dict(self.best_state)  # copies the numbers into the model's own tensors
