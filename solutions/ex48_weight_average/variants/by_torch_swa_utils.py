"""PyTorch's AveragedModel keeps the average, data pointers are exchanged, and statistics are weighed afterwards."""

import contextlib
import copy

import torch
from torch.optim.swa_utils import AveragedModel


class WeightAverage:
    def __init__(self, decay=None):
        if decay is not None and not (decay >= 0 and decay < 1):
            raise ValueError(f"{decay=}")
        self.decay, self.twin = decay, None

    def _mean(self, old, new, count):
        if not torch.is_floating_point(old):
            return new
        weight = 1 / (count + 1) if self.decay is None else 1 - self.decay
        return torch.lerp(old, new, float(weight))

    def update(self, model):
        if self.twin is None:
            self.twin = AveragedModel(model, avg_fn=self._mean, use_buffers=True)
        self.twin.update_parameters(model)

    def swapped(self, model):
        if self.twin is None:
            raise RuntimeError("update first")
        return self._swap(model, copy.deepcopy(self.twin.module))

    @contextlib.contextmanager
    def _swap(self, model, twin):
        pairs = [*zip(model.parameters(), twin.parameters(), strict=True)]
        pairs += zip(model.buffers(), twin.buffers(), strict=True)
        for mine, theirs in pairs:
            mine.data, theirs.data = theirs.data, mine.data
        try:
            yield self
        finally:
            for mine, theirs in pairs:
                mine.data, theirs.data = theirs.data, mine.data


def update_bn(model, batches):
    norms = [m for m in model.modules() if "BatchNorm" in type(m).__name__]
    before = [(m, m.training, getattr(m, "momentum", None)) for m in model.modules()]
    means, variances, sizes = [], [], []
    for m in norms:
        m.train()
        m.momentum = 1.0
    with torch.inference_mode(False), torch.no_grad():
        for xb in batches:
            model(xb)
            sizes.append(xb.shape[0])
            means.append([m.running_mean.clone() for m in norms])
            variances.append([m.running_var.clone() for m in norms])
    for m, mode, momentum in before:
        m.training = mode
        if hasattr(m, "momentum"):
            m.momentum = momentum
    if not sizes:
        raise ValueError("no batch at all")
    for i, m in enumerate(norms):
        m.running_mean.copy_(sum(n * one[i] for n, one in zip(sizes, means, strict=True)) / sum(sizes))
        m.running_var.copy_(sum(n * one[i] for n, one in zip(sizes, variances, strict=True)) / sum(sizes))
