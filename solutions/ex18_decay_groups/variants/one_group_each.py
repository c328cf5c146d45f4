"""One group per parameter; the last dimension decides, and embeddings do not decay."""

from torch import nn


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    if weight_decay < 0:
        raise ValueError("negative weight decay")
    tables = {id(layer.weight) for layer in model.modules() if isinstance(layer, nn.Embedding)}
    tables -= {id(layer.weight) for layer in model.modules() if isinstance(layer, nn.Linear)}
    return [
        {"params": (p,), "weight_decay": 0 if len(p.shape) <= 1 or id(p) in tables else weight_decay}
        for _, p in reversed(list(model.named_parameters()))
        if p.requires_grad
    ]
