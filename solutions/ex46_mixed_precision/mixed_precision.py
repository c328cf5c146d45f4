"""Mixed precision by hand: autocast for the forward pass, a scale for the backward pass, float32 for all the rest."""

from collections.abc import Callable

import torch
from torch import Tensor, nn


class LossScaler:
    def __init__(self, scale: float = 65536.0, growth: float = 2.0, backoff: float = 0.5, interval: int = 100) -> None:
        if scale <= 0 or growth <= 1 or not 0 < backoff < 1 or interval < 1:
            raise ValueError(f"cannot scale with {scale=}, {growth=}, {backoff=}, {interval=}")
        self.scale, self.growth, self.backoff, self.interval = scale, growth, backoff, interval
        self.good = 0

    def update(self, finite: bool) -> None:
        if not finite:
            self.scale *= self.backoff
            self.good = 0
            return
        self.good += 1
        if self.good == self.interval:
            self.scale *= self.growth
            self.good = 0


def amp_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    xb: Tensor,
    yb: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    scaler: LossScaler,
    *,
    dtype: torch.dtype = torch.bfloat16,
    max_norm: float | None = None,
) -> dict:
    model.train()
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=dtype):
        answer = model(xb)
    loss = loss_fn(answer.float(), yb)
    (scaler.scale * loss).backward()

    grads = [p.grad for p in model.parameters() if p.grad is not None]
    for grad in grads:
        grad.div_(scaler.scale)  # unscaled first: whatever comes now is in the loss's own units
    norm = torch.stack([grad.norm() for grad in grads]).norm()
    finite = all(bool(grad.isfinite().all()) for grad in grads)
    if finite:
        if max_norm is not None and norm > max_norm:
            for grad in grads:
                grad.mul_(max_norm / norm)
        optimizer.step()
    scaler.update(finite)
    return {"loss": loss.item(), "grad_norm": norm.item(), "skipped": not finite}
