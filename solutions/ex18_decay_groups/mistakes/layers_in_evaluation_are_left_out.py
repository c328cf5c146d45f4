"""Must fail: test_biases_and_norms_do_not, test_groups_and_model
Says: "parameters in all groups"
Echoes: -

Layers in eval mode count as frozen and are left out.
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
    live = list(
        dict.fromkeys(p for m in model.modules() if m.training for p in m.parameters(recurse=False) if p.requires_grad)
    )
    return [
        {"params": [p for p in live if p in chosen], "weight_decay": weight_decay},
        {"params": [p for p in live if p not in chosen], "weight_decay": 0.0},
    ]
