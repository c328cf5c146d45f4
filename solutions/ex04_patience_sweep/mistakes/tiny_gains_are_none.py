"""Must fail: test_min_delta
Says: ": every gain counts, however small: compare the losses as they are; expected no stop, saw a stop at epoch"
Echoes: -

A gain below a relative 1e-6 counts as equal.
"""

import math


def trace(val_losses, patience, min_delta=0.0):
    if len(val_losses) == 0:
        raise ValueError("empty curve")
    if patience < 1:
        raise ValueError("patience must be at least 1")
    if min_delta < 0:
        raise ValueError("min_delta must not be negative")
    best_loss = math.inf
    best_epoch = None
    stop_epoch = None
    bad = 0
    for epoch, loss in enumerate(val_losses):
        if loss < best_loss - min_delta and not math.isclose(loss, best_loss, rel_tol=1e-6):
            best_loss = loss
            best_epoch = epoch
            bad = 0
        else:
            bad += 1
            if bad >= patience:
                stop_epoch = epoch
                break
    epochs_run = len(val_losses) if stop_epoch is None else stop_epoch + 1
    wasted = epochs_run if best_epoch is None else epochs_run - best_epoch - 1
    return {
        "stop_epoch": stop_epoch,
        "best_epoch": best_epoch,
        "best_loss": best_loss,
        "epochs_run": epochs_run,
        "wasted": wasted,
    }


def sweep(val_losses, patiences, min_delta=0.0, val_accs=None):
    if val_accs is not None and len(val_accs) != len(val_losses):
        raise ValueError("val_accs and val_losses must have the same length")
    rows = []
    for patience in patiences:
        row = trace(val_losses, patience, min_delta)
        row["patience"] = patience
        if val_accs is not None:
            best = row["best_epoch"]
            row["accuracy"] = None if best is None else val_accs[best]
        rows.append(row)
    return rows
