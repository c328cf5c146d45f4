"""Must fail: test_weights_decay, test_biases_and_norms_do_not
Says: "is the weight of a Linear and does not decay"
Echoes: test_frozen_parameters_are_left_out, test_shared_weight_once, test_one_step_without_gradient
Because: each of these tests asks for the groups of some model

Everything but "bias" decays, and the scale of a norm is called `weight`.
"""

from torch import nn


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    if weight_decay < 0:
        raise ValueError(f"weight_decay must not be negative, got {weight_decay}")
    decay, rest = [], []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if "bias" not in name:
            decay.append(parameter)
        else:
            rest.append(parameter)
    return [{"params": decay, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]
