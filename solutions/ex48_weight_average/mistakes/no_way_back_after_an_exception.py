"""Must fail: test_exception_inside
Says: "still the average"
Echoes: -

Without `finally` an exception skips the way back.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class WeightAverage:
    def __init__(self, decay: float | None = None) -> None:
        if decay is not None and not 0 <= decay < 1:
            raise ValueError(f"decay must be None or in [0, 1), got {decay}")
        self.decay, self.count, self.average = decay, 0, {}

    def update(self, model: nn.Module) -> None:
        self.count += 1
        share = 1 / self.count if self.decay is None else 1 - self.decay
        for name, now in model.state_dict().items():
            if self.count == 1 or not now.is_floating_point():
                self.average[name] = now.clone()  # state_dict() hands out the model's own tensors
            else:
                self.average[name] += share * (now - self.average[name])

    @contextmanager
    def swapped(self, model: nn.Module) -> Iterator[None]:
        if self.count == 0:
            raise RuntimeError("there is no average yet: call update first")
        own = {name: now.clone() for name, now in model.state_dict().items()}
        model.load_state_dict(self.average)
        yield
        model.load_state_dict(own)


@torch.no_grad()
def update_bn(model: nn.Module, batches: Iterable[Tensor]) -> None:
    norms = [m for m in model.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d))]
    modes = [(m, m.training) for m in model.modules()]
    momenta = [(norm, norm.momentum) for norm in norms]
    model.train()
    samples = 0
    for xb in batches:
        samples += len(xb)
        for norm in norms:
            norm.momentum = len(xb) / samples  # new = old + share (seen - old): the running mean of all batches
        model(xb)
    for module, mode in modes:
        module.training = mode
    for norm, momentum in momenta:
        norm.momentum = momentum
    if samples == 0:
        raise ValueError("there is no batch to make statistics from")
