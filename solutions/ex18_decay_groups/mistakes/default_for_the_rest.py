"""Must fail: test_one_step_without_gradient
Says: "AdamW, lr 0.1, decay 0.1, gradient 0"
Echoes: test_groups_and_model

The group without decay has no number of its own, so the optimizer's default decides.
"""

from torch import nn


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    if weight_decay < 0:
        raise ValueError(f"weight_decay must not be negative, got {weight_decay}")
    decay, rest = [], []
    for parameter in model.parameters():  # all nested layers, and a shared parameter only once
        if not parameter.requires_grad:
            continue
        # Weights of linear and convolutional layers are matrices or more; biases and norms are vectors.
        if parameter.ndim >= 2:
            decay.append(parameter)
        else:
            rest.append(parameter)
    return [{"params": decay, "weight_decay": weight_decay}, {"params": rest}]
