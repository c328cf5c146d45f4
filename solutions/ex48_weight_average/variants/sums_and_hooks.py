"""Sums in float64 by parameter and buffer, the exchange as a class, and statistics counted by hooks."""

import torch
from torch import nn


class _Exchange:
    def __init__(self, model, tensors):
        self.model, self.tensors = model, tensors

    def _put(self, tensors):
        with torch.no_grad():
            for name, tensor in _tensors(self.model):
                tensor.copy_(tensors[name])

    def __enter__(self):
        self.own = {name: tensor.detach().clone() for name, tensor in _tensors(self.model)}
        self._put(self.tensors)
        return self.model

    def __exit__(self, *error):
        self._put(self.own)
        return False


def _tensors(model):
    return [*model.named_parameters(), *model.named_buffers()]


class WeightAverage:
    def __init__(self, decay=None):
        if decay is None:
            self._weigh = lambda old, new: (old + new, 1)
        elif decay < 0 or decay >= 1:
            raise ValueError
        self.decay = decay
        self.sums, self.total, self.whole = {}, 0.0, {}

    def update(self, model):
        keep = 1.0 if self.decay is None else self.decay
        share = 1.0 if self.decay is None or not self.total else 1.0 - self.decay
        self.total = keep * self.total + share
        for name, tensor in _tensors(model):
            now = tensor.detach()
            if not now.dtype.is_floating_point:
                self.whole[name] = now.clone()
                continue
            self.sums[name] = keep * self.sums.get(name, 0.0) + share * now.double()

    def swapped(self, model):
        if not self.sums:
            raise RuntimeError("nothing to swap")
        return _Exchange(model, {name: one / self.total for name, one in self.sums.items()} | self.whole)


def update_bn(model, batches):
    norms = [m for m in model.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    kept = {m: m.training for m in model.modules()}
    found = {norm: [0, 0.0, 0.0] for norm in norms}

    def count(norm, args):
        x = args[0].detach().transpose(0, 1).flatten(1).double()
        n = len(args[0])
        found[norm][0] += n
        found[norm][1] = found[norm][1] + n * x.mean(1)
        found[norm][2] = found[norm][2] + n * x.var(1)

    hooks = [norm.register_forward_pre_hook(count) for norm in norms]
    model.train()
    empty = True
    with torch.no_grad():
        for xb in batches:
            empty = False
            model(xb)
        for hook in hooks:
            hook.remove()
        for norm, (n, mean, var) in found.items():
            if n:
                norm.running_mean.copy_(mean / n)
                norm.running_var.copy_(var / n)
    for m, mode in kept.items():
        m.training = mode
    if empty:
        raise ValueError("no batches")
