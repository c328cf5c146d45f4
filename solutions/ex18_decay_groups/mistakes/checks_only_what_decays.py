"""Must fail: test_negative_weight_decay_is_refused
Says: "must raise ValueError"
Echoes: -

A negative number is refused only where something decays.
"""

from torch import nn


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    decay, rest = [], []
    for parameter in model.parameters():  # all nested layers, and a shared parameter only once
        if not parameter.requires_grad:
            continue
        # Weights of linear and convolutional layers are matrices or more; biases and norms are vectors.
        if parameter.ndim >= 2:
            decay.append(parameter)
        else:
            rest.append(parameter)
    if decay and weight_decay < 0:
        raise ValueError(f"weight_decay must not be negative, got {weight_decay}")
    return [{"params": decay, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]
