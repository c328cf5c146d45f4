"""Must fail: test_models_without_norms_or_biases
Says: "weight after one step of SGD with learning rate"
Echoes: -

Weight_decay above 1 is cut to 1.
"""

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
    return [
        {"params": [p for p in live if p in chosen], "weight_decay": min(weight_decay, 1.0)},
        {"params": [p for p in live if p not in chosen], "weight_decay": 0.0},
    ]
