"""Right: NumPy all the way, with NumPy scalars in the results."""

import numpy as np


def trace(val_losses, patience, min_delta=0.0):
    losses = np.array(val_losses, dtype=float)
    if losses.size == 0:
        raise ValueError("no epochs")
    if patience < 1:
        raise ValueError("patience < 1")
    if min_delta < 0:
        raise ValueError("min_delta < 0")
    best_loss, best_epoch = np.float64(np.inf), None
    waited, stop = np.int64(0), None
    for epoch in np.arange(losses.size):
        if losses[epoch] < best_loss - min_delta:
            best_loss, best_epoch, waited = losses[epoch], epoch, np.int64(0)
        else:
            waited += 1
        if waited >= patience:
            stop = epoch
            break
    return dict(stop_epoch=stop, best_epoch=best_epoch, best_loss=best_loss, epochs_run=epoch + 1, wasted=waited)


def sweep(val_losses, patiences, min_delta=0.0, val_accs=None):
    if val_accs is not None:
        if len(val_accs) != len(val_losses):
            raise ValueError("one accuracy per epoch, please")
        accuracies = np.array(val_accs)
    table = []
    for patience in patiences:
        row = trace(val_losses, patience, min_delta)
        row["patience"] = np.int64(patience)
        if val_accs is not None:
            best = row["best_epoch"]
            row["accuracy"] = np.nan if best is None else accuracies[best]
        table.append(row)
    return table
