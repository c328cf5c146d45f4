"""Must fail: test_stops_after_patience
Says: "stopped_early: expected False, saw True"
Echoes: test_nan_is_a_bad_epoch

Counts all bad epochs, not those in a row.
"""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F


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
            self.improved = True
            self.best_state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
            return False
        self.counter += 1
        self.improved = False
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
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs}")
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    early = EarlyStopping(epochs if patience is None else patience, min_delta)  # `epochs` bad ones in a row: never
    history = {"train_loss": [], "val_loss": [], "val_acc": [], "stopped_early": False}

    for epoch in range(epochs):
        model.train()
        total, samples = 0.0, 0
        for inputs, targets in train_loader:
            inputs, targets = inputs.to(device), targets.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(inputs), targets)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(targets)
            samples += len(targets)

        measured = evaluate(model, val_loader, F.cross_entropy, device)
        history["train_loss"].append(total / samples)
        history["val_loss"].append(measured["loss"])
        history["val_acc"].append(measured["accuracy"])

        history["stopped_early"] = early.step(measured["loss"], model)
        if early.improved:
            history["best_epoch"] = epoch
        if history["stopped_early"]:
            break

    early.restore(model)
    return history
