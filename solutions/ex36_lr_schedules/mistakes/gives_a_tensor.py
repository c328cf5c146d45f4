"""Must fail: test_cosine, test_after_the_warmup
Says: "gives a tensor; a rate is a float"
Echoes: -

torch.cos for math.cos, and no item() behind it.
"""

import math

import torch


def step_decay(step: int, base: float, every: int, gamma: float) -> float:
    if step < 0 or every < 1:
        raise ValueError(f"step must be at least 0 and every at least 1, got {step} and {every}")
    return base * gamma ** (step // every)


def cosine(step: int, base: float, total: int, minimum: float = 0.0) -> float:
    if step < 0 or total < 1:
        raise ValueError(f"step must be at least 0 and total at least 1, got {step} and {total}")
    progress = min(step / total, 1.0)  # a cosine would climb again
    return minimum + 0.5 * (base - minimum) * (1 + torch.cos(torch.tensor(math.pi * progress, dtype=torch.float64)))


def warmup_cosine(step: int, base: float, warmup: int, total: int, minimum: float = 0.0) -> float:
    if step < 0 or total < 1 or not 0 <= warmup <= total:
        raise ValueError(f"0 <= warmup <= total and step >= 0 are needed, got {warmup}, {total} and {step}")
    if step < warmup:
        return base * (step + 1) / warmup  # + 1: at a rate of 0 the first step would do nothing
    if step >= total:
        return minimum
    return cosine(step - warmup, base, total - warmup, minimum)


def set_lr(optimizer: torch.optim.Optimizer, lr: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = lr * group.get("lr_scale", 1.0)
