"""Three groups, empty ones left out; what is free decays by half."""

from torch import nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.conv import _ConvNd


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    if weight_decay < 0:
        raise ValueError("weight_decay < 0")
    weights, light, other = {}, {}, {}
    for module in model.modules():
        for key, p in module._parameters.items():
            if p is None or not p.requires_grad:
                continue
            if isinstance(module, (nn.Linear, _ConvNd)) and key == "weight":
                weights[id(p)] = p
            elif isinstance(module, (_NormBase, nn.LayerNorm)) or "bias" in key:
                light[id(p)] = p
            else:
                other[id(p)] = p
    for key in weights:
        light.pop(key, None)
        other.pop(key, None)
    for key in light:
        other.pop(key, None)
    groups = []
    for label, chosen, wd in (
        ("weights", weights, weight_decay),
        ("light", light, 0.0),
        ("other", other, weight_decay / 2),
    ):
        if chosen:
            groups.append({"label": label, "params": list(chosen.values()), "weight_decay": wd})
    return groups
