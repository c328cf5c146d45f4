"""Rates in single precision; `minimum` comes back as it was given."""

import numpy as np


def step_decay(step, base, every, gamma):
    if min(step, every - 1) < 0:
        raise ValueError("step >= 0 and every >= 1 are needed")
    return np.float32(base * gamma ** (step // every))


def cosine(step, base, total, minimum=0.0):
    if min(step, total - 1) < 0:
        raise ValueError("step >= 0 and total >= 1 are needed")
    if step >= total:
        return minimum
    return np.float32(minimum + (base - minimum) * np.cos(np.pi / 2 * step / total) ** 2)


def warmup_cosine(step, base, warmup, total, minimum=0.0):
    if min(step, total - 1, warmup, total - warmup) < 0:
        raise ValueError("refused")
    if step < warmup:
        return np.float32(base * ((step + 1) / warmup))
    return minimum if step >= total else cosine(step - warmup, base, total - warmup, minimum)


def set_lr(optimizer, lr):
    for group in optimizer.param_groups:
        group |= {"lr": lr * group.get("lr_scale", 1.0)}
