"""Must fail: test_bad_in_a_row
Says: "the epoch before, but worse than the best"
Echoes: test_min_delta, test_no_best_epoch, test_any_curve, test_equal

A slow recovery looks like an improvement if only the epoch before is remembered.
"""

import math
from collections.abc import Sequence


def trace(val_losses: Sequence[float], patience: int, min_delta: float = 0.0) -> dict:
    if len(val_losses) == 0:
        raise ValueError("the curve is empty: give at least one validation loss")
    if patience < 1:
        raise ValueError(f"patience must be at least 1, got {patience}")
    if min_delta < 0:
        raise ValueError(f"min_delta must not be negative, got {min_delta}")
    stop_epoch, best_epoch, best_loss, counter = None, None, math.inf, 0
    for epoch, loss in enumerate(val_losses):
        if epoch == 0 or loss < val_losses[epoch - 1] - min_delta:
            best_epoch, best_loss, counter = epoch, loss, 0
        else:
            counter += 1
        if counter >= patience:
            stop_epoch = epoch
            break
    epochs_run = epoch + 1  # epochs 0 .. epoch
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
    if val_accs is not None and len(val_accs) != len(val_losses):
        raise ValueError(f"{len(val_losses)} losses, but {len(val_accs)} accuracies")
    table = []
    for patience in patiences:
        row = trace(val_losses, patience, min_delta) | {"patience": patience}
        if val_accs is not None:
            best = row["best_epoch"]
            row["accuracy"] = None if best is None else val_accs[best]
        table.append(row)
    return table
