"""Early stopping replayed: where would each patience have ended a training whose validation losses were recorded?"""

from collections.abc import Sequence


def trace(val_losses: Sequence[float], patience: int, min_delta: float = 0.0) -> dict:
    """Replay one validation curve (a list or tuple, one loss per epoch, epochs count from 0) with one patience.

    An epoch is an improvement if its loss is < best loss so far - min_delta, where the best loss is inf at first and
    changes only on an improvement. Every other epoch is bad: an equal loss, a smaller gain, NaN (also as first loss).
    The training stops at the epoch that makes `patience` bad epochs in a row; the losses after it are never seen.

    Returns a dict with
    "stop_epoch": the epoch of the stop, None if the curve ended without one;
    "best_epoch": the epoch of the last improvement up to the stop, None if there was none;
    "best_loss": the loss of that epoch, that very number, unrounded; inf if there was none;
    "epochs_run": how many epochs ran, the one of the stop included;
    "wasted": how many epochs ran after the best epoch (all that ran if there was no best epoch).
    ValueError for an empty curve, patience < 1 or min_delta < 0. The arguments stay as they are.

    Free: further keys, infinite losses, whether a gain of exactly min_delta > 0 is an improvement.
    """
    raise NotImplementedError("trace: not written yet")


def sweep(
    val_losses: Sequence[float],
    patiences: Sequence[int],
    min_delta: float = 0.0,
    val_accs: Sequence[float] | None = None,
) -> list[dict]:
    """What `trace` returns for each patience, in the order of `patiences`, each dict with "patience" added.

    A patience that is asked for twice has two rows. What an empty `patiences` gives is free.
    If `val_accs` (one accuracy per epoch) is given, each dict also has "accuracy": that of the model handed over,
    which is the one of the best epoch (None if there is no best epoch). Without `val_accs` the key is missing or None.
    ValueError for whatever `trace` refuses, and if `val_accs` has another length than `val_losses`.
    The arguments stay as they are.
    """
    raise NotImplementedError("sweep: not written yet")
