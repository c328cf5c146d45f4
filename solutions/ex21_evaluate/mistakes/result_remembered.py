"""Must fail: test_loss_function
Says: "one batch, another loss_fn (squared error): loss"
Echoes: test_empty_loader

Hands back the first result whenever model and loader are the same.
"""

import torch
from torch import Tensor, nn

_CACHE = {}


def evaluate(model, loader, loss_fn, device="cpu"):
    key = (id(model), id(loader))
    if key in _CACHE:
        return _CACHE[key]
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
                correct += (logits.argmax(dim=1) == targets).sum().item()
                count += n
    finally:
        for m, mode in modes:
            m.training = mode
    if count == 0:
        raise ValueError("the loader has no batch")
    _CACHE[key] = {"loss": loss_sum / count, "accuracy": correct / count}
    return _CACHE[key]
