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

    loader: batches `(inputs, targets)` of any sizes, as tuples or lists, read once from start to end; it may be a
    generator and need not have a length. inputs: (B, ...), targets: (B,) int64. The model stands on `device` already;
    inputs and targets of each batch have to be moved there. `model(inputs)` gives logits (B, K);
    `loss_fn(logits, targets)` gives the mean loss of the batch as a scalar tensor.

    Returns plain Python floats under "loss" (the mean over all samples, so that the result does not depend on how the
    samples are cut into batches) and "accuracy" (the share, 0 to 1, of samples whose largest logit is the target's).
    More keys are free.

    Measures with all layers in eval mode and builds no graph. Afterwards parameters, buffers and `.grad` are what they
    were, gradients are recorded if and only if they were before, and every layer is in the mode, train or eval, in
    which it was given: also a frozen layer in eval mode inside a model in train mode, and the other way round.
    ValueError: the loader has no batch. What mode the model is in after an error is free.
    """
    raise NotImplementedError("evaluate: not written yet")
