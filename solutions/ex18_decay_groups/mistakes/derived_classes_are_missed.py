"""Must fail: test_weights_decay
Says: "is the weight of a Linear and does not decay"
Echoes: test_shared_weight_once

A class derived from nn.Linear, as in nn.MultiheadAttention, is missed.
"""

from torch import nn


def param_groups(model, weight_decay):
    if weight_decay < 0:
        raise ValueError("weight_decay must be >= 0")
    decay, no_decay, seen = [], [], set()
    for m in model.modules():
        for n, p in m.named_parameters(recurse=False):
            if p.requires_grad and id(p) not in seen:
                seen.add(id(p))
                (
                    decay if type(m) in (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d) and n == "weight" else no_decay
                ).append(p)
    return [{"params": decay, "weight_decay": weight_decay}, {"params": no_decay, "weight_decay": 0.0}]
