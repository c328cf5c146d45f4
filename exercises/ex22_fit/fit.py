"""The whole training loop: epochs of training and validation, early stopping, and the best model handed back."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn


class EarlyStopping:
    """Given, as in ex01: asked once per epoch whether to stop; remembers the model of its best epoch.

    `best_loss` is inf at first, `counter` counts the bad epochs in a row.
    """

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
        """Takes the validation loss of the epoch just ended; True means: stop now. NaN is never an improvement."""
        if val_loss < self.best_loss - self.min_delta:
            self.best_loss = val_loss
            self.counter = 0
            self.best_state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
            return False
        self.counter += 1
        return self.counter >= self.patience

    def restore(self, model: nn.Module) -> None:
        """Writes the parameters and buffers of the best epoch back into the model; RuntimeError if there is none."""
        if self.best_state is None:
            raise RuntimeError("nothing to restore: val_loss was NaN or infinite in every epoch (is lr too large?)")
        model.load_state_dict(self.best_state)


def evaluate(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    device: torch.device | str = "cpu",
) -> dict[str, float]:
    """Given, as in ex21: "loss" (mean per sample) and "accuracy" in eval mode; each layer's own mode is given back."""
    modes = [(layer, layer.training) for layer in model.modules()]
    model.eval()
    loss, hits, samples = 0.0, 0, 0
    with torch.no_grad():
        for inputs, targets in loader:
            inputs, targets = inputs.to(device), targets.to(device)
            logits = model(inputs)  # (B, K)
            loss += loss_fn(logits, targets).item() * len(targets)
            hits += (logits.argmax(dim=1) == targets).sum().item()
            samples += len(targets)
    for layer, training in modes:
        layer.training = training
    if samples == 0:
        raise ValueError("the loader is empty: there is nothing to measure")
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

    Loaders give batches `(inputs, targets)`, targets (B,) int64; their `len` is the number of batches. The training
    loader is iterated from the start in every epoch, as it may shuffle or augment anew (free: to iterate it once more
    within the epoch for train_loss, or to keep the epoch's batches for that); the validation loader gives the same
    batches every time. Model and batches, inputs and targets, are moved to `device`; inputs may be of any shape and
    dtype and reach the model as they are. `model(inputs)` gives logits (B, K), the loss is the mean cross entropy, the
    optimizer is one torch.optim.Adam or AdamW for the whole training, over all parameters, with learning rate `lr`
    throughout. Its other arguments keep their defaults, but biases may go without weight decay, and `foreach` and the
    like are free, as is how you group the parameters.

    An epoch is: with all layers in train mode one optimizer step per training batch, in the loader's order, each from
    the gradient of that batch alone, not clipped (the model comes without gradients; what you do with a batch whose
    loss is not finite is free, if the training goes on); then in eval mode, under no_grad or inference_mode, a
    measurement on the validation data, which never trains anything. Between its steps nothing changes the model.
    An epoch is an improvement if its val_loss is finite and `val_loss < best - min_delta`, with the val_loss of the
    last improvement as best; the first epoch with a finite val_loss always is one. Every other epoch is a bad one, also
    one whose val_loss is NaN. Training ends after `epochs` epochs, or as soon as `patience` epochs in a row were bad;
    with patience None it never ends early.

    Returns the history as a dict (more keys are free):
    "train_loss", "val_loss", "val_acc": lists with one float per epoch run, no tensors. val_loss is the mean over the
    validation samples, val_acc a share of them, 0 to 1; train_loss is the mean loss of the epoch's batches as they were
    trained on, or the mean loss of the training data after the epoch, in eval mode (free, as is whether batches or
    samples count);
    "best_epoch": int, the last improvement, counted from 0;
    "stopped_early": bool, whether patience ended the training (free if it ran out in the very last epoch).

    Whatever the reason for the end, the model goes back to its best epoch. Its mode is then up to you.
    ValueError: epochs < 1. RuntimeError, instead of a history: no epoch had a finite val_loss, so that there is no best
    model (the given `restore` says so).
    Other bad arguments are not tested.
    """
    raise NotImplementedError("fit: not written yet")
