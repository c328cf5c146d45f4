"""Must fail: test_every_trainable_parameter_once, test_biases_and_norms_do_not
Says: "is in no group: it will never train"
Echoes: test_frozen_parameters_are_left_out, test_shared_weight_once, test_groups_and_model, test_models_without_norms_or_biases
Because: each of these tests asks for the groups of some model

Collects weights of layers and parameters of norms, and forgets the other biases.
"""  # noqa: E501

from torch import nn


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    if weight_decay < 0:
        raise ValueError(f"weight_decay must not be negative, got {weight_decay}")
    decay, rest = [], []
    norms = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.LayerNorm)
    scales = {p for layer in model.modules() if isinstance(layer, norms) for p in layer.parameters()}
    for parameter in model.parameters():  # all nested layers, and a shared parameter only once
        if not parameter.requires_grad:
            continue
        # Weights of linear and convolutional layers are matrices or more; biases and norms are vectors.
        if parameter.ndim >= 2:
            decay.append(parameter)
        elif parameter in scales:
            rest.append(parameter)
    return [{"params": decay, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]
