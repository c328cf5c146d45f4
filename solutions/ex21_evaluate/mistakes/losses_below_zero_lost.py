"""Must fail: test_loss_function
Says: "one batch, a loss_fn with negative losses: loss"
Echoes: -

Batch losses are clamped to at least 0.
"""

import torch
from torch import Tensor, nn


def evaluate(model, loader, loss_fn, device="cpu"):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    try:
        with torch.no_grad():
            for inputs, targets in loader:
                inputs = inputs.to(device)
                targets = targets.to(device)
                logits = model(inputs)
                n = targets.shape[0]
                loss_sum += max(loss_fn(logits, targets).item(), 0.0) * n
                correct += (logits.argmax(dim=1) == targets).sum().item()
                count += n
    finally:
        for m, mode in modes:
            m.training = mode
    if count == 0:
        raise ValueError("the loader has no batch")
    return {"loss": loss_sum / count, "accuracy": correct / count}
