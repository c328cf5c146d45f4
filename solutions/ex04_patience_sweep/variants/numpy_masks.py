"""Looks for the stop in NumPy arrays: bad epochs in a row are the distance to the last improvement."""

import numpy as np


def _running_best(losses, min_delta):
    best, found = np.full(len(losses), -1), -1
    for epoch, loss in enumerate(losses):
        if not np.isnan(loss) and (found < 0 or loss < losses[found] - min_delta):
            found = epoch
        best[epoch] = found
    return best


def trace(val_losses, patience, min_delta=0.0):
    losses = np.asarray(val_losses, dtype=float)
    if losses.size == 0 or patience < 1 or min_delta < 0:
        raise ValueError(f"bad arguments: {losses.size} losses, patience {patience}, min_delta {min_delta}")
    best = _running_best(losses, min_delta)
    fired = np.flatnonzero(np.arange(len(losses)) - best >= patience)
    last = fired[0] if fired.size else np.int64(len(losses) - 1)
    kept = best[last]
    return {
        "best_loss": losses[kept] if kept >= 0 else np.inf,
        "best_epoch": kept if kept >= 0 else None,
        "stop_epoch": last if fired.size else None,
        "epochs_run": last + 1,
        "wasted": last - kept,
        "curve": losses[: last + 1],
    }


def sweep(val_losses, patiences, min_delta=0.0, val_accs=None):
    accs = None if val_accs is None else np.array(val_accs)
    if accs is not None and accs.shape != np.shape(val_losses):
        raise ValueError("one accuracy per loss, please")
    table = [{"patience": p, **trace(val_losses, p, min_delta)} for p in patiences]
    for row in table:
        if accs is not None:
            row["accuracy"] = accs[row["best_epoch"]] if row["best_epoch"] is not None else None
    return table
