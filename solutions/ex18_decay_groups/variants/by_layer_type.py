"""Goes by the type of the layer, layer by layer, and makes one group per layer that decays."""

from torch import nn

DECAYING = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Embedding)


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    if not weight_decay >= 0:
        raise ValueError("weight_decay >= 0 expected")
    seen = set()
    groups = [{"params": [], "weight_decay": 0.0, "name": "rest"}]
    for layer_name, layer in model.named_modules():
        for name, parameter in layer.named_parameters(recurse=False):
            if parameter in seen or not parameter.requires_grad:
                continue
            seen.add(parameter)
            if name == "weight" and isinstance(layer, DECAYING):
                groups.append({"params": [parameter], "weight_decay": weight_decay, "name": layer_name})
            else:
                groups[0]["params"].append(parameter)
    return groups
