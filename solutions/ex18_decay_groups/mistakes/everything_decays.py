"""Must fail: test_biases_and_norms_do_not
Says: "is the bias of a Conv2d and still decays"
Echoes: test_frozen_parameters_are_left_out, test_shared_weight_once, test_one_step_without_gradient, test_models_without_norms_or_biases
Because: each of these tests asks for the groups of some model

One group for all parameters.
"""

# noqa: E501

from torch import nn


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    if weight_decay < 0:
        raise ValueError(f"weight_decay must not be negative, got {weight_decay}")
    decay, rest = [], []
    for parameter in model.parameters():  # all nested layers, and a shared parameter only once
        if not parameter.requires_grad:
            continue
        if True:
            decay.append(parameter)
        else:
            rest.append(parameter)
    return [{"params": decay, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]
