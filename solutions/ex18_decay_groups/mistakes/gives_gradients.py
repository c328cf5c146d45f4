"""Must fail: test_groups_and_model
Says: "the call gave gradients to parameters that had none"
Echoes: -

Gives every parameter a gradient of zeros so that the optimizer finds one.
"""

import torch
from torch import nn

KINDS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    if weight_decay < 0:
        raise ValueError("weight_decay must not be negative")
    chosen = set()
    for m in model.modules():
        if isinstance(m, KINDS):
            chosen.update(p for n, p in m.named_parameters(recurse=False) if n == "weight")
    live = [p for p in model.parameters() if p.requires_grad]
    for p in live:
        if p.grad is None:
            p.grad = torch.zeros_like(p)
    return [
        {"params": [p for p in live if p in chosen], "weight_decay": weight_decay},
        {"params": [p for p in live if p not in chosen], "weight_decay": 0.0},
    ]
