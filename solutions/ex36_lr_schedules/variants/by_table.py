"""The whole curve is made as a NumPy table, and the step looks up its place."""

import numpy as np


def step_decay(step, base, every, gamma):
    if step < 0 or every <= 0:
        raise ValueError
    rate = np.float64(base)
    for _ in range(step // every):
        rate *= gamma
    return rate


def cosine(step, base, total, minimum=0.0):
    return warmup_cosine(step, base, 0, total, minimum)


def warmup_cosine(step, base, warmup, total, minimum=0.0):
    if min(step, warmup) < 0 or total <= 0 or warmup > total:
        raise ValueError("no such step or no such run")
    up = np.linspace(0.0, base, warmup + 1)[1:]
    down = minimum + (base - minimum) * np.cos(np.linspace(0.0, np.pi / 2, total - warmup + 1)) ** 2
    table = np.concatenate([up, down[:-1], [minimum]])
    return table[min(step, total)]


def set_lr(optimizer, lr):
    table = [lr * group["lr_scale"] if "lr_scale" in group else lr for group in optimizer.param_groups]
    for group, rate in zip(optimizer.param_groups, table, strict=True):
        group.update(lr=rate)
