"""Must fail: test_nan_is_a_bad_epoch
Says: "epochs run: expected"
Echoes: -

Patience from epoch - best_epoch with best_epoch 0 at first: one epoch too late if training begins with NaN.
"""

import copy
import math
from collections.abc import Callable, Iterable

import torch
import torch.nn.functional as F
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
        raise ValueError("epochs must be >= 1")
    model = model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr)
    train_losses, val_losses, val_accs = [], [], []
    best, best_epoch, best_state = math.inf, 0, None
    bad, stopped = 0, False
    for epoch in range(epochs):
        model.train()
        batch_losses = []
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            batch_losses.append(loss.item())
        train_losses.append(sum(batch_losses) / len(batch_losses))

        model.eval()
        loss_sum, correct, n = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                loss_sum += F.cross_entropy(logits, y, reduction="sum").item()
                correct += int((logits.argmax(1) == y).sum())
                n += len(y)
        val_loss = loss_sum / n
        val_losses.append(val_loss)
        val_accs.append(correct / n)

        if math.isfinite(val_loss) and val_loss < best - min_delta:
            best, best_epoch, bad = val_loss, epoch, 0
            best_state = copy.deepcopy(model.state_dict())
        else:
            bad += 1
            if patience is not None and epoch - best_epoch >= patience:
                stopped = True
                break
    if best_state is None:
        raise RuntimeError("no epoch had a finite validation loss")
    model.load_state_dict(best_state)
    return {
        "train_loss": train_losses,
        "val_loss": val_losses,
        "val_acc": val_accs,
        "best_epoch": best_epoch,
        "stopped_early": stopped,
    }
