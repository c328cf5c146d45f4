"""Walks along the curve once and lets each patience get off at its epoch; losses as a float64 tensor."""

import torch


def _walk(val_losses, patiences, min_delta):
    if len(val_losses) < 1:
        raise ValueError("no losses")
    if any(p <= 0 for p in patiences) or min_delta < 0:
        raise ValueError("patience must be positive and min_delta must not be negative")
    losses = torch.tensor(val_losses, dtype=torch.float64)
    waiting, done = set(range(len(patiences))), {}
    best, lowest = None, torch.tensor(torch.inf, dtype=torch.float64)
    for epoch in range(len(losses)):
        if bool(losses[epoch] < lowest - min_delta):
            best, lowest = epoch, losses[epoch]
        bad = epoch + 1 if best is None else epoch - best
        for i in [i for i in waiting if patiences[i] <= bad]:
            waiting.remove(i)
            done[i] = (epoch, best, lowest, epoch + 1, bad)
    for i in waiting:
        done[i] = (None, best, lowest, len(losses), bad)
    keys = ("stop_epoch", "best_epoch", "best_loss", "epochs_run", "wasted")
    return [dict(zip(keys, done[i], strict=True)) for i in range(len(patiences))]


def trace(val_losses, patience, min_delta=0.0):
    return _walk(val_losses, [patience], min_delta)[0]


def sweep(val_losses, patiences, min_delta=0.0, val_accs=None):
    if val_accs is None:
        val_accs = [None] * len(val_losses)
    if len(val_accs) != len(val_losses):
        raise ValueError("lengths differ")
    table = _walk(val_losses, list(patiences), min_delta)
    for patience, row in zip(patiences, table, strict=True):
        row["patience"] = patience
        row["accuracy"] = None if row["best_epoch"] is None else val_accs[row["best_epoch"]]
    return table
