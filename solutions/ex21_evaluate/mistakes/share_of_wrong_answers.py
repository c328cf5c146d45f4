"""Must fail: test_accuracy
Says: "what was given is the share of wrong answers"
Echoes: -

Share of wrong answers.
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
                correct += (logits.argmax(dim=1) != targets).sum().item()
                count += n
    finally:
        for m, mode in modes:
            m.training = mode
    if count == 0:
        raise ValueError("the loader has no batch")
    return {"loss": loss_sum / count, "accuracy": correct / count}
