"""Must fail: test_biases_and_norms_do_not
Says: "is a parameter of a BatchNorm"
Echoes: -

A norm in eval mode is no longer seen as a norm.
"""

from torch import nn

NORMS = (nn.modules.batchnorm._BatchNorm, nn.LayerNorm)


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    if weight_decay < 0:
        raise ValueError("weight_decay must not be negative")
    zero = set()
    for m in model.modules():
        for n, p in m.named_parameters(recurse=False):
            if n == "bias" or (isinstance(m, NORMS) and m.training):
                zero.add(p)
    live = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": [p for p in live if p not in zero], "weight_decay": weight_decay},
        {"params": [p for p in live if p in zero], "weight_decay": 0.0},
    ]
