"""Must fail: test_groups_and_model
Says: "was in evaluation mode before the call"
Echoes: -

Sets eval and back with train(model.training), so single layers that were in eval come out in train.
"""

from torch import nn

KINDS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    if weight_decay < 0:
        raise ValueError("weight_decay must not be negative")
    mode = model.training
    model.eval()
    model.train(mode)
    chosen = set()
    for m in model.modules():
        if isinstance(m, KINDS):
            chosen.update(p for n, p in m.named_parameters(recurse=False) if n == "weight")
    live = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": [p for p in live if p in chosen], "weight_decay": weight_decay},
        {"params": [p for p in live if p not in chosen], "weight_decay": 0.0},
    ]
