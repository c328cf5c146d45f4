"""The whole training loop: epochs of training and validation, early stopping, and the best model handed back."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn


class EarlyStopping:
    """Given: remembers the model of the best epoch and counts the bad epochs since then."""

    def __init__(self, patience: int, min_delta: float) -> None:
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = float("inf")
        self.counter = 0
        self.best_state: dict[str, Tensor] = {}

    def step(self, val_loss: float, model: nn.Module) -> bool:
        """Takes the validation loss of the epoch just ended; True means: stop now."""
        if val_loss < self.best_loss - self.min_delta:
            self.best_loss = val_loss
            self.counter = 0
            self.best_state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        else:
            self.counter += 1
        return self.counter >= self.patience

    def restore(self, model: nn.Module) -> None:
        """Writes the parameters and buffers of the best epoch back into the model."""
        model.load_state_dict(self.best_state)


def evaluate(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    device: torch.device | str = "cpu",
) -> dict[str, float]:
    """Given: "loss" (mean per sample) and "accuracy" in eval mode; the model's mode is given back."""
    was_training = model.training
    model.eval()
    loss, hits, samples = 0.0, 0, 0
    with torch.no_grad():
        for inputs, targets in loader:
            inputs, targets = inputs.to(device), targets.to(device)
            logits = model(inputs)  # (B, K)
            loss += loss_fn(logits, targets).item() * len(targets)
            hits += (logits.argmax(dim=1) == targets).sum().item()
            samples += len(targets)
    model.train(was_training)
    return {"loss": loss / samples, "accuracy": hits / samples}


def fit(
    model: nn.Module,
    train_loader: Iterable[tuple[Tensor, Tensor]],
    val_loader: Iterable[tuple[Tensor, Tensor]],
    *,
    epochs: int = 30,
    lr: float = 1e-3,
    patience: int | None = 5,
    min_delta: float = 0.0,
    device: torch.device | str = "cpu",
) -> dict:
    """Train a classifier in place; afterwards it has the parameters and buffers of its best epoch.

    Loaders give batches `(inputs, targets)`, targets (B,) int64; both are iterated from the start in every epoch (the
    training loader may shuffle or augment anew). Model and batches are moved to `device`. `model(inputs)` gives logits
    (B, K), the loss is the mean cross entropy, the optimizer is torch.optim.Adam or AdamW over all parameters, learning
    rate `lr`. Other arguments of the optimizer keep their defaults.

    An epoch is: in train mode one optimizer step per training batch, each from the gradient of that batch alone; then
    in eval mode a measurement on the validation data, which never trains anything.
    The epoch is an improvement if `val_loss < best - min_delta`, with the val_loss of the last improvement as best; the
    first epoch always is one. Training ends after `epochs` epochs, or as soon as `patience` epochs in a row were no
    improvement; with patience None it never ends early.

    Returns the history as a dict:
    "train_loss", "val_loss", "val_acc": lists with one float per epoch run. val_loss is the mean over the validation
    samples, val_acc a share of them, 0 to 1; train_loss is the mean loss of the epoch's batches as they were trained
    on, or the mean loss of the training data after the epoch;
    "best_epoch": int, the last improvement, counted from 0; "stopped_early": bool, whether patience ended the training.

    Whatever the reason for the end, the model goes back to its best epoch. Its mode is then up to you.
    ValueError: epochs < 1.
    """
    raise NotImplementedError("fit: not written yet")
