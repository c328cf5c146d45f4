"""A mean over all terms is the mean of the parts' means, each weighted by its terms: for micro-batches and workers."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn


def loss_terms(y: Tensor, ignore: int | None = None) -> int:
    return y.numel() if ignore is None else int((y != ignore).sum())


def accumulate(
    model: nn.Module,
    micro_batches: Sequence[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    ignore: int | None = None,
) -> float:
    counts = [loss_terms(y, ignore) for _, y in micro_batches]
    total = sum(counts)  # known before the first backward pass, as each loss is divided by it
    if total == 0:
        raise ValueError("there is no term to average over")
    model.zero_grad()
    mean = 0.0
    for (x, y), count in zip(micro_batches, counts, strict=True):
        if count == 0:
            continue  # its loss is NaN, and 0 times NaN is NaN
        loss = loss_fn(model(x), y) * count / total
        loss.backward()  # adds to .grad, and frees the graph
        mean += loss.item()
    return mean


def shard(X: Tensor, y: Tensor, workers: int) -> list[tuple[Tensor, Tensor]]:
    if not 1 <= workers <= len(X):
        raise ValueError(f"cannot share {len(X)} samples among {workers} workers")
    return list(zip(X.tensor_split(workers), y.tensor_split(workers), strict=True))


def all_reduce(grads: Sequence[dict[str, Tensor]], terms: Sequence[int]) -> dict[str, Tensor]:
    if len(grads) != len(terms) or sum(terms) == 0:
        raise ValueError(f"{len(grads)} workers' gradients, and terms {list(terms)}")
    if any(one.keys() != grads[0].keys() for one in grads):
        raise ValueError("the workers' gradients have different names")
    total = {name: torch.zeros_like(g) for name, g in grads[0].items()}
    for one, count in zip(grads, terms, strict=True):
        if count:
            for name, g in one.items():
                total[name] += g * (count / sum(terms))
    return total
