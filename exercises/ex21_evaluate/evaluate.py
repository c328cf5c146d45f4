"""Loss and accuracy of a classifier over all samples of a loader."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn


def evaluate(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    device: torch.device | str = "cpu",
) -> dict[str, float]:
    """Mean loss per sample and share of right answers, measured in eval mode.

    loader: batches `(inputs, targets)` of any sizes B >= 1, as tuples or lists, each with tensors of its own, read once
    from start to end; it may be a generator and need not have a length. inputs: (B, ...) of any dtype, but for B of one
    shape; targets: (B,) int64. The model stands on `device` already; inputs and targets of each batch have to be moved
    there. `model(inputs)` (not `model.forward`) gives logits (B, K); `loss_fn(logits, targets)` gives the mean loss of
    the samples that it gets as a scalar tensor: a finite number, maybe negative. Whether you ask each of the two for a
    batch, for each sample or for all of them at once is free.

    Returns Python floats (`np.float64` is one) under "loss" (the mean over all samples, so that the result does not
    depend on how the samples are cut into batches) and "accuracy" (the share, 0 to 1, of samples whose largest logit is
    the target's; which of several largest ones counts is free). More keys are free.

    Measures with all layers in eval mode and builds no graph. Afterwards parameters, buffers and `.grad` are what they
    were, gradients are recorded if and only if they were before, and every layer is in the mode, train or eval, in
    which it was given: also a frozen layer in eval mode inside a model in train mode, and the other way round, and a
    layer that stands in two places of the model.
    Free: to measure this model or a copy, `eval()` or the flags `training`, a loss_fn with parameters of its own.
    ValueError: the loader has no batch. After an error the modes and whether gradients are recorded are free.
    """
    raise NotImplementedError("evaluate: not written yet")
