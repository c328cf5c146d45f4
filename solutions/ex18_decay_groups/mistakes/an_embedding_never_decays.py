"""Must fail: test_shared_weight_once
Says: "is the weight of a Linear and does not decay"
Echoes: -

All parameters of embeddings get 0 and that rule goes first, also where a Linear shares the table.
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
    for m in model.modules():
        if isinstance(m, nn.Embedding):
            chosen.difference_update(m.parameters())
    live = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": [p for p in live if p in chosen], "weight_decay": weight_decay},
        {"params": [p for p in live if p not in chosen], "weight_decay": 0.0},
    ]
