"""torch.autograd.grad in place of backward, autocast as a decorator; gradients are handed over only for a good step."""

import math
from dataclasses import dataclass, field

import torch


@dataclass
class LossScaler:
    scale: float = 65536.0
    growth: float = 2.0
    backoff: float = 0.5
    interval: int = 100
    streak: int = field(default=0, init=False)

    def __post_init__(self):
        if self.scale <= 0 or self.growth <= 1 or self.interval < 1 or not 0.0 < self.backoff < 1.0:
            raise ValueError

    def update(self, finite):
        self.streak = self.streak + 1 if finite else 0
        if not finite:
            self.scale = self.scale * self.backoff
        if self.streak == self.interval:
            self.streak = 0
            self.scale = self.scale * self.growth


def amp_step(model, optimizer, xb, yb, loss_fn, scaler, *, dtype=torch.bfloat16, max_norm=None):
    model.train(True)
    answer = torch.autocast("cpu", dtype)(model)(xb)
    loss = loss_fn(answer.float(), yb)
    parameters = [p for p in model.parameters() if p.requires_grad]
    scaled = torch.autograd.grad(loss * scaler.scale, parameters, allow_unused=True)
    found = [None if g is None else g / scaler.scale for g in scaled]
    size = math.sqrt(sum(float(g.double().pow(2).sum()) for g in found if g is not None))
    good = math.isfinite(size)
    if good:
        factor = 1.0 if max_norm is None else min(1.0, max_norm / (size + 1e-6))
        for p, g in zip(parameters, found, strict=True):
            p.grad = None if g is None else g * factor
        optimizer.step()
    for p in model.parameters():
        p.grad = None
    scaler.update(good)
    return dict(loss=float(loss), grad_norm=size, skipped=not good)
