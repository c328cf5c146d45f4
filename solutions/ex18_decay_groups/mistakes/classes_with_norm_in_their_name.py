"""Must fail: test_weights_decay, test_biases_and_norms_do_not
Says: "is a parameter of a LayerNorm and still decays"
Echoes: -

A layer is a norm if "Norm" stands in its class name, so class NormedLinear(nn.Linear) gets 0.
"""

from torch import nn


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    if weight_decay < 0:
        raise ValueError("weight_decay must not be negative")
    decay, plain, seen = [], [], set()
    for m in model.modules():
        for n, p in m.named_parameters(recurse=False):
            if p.requires_grad and p not in seen:
                seen.add(p)
                skip = "Norm" in type(m).__name__ or n == "bias"
                (plain if skip else decay).append(p)
    return [{"params": decay, "weight_decay": weight_decay}, {"params": plain, "weight_decay": 0.0}]
