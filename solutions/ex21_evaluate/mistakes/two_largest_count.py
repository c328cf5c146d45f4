"""Must fail: test_accuracy
Says: "a model that gives each target the second largest logit"
Echoes: -

Counts a sample as right if the target is among the two largest logits.
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
                loss_sum += loss_fn(logits, targets).item() * n
                correct += (logits.topk(min(2, logits.shape[1]), dim=1).indices == targets[:, None]).any(1).sum().item()
                count += n
    finally:
        for m, mode in modes:
            m.training = mode
    if count == 0:
        raise ValueError("the loader has no batch")
    return {"loss": loss_sum / count, "accuracy": correct / count}
