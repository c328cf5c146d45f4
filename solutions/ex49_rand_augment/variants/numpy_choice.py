"""NumPy draws everything ahead, one table for ops and one for sides; new images are stacked."""

import numpy as np
import torch


def strength(level, levels, largest):
    scale = range(levels)
    if len(scale) < 2 or level not in scale:
        raise ValueError
    return float(np.linspace(0.0, largest, levels)[level])


def augmented(images, ops, which, strengths):
    """Each image through its row of ops."""
    functions = list(ops.values())
    done = []
    for image, row, sizes in zip(images, which, strengths, strict=True):
        for k, size in zip(row, sizes, strict=True):
            image = functions[k][0](image, float(size))
        done.append(image.clone())
    return torch.stack(done) if done else images.clone()


def sides(ops, which):
    flags = np.array([op[2] for op in ops.values()])
    return np.where(flags[which], np.random.choice([-1.0, 1.0], which.shape), 1.0)


def rand_augment(images, ops, n=2, level=9, levels=31):
    if n < 0 or len(ops) == 0:
        raise ValueError("n or ops")
    sizes = np.array([strength(level, levels, largest) for _, largest, _ in ops.values()])
    which = np.random.randint(0, len(ops), (len(images), n))
    return augmented(images, ops, which, sizes[which] * sides(ops, which))


def trivial_augment(images, ops, levels=31):
    if len(ops) < 1 or levels < 2:
        raise ValueError("ops or levels")
    table = np.array([[strength(step, levels, largest) for step in range(levels)] for _, largest, _ in ops.values()])
    which = np.random.randint(0, len(ops), (len(images), 1))
    return augmented(images, ops, which, table[which, np.random.randint(0, levels, which.shape)] * sides(ops, which))
