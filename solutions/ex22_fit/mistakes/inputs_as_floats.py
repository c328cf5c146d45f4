"""Must fail: test_inputs_reach_the_model_as_they_are
Says: "dtype of the inputs that the model was given"
Echoes: -

Inputs are cast to float32, token ids and float64 models break.
"""

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


def fit(model, train_loader, val_loader, *, epochs=30, lr=1e-3, patience=5, min_delta=0.0, device="cpu"):
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs}")
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    loss_fn = nn.CrossEntropyLoss()
    stopper = EarlyStopping(patience if patience is not None else epochs + 1, min_delta)
    history = {"train_loss": [], "val_loss": [], "val_acc": [], "best_epoch": -1, "stopped_early": False}
    for epoch in range(epochs):
        model.train()
        total, samples = 0.0, 0
        for inputs, targets in train_loader:
            inputs, targets = inputs.to(device).float(), targets.to(device)
            optimizer.zero_grad()
            loss = loss_fn(model(inputs), targets)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(targets)
            samples += len(targets)
        scores = evaluate(model, val_loader, loss_fn, device)
        history["train_loss"].append(total / samples)
        history["val_loss"].append(scores["loss"])
        history["val_acc"].append(scores["accuracy"])
        stop = stopper.step(scores["loss"], model)
        if stopper.counter == 0:
            history["best_epoch"] = epoch
        if stop:
            history["stopped_early"] = True
            break
    stopper.restore(model)
    return history
