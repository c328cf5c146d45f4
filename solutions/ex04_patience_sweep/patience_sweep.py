"""Early stopping never changes the path of a training, only where it ends: one curve answers for every patience."""

from collections.abc import Sequence


def trace(val_losses: Sequence[float], patience: int, min_delta: float = 0.0) -> dict:
    """What early stopping would have done on this curve."""
    if len(val_losses) == 0:
        raise ValueError("the curve has no epochs")
    if patience < 1:
        raise ValueError(f"patience must be at least 1, got {patience}")
    if min_delta < 0:
        raise ValueError(f"min_delta must not be negative, got {min_delta}")

    best_loss, best_epoch, stop_epoch = float("inf"), None, None
    counter = 0
    for epoch, loss in enumerate(val_losses):
        if loss < best_loss - min_delta:  # never true for NaN
            best_loss, best_epoch, counter = loss, epoch, 0
            continue
        counter += 1
        if counter == patience:
            stop_epoch = epoch
            break

    epochs_run = epoch + 1  # epochs count from 0
    wasted = epochs_run if best_epoch is None else epoch - best_epoch
    return {
        "stop_epoch": stop_epoch,
        "best_epoch": best_epoch,
        "best_loss": best_loss,
        "epochs_run": epochs_run,
        "wasted": wasted,
    }


def sweep(
    val_losses: Sequence[float],
    patiences: Sequence[int],
    min_delta: float = 0.0,
    val_accs: Sequence[float] | None = None,
) -> list[dict]:
    """One `trace` per patience, with the accuracy of the model that is handed back."""
    if val_accs is not None and len(val_accs) != len(val_losses):
        raise ValueError(f"{len(val_losses)} losses, but {len(val_accs)} accuracies")
    rows = [trace(val_losses, patience, min_delta) | {"patience": patience} for patience in patiences]
    if val_accs is not None:
        for row in rows:
            # The weights of the best epoch are restored, so its accuracy counts, not that of the stop.
            row["accuracy"] = None if row["best_epoch"] is None else val_accs[row["best_epoch"]]
    return rows
