"""Must fail: test_groups_and_model
Says: "a second call"
Echoes: -

The groups are kept with the model.
"""

from torch import nn


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    if weight_decay < 0:
        raise ValueError(f"weight_decay must not be negative, got {weight_decay}")
    if hasattr(model, "groups_of_mine"):
        return model.groups_of_mine
    decay, rest = [], []
    for parameter in model.parameters():  # all nested layers, and a shared parameter only once
        if not parameter.requires_grad:
            continue
        # Weights of linear and convolutional layers are matrices or more; biases and norms are vectors.
        if parameter.ndim >= 2:
            decay.append(parameter)
        else:
            rest.append(parameter)
    model.groups_of_mine = [{"params": decay, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]
    return model.groups_of_mine
