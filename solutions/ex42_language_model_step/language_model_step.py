"""One training step of a language model: shifted loss, one norm for all gradients, the rate of this very step."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def next_token_loss(logits: Tensor, tokens: Tensor, pad_id: int | None = None) -> Tensor:
    predicted, targets = logits[:, :-1], tokens[:, 1:]
    real = torch.ones_like(targets, dtype=torch.bool) if pad_id is None else targets != pad_id
    if not real.any():
        raise ValueError("no target is left: the mean of nothing would be NaN")
    return F.cross_entropy(predicted[real], targets[real])


def clip_by_global_norm(params: Iterable[Tensor], max_norm: float) -> float:
    if max_norm <= 0:
        raise ValueError(f"max_norm must be positive, not {max_norm}")
    grads = [p.grad for p in params if p.grad is not None]
    norm = sum(grad.double().square().sum().item() for grad in grads) ** 0.5
    if norm > max_norm:
        for grad in grads:
            grad.mul_(max_norm / norm)  # one factor for all: the direction stays
    return norm


def lm_step(
    model: nn.Module,
    tokens: Tensor,
    optimizer: torch.optim.Optimizer,
    lr: float,
    max_norm: float = 1.0,
    pad_id: int | None = None,
) -> dict[str, float]:
    model.zero_grad()
    loss = next_token_loss(model(tokens), tokens, pad_id)
    loss.backward()
    norm = clip_by_global_norm(model.parameters(), max_norm)
    for group in optimizer.param_groups:
        group["lr"] = lr
    optimizer.step()
    return {"loss": loss.item(), "grad_norm": norm, "lr": lr}
