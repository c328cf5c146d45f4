"""Must fail: test_min_delta
Says: ": every gain counts, however small: compare the losses as they are; expected no stop, saw a stop at epoch"
Echoes: -

Compares in float32.
"""

import numpy as np


def trace(val_losses, patience, min_delta=0.0):
    if len(val_losses) == 0:
        raise ValueError("val_losses must not be empty")
    if patience < 1:
        raise ValueError("patience must be positive")
    if min_delta < 0:
        raise ValueError("min_delta must be >= 0")

    losses = np.array(val_losses, dtype=np.float32)
    losses[np.isnan(losses)] = np.inf
    better = np.zeros(len(losses), dtype=bool)
    best = np.inf
    for i, v in enumerate(losses):
        if v < best - min_delta:
            better[i] = True
            best = v
    epochs = np.arange(len(losses))
    last = np.maximum.accumulate(np.where(better, epochs, -1))
    hits = np.flatnonzero(epochs - last >= patience)
    end = int(hits[0]) if hits.size else len(losses) - 1
    b = int(last[end])
    return {
        "stop_epoch": end if hits.size else None,
        "best_epoch": b if b >= 0 else None,
        "best_loss": val_losses[b] if b >= 0 else float("inf"),
        "epochs_run": end + 1,
        "wasted": end - b,
    }


def sweep(val_losses, patiences, min_delta=0.0, val_accs=None):
    if val_accs is not None and len(val_accs) != len(val_losses):
        raise ValueError("val_accs must have one entry per epoch")
    rows = []
    for p in patiences:
        r = trace(val_losses, p, min_delta)
        r["patience"] = p
        r["accuracy"] = None if val_accs is None or r["best_epoch"] is None else val_accs[r["best_epoch"]]
        rows.append(r)
    return rows
