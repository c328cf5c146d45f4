"""The five lines of PyTorch that make one update, and an epoch of them."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn


def train_step(
    model: nn.Module,
    xb: Tensor,
    yb: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
) -> float:
    """One update of `model` on one batch; returns the loss as it was before the update.

    xb: (B, ...), yb: (B, ...), B >= 1. `model(xb)` (not `model.forward`) gives the predictions, `loss_fn(predictions,
    yb)` the mean loss of the batch: a scalar tensor, a finite number, maybe negative. `optimizer` is any optimizer of
    torch.optim that holds all of the model's parameters or some of them; what it does not hold stays as it is.

    The model is called once and the optimizer makes one step, with the gradients of this loss alone: whatever stands
    in the parameters' `.grad` when the function is called plays no part. All layers are in train mode while the model
    is called, also if they come in eval mode.
    Returns a plain Python float (`np.float64` is one), no tensor.

    Free: what stands in `.grad` afterwards, the mode afterwards, whether gradients are cleared to zeros or to None.
    """
    raise NotImplementedError("train_step: not written yet")


def train_epoch(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
) -> float:
    """One update per batch of `loader`, in its order; returns the mean loss per sample.

    loader: batches `(xb, yb)`, tuples or lists, of any sizes B >= 1; it is read once from start to end, may be a
    generator and need not have a length. Each batch makes one update as in `train_step`.

    Returns a plain Python float: the losses of all samples, each as it was before its batch's update, added up and
    divided by the number of samples, so that a batch counts by its size. ValueError: the loader has no batch.

    Free: whether it calls `train_step`.
    """
    raise NotImplementedError("train_epoch: not written yet")
