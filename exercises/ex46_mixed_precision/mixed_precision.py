"""Half the bits, the same training: a forward pass in 16 bits around weights that stay in 32.

What a docstring does not speak of is free.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn


class LossScaler:
    """The factor on the loss that lifts small gradients into the range of float16. `scale` is public, a number."""

    def __init__(self, scale: float = 65536.0, growth: float = 2.0, backoff: float = 0.5, interval: int = 100) -> None:
        """ValueError: scale <= 0, growth <= 1, backoff not between 0 and 1 (both excluded), interval < 1."""
        raise NotImplementedError("LossScaler: not written yet")

    def update(self, finite: bool) -> None:
        """Called after each step, with whether all its gradients were finite.

        Not finite: scale becomes scale · backoff, and counting begins anew at 0. Finite: one more good step in a row;
        at the `interval`-th, scale becomes scale · growth, and counting begins anew at 0.
        """
        raise NotImplementedError("LossScaler.update: not written yet")


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
    """One training step. The model's parameters are float32 and stay so; the optimizer holds all of them.

    1. The model, in train mode, is called once with xb, under `torch.autocast("cpu", dtype=dtype)`.
    2. loss_fn is called once, outside of autocast, with the answer in float32 and with yb.
    3. Backward from scaler.scale · loss. Afterwards all gradients are divided by scaler.scale. What stood in `.grad`
       before the call plays no part. A parameter that took no part has None as its gradient, and is left alone.
    4. If any gradient holds an inf or a NaN there is no step: parameters and the optimizer's state stay as they are.
    5. Else, if max_norm is given and the norm of all gradients together is larger, they are scaled down to it (by
       max_norm / norm, an epsilon beside it is free); then the optimizer steps once.
    6. scaler.update(finite) is called once, at the end. Of `scaler` only `scale` and `update` are used.

    Returns {"loss": the loss itself, "grad_norm": the norm of all gradients together, unscaled, before clipping,
    "skipped": whether there was no step}: numbers and a bool, or tensors without axes and without a graph. After a
    skipped step grad_norm is free, and so is `.grad` after any step, and the mode in which the model is left.
    """
    raise NotImplementedError("amp_step: not written yet")
