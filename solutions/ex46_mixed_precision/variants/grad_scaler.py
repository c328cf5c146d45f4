"""PyTorch's GradScaler for the backward pass and the test, told the scale of the moment; its own clip_grad_norm_."""

import torch
from torch import amp, nn


class LossScaler:
    def __init__(self, scale=65536.0, growth=2.0, backoff=0.5, interval=100):
        if not scale > 0:
            raise ValueError("scale")
        if not growth > 1:
            raise ValueError("growth")
        if backoff <= 0 or backoff >= 1:
            raise ValueError("backoff")
        if interval < 1:
            raise ValueError("interval")
        self.scale = float(scale)
        self._rule = growth, backoff, interval
        self._left = interval

    def update(self, finite):
        growth, backoff, interval = self._rule
        self._left -= 1
        if not finite:
            self.scale, self._left = self.scale * backoff, interval
        elif not self._left:
            self.scale, self._left = self.scale * growth, interval


def amp_step(model, optimizer, xb, yb, loss_fn, scaler, *, dtype=torch.bfloat16, max_norm=None):
    torch_scaler = amp.GradScaler("cpu", init_scale=scaler.scale)
    model.train()
    with torch.autocast(device_type="cpu", dtype=dtype, enabled=True):
        output = model(xb)
    loss = loss_fn(output.to(torch.float32), yb)
    optimizer.zero_grad(set_to_none=True)
    torch_scaler.scale(loss).backward()
    torch_scaler.unscale_(optimizer)
    limit = float("inf") if max_norm is None else max_norm
    # The total norm is infinite or NaN as soon as one gradient is.
    norm = nn.utils.clip_grad_norm_(model.parameters(), limit)
    torch_scaler.step(optimizer)
    finite = bool(torch.isfinite(norm))
    scaler.update(finite)
    return {"loss": loss.detach(), "grad_norm": norm, "skipped": not finite}
