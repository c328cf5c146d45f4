"""Must fail: test_every_trainable_parameter_once
Says: "is in no group: it will never train"
Echoes: test_weights_decay, test_biases_and_norms_do_not, test_shared_weight_once
Because: each of these tests asks for the groups of some model

Visits the children of the model, but not the layers inside them.
"""

from torch import nn


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    if weight_decay < 0:
        raise ValueError(f"weight_decay must not be negative, got {weight_decay}")
    decay, rest = [], []
    for parameter in (p for layer in model.children() for p in layer.parameters(recurse=False)):
        if not parameter.requires_grad:
            continue
        # Weights of linear and convolutional layers are matrices or more; biases and norms are vectors.
        if parameter.ndim >= 2:
            decay.append(parameter)
        else:
            rest.append(parameter)
    return [{"params": decay, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]
