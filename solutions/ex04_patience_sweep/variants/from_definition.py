"""Right: finds all improvements first, then looks for the first gap that is as long as the patience."""

import math
from collections.abc import Sequence


def improvements(val_losses, min_delta):
    found = []
    for epoch, loss in enumerate(val_losses):
        if not math.isnan(loss) and (not found or val_losses[found[-1]] - loss > min_delta):
            found.append(epoch)
    return found


def trace(val_losses: Sequence[float], patience: int, min_delta: float = 0.0) -> dict:
    if not len(val_losses):
        raise ValueError("empty curve")
    if patience < 1 or min_delta < 0:
        raise ValueError("patience must be >= 1 and min_delta >= 0")
    last = len(val_losses) - 1
    best = None
    steps = improvements(val_losses, min_delta)
    for here, there in zip([-1, *steps], [*steps, math.inf], strict=True):
        best = here if here >= 0 else None
        if there > here + patience:
            stop = here + patience if here + patience <= last else None
            break
    run = (last if stop is None else stop) + 1
    return {
        "wasted": run if best is None else run - 1 - best,
        "epochs_run": run,
        "best_loss": math.inf if best is None else float(val_losses[best]),
        "best_epoch": best,
        "stop_epoch": stop,
        "stopped": stop is not None,
    }


def sweep(val_losses, patiences, min_delta=0.0, val_accs=None):
    if val_accs is not None and len(val_losses) != len(val_accs):
        raise ValueError("val_losses and val_accs differ in length")
    rows = []
    for patience in patiences:
        row = dict(patience=patience, **trace(val_losses, patience, min_delta))
        if val_accs is not None and row["best_epoch"] is not None:
            row["accuracy"] = val_accs[row["best_epoch"]]
        rows.append(row)
    return rows
