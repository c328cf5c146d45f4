"""Must fail: test_negative_weight_decay_is_refused
Says: "weight_decay"
Echoes: -

Refuses only below -1e-8.
"""

from torch import nn

KINDS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    if weight_decay < -1e-8:
        raise ValueError("weight_decay must not be negative")
    chosen = set()
    for m in model.modules():
        if isinstance(m, KINDS):
            chosen.update(p for n, p in m.named_parameters(recurse=False) if n == "weight")
    live = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": [p for p in live if p in chosen], "weight_decay": weight_decay},
        {"params": [p for p in live if p not in chosen], "weight_decay": 0.0},
    ]
