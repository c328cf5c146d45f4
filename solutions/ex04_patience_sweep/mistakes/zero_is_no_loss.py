"""Must fail: test_min_delta
Says: "is lower than all before it; best_loss is that of the last improvement: expected"
Echoes: -

A loss of 0 is falsy and passes for no loss.
"""

from collections import OrderedDict


def trace(val_losses, patience, min_delta=0.0):
    curve = tuple(val_losses)
    if not curve:
        raise ValueError("curve")
    if int(patience) < 1:
        raise ValueError("patience")
    if min_delta < 0:
        raise ValueError("min_delta")
    improved = []  # (epoch, loss) of every improvement
    left = patience
    for epoch, loss in enumerate(curve):
        limit = improved[-1][1] - min_delta if improved else float("inf")
        if loss and loss < limit:
            improved.append((epoch, loss))
            left = patience
            continue
        left -= 1
        if not left:
            stop, ran = epoch, epoch + 1
            break
    else:
        stop, ran = None, len(curve)
    try:
        best_epoch, best_loss = improved[-1]
        wasted = ran - 1 - best_epoch
    except IndexError:
        best_epoch, best_loss, wasted = None, float("inf"), ran
    return OrderedDict(stop_epoch=stop, best_epoch=best_epoch, best_loss=best_loss, epochs_run=ran, wasted=wasted)


def sweep(val_losses, patiences, min_delta=0.0, val_accs=None):
    accs = [None] * len(val_losses) if val_accs is None else list(val_accs)
    if len(accs) != len(val_losses):
        raise ValueError("val_accs")
    table = list(map(lambda p: trace(val_losses, p, min_delta), patiences))
    for p, row in zip(patiences, table):
        row["patience"] = p
        row["accuracy"] = accs[row["best_epoch"]] if row["best_epoch"] is not None else None
    return table
