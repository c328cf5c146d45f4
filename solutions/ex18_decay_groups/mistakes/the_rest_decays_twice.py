"""Must fail: test_every_trainable_parameter_once
Says: "weight has a weight decay of"
Echoes: -

Other parameters.
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
    norms = (nn.modules.batchnorm._BatchNorm, nn.LayerNorm)
    zero = {
        p for m in model.modules() for n, p in m.named_parameters(recurse=False) if n == "bias" or isinstance(m, norms)
    }
    live = [p for p in model.parameters() if p.requires_grad]
    rest = [p for p in live if p not in chosen and p not in zero]
    return [
        {"params": [p for p in live if p in chosen], "weight_decay": weight_decay},
        {"params": rest, "weight_decay": 2 * weight_decay},
        {"params": [p for p in live if p in zero and p not in chosen], "weight_decay": 0.0},
    ]
