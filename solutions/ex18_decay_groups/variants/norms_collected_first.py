"""Collects what must not decay in a set, then splits the rest off; leaves empty groups out."""

from torch import nn


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    if weight_decay < 0:
        raise ValueError("negative weight decay")
    exempt = {p for name, p in model.named_parameters() if name.rsplit(".", 1)[-1] == "bias"}
    for layer in model.modules():
        if isinstance(layer, (nn.modules.batchnorm._NormBase, nn.LayerNorm)):
            exempt.update(layer.parameters())
    trainable = {p: None for p in model.parameters() if p.requires_grad}
    parts = ([p for p in trainable if p not in exempt], weight_decay), ([p for p in trainable if p in exempt], 0.0)
    return [{"params": params, "weight_decay": decay} for params, decay in parts if params]
