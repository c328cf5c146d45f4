"""Small batches, many workers, one gradient: means of parts put together into the mean of the whole.

What a docstring does not speak of is free.
"""

from collections.abc import Callable, Sequence

from torch import Tensor, nn


def loss_terms(y: Tensor, ignore: int | None = None) -> int:
    """How many entries of y a mean loss averages over.

    Those of y, whatever its shape, without the ones that equal `ignore`. With ignore=None all of them count.
    """
    raise NotImplementedError("loss_terms: not written yet")


def accumulate(
    model: nn.Module,
    micro_batches: Sequence[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    ignore: int | None = None,
) -> float:
    """The gradient of one large batch from its parts, the micro-batches (x, y), which may differ in size.

    loss_fn(model(x), y) is the mean over the loss_terms(y, ignore) terms of one micro-batch. Afterwards `.grad` of each
    parameter that takes part holds the gradient of the mean over all terms of all micro-batches together; what stood
    in it before plays no part. Returns that mean loss, a number or a tensor without axes and without a graph.

    One micro-batch at a time: its x goes through the model once, and its backward pass comes before the next one's
    forward pass, so there is never more than one graph in memory. The order of the micro-batches is free.
    A micro-batch without terms (nothing but padding) is skipped: its mean would be 0/0 = NaN, and the model, whose
    batch norm would see it, does not run. Weights, the model's mode and the micro-batches stay as they are.
    ValueError: no micro-batches, or none with terms.
    """
    raise NotImplementedError("accumulate: not written yet")


def shard(X: Tensor, y: Tensor, workers: int) -> list[tuple[Tensor, Tensor]]:
    """One part (x, y) of the N samples in X and y for each worker.

    Each sample is in exactly one part, beside its own target, and the sizes of the parts differ by at most 1. Which
    samples are in which part is free, and so is their order. ValueError: workers < 1 or workers > N.
    """
    raise NotImplementedError("shard: not written yet")


def all_reduce(grads: Sequence[dict[str, Tensor]], terms: Sequence[int]) -> dict[str, Tensor]:
    """The workers' gradients, put together into that of the mean over all of their terms.

    grads[k] holds worker k's gradients by parameter name, of the mean over its own terms[k] terms. A worker with 0
    terms counts nothing, whatever its gradients hold, NaN included. The result has the same names, and new tensors:
    the workers' own stay as they are, even if the result is changed later.
    ValueError: as many gradients as terms are needed, at least one worker, the same names everywhere, and a term.
    """
    raise NotImplementedError("all_reduce: not written yet")
