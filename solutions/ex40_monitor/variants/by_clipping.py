"""The norm that clip_grad_norm_ reports; a recursion for the average; a diagnosis that keeps the running minimum."""

import math

import torch
from torch.nn.utils import clip_grad_norm_


def smooth(values, beta=0.9):
    if not (0.0 <= beta < 1.0):
        raise ValueError("beta")
    out, rate = [], 1.0
    for i, value in enumerate(values):
        rate = 1.0 if i == 0 else (1 - beta) / (1 - beta ** (i + 1))
        out.append(value if i == 0 else out[-1] + rate * (value - out[-1]))
    return out


def grad_norm(model):
    return clip_grad_norm_(model.parameters(), math.inf).item()


def middle(values):
    return torch.quantile(torch.tensor(values, dtype=torch.float64), 0.5).item()


def diagnose(train_loss, val_loss, num_classes=None):
    if not len(train_loss) == len(val_loss) > 0:
        raise ValueError("epochs")
    if any(math.isnan(v) or math.isinf(v) for curve in (train_loss, val_loss) for v in curve):
        return "non_finite"
    n, start = len(train_loss), train_loss[0]
    last = 1 if n < 4 else 2 if n < 6 else 3
    train_end, val_end = middle(train_loss[n - last :]), middle(val_loss[n - last :])
    lowest, jumped = start, False
    for loss in train_loss[1:]:
        jumped = jumped or (loss > 2 * lowest and loss - lowest > start / 10)
        lowest = min(lowest, loss)
    if train_end > 2 * lowest and train_end - lowest > start / 10:
        return "diverging"
    if jumped and n > 4:
        return "spike"
    unit = 1.0
    if num_classes is not None:
        unit = math.log(num_classes)
        if 0.95 < middle(train_loss) / unit < 1.05 and lowest / unit > 0.9:
            return "plateau"
    if lowest > 0.95 * start > 0.095 * unit:
        return "not_learning"
    if 2 * val_end < train_end:
        return "suspicious"
    best = min(range(n), key=lambda i: val_loss[i])
    return "overfitting" if val_end > 1.1 * val_loss[best] and train_end < train_loss[best] else "healthy"
