"""One recorded validation curve, replayed for many patiences."""

from collections.abc import Sequence


def trace(val_losses: Sequence[float], patience: int, min_delta: float = 0.0) -> dict:
    """What early stopping would have done on this curve, as a dict:

    `stop_epoch` (int or None): the epoch after which it stops, counted from 0; None if it never does;
    `best_epoch` (int or None): the epoch of the last improvement before that; None if there was none;
    `best_loss` (float): its loss; inf if there was none;
    `epochs_run` (int): how many epochs were trained, the one of the stop included;
    `wasted` (int): how many of them came after the best epoch. Further keys are allowed.

    An epoch is an improvement if its loss is below that of the last improvement by more than min_delta; the first
    epoch is one. All others are bad, and so is every epoch whose loss is NaN. It stops after `patience` bad epochs in
    a row, and knows nothing of what would have come later.

    ValueError, with a message, if the curve is empty, patience < 1 or min_delta < 0.
    """
    raise NotImplementedError("patience_sweep: not written yet")


def sweep(
    val_losses: Sequence[float],
    patiences: Sequence[int],
    min_delta: float = 0.0,
    val_accs: Sequence[float] | None = None,
) -> list[dict]:
    """One `trace` per patience, in the order of `patiences`, each with the key `patience` added.

    With val_accs (one validation accuracy per epoch) each also has the key `accuracy`: that of the model that early
    stopping hands back.

    ValueError, with a message, as in `trace`, and if val_accs and val_losses have different lengths.
    """
    raise NotImplementedError("patience_sweep: not written yet")
