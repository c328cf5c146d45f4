"""For scenarios: how to look into a network without a name or a place of any of its parts."""

import torch
from torch import nn


def linears(model):
    """The two linear maps; the network has the sizes 12, 8 and 8, so that they differ."""
    found = [(m.in_features, m.out_features) for m in model.modules() if isinstance(m, nn.Linear)]
    if sorted(found) != [(8, 8), (12, 8)]:
        raise LookupError(
            f"NormMLP(12, 8, 8) must have two nn.Linear, 12 to 8 and 8 to 8, and no other; it has {found}"
        )
    first, last = (next(m for m in model.modules() if isinstance(m, nn.Linear) and m.in_features == n) for n in (12, 8))
    return first, last


def set_up(model, weight):
    """Gives the first Linear this weight, the last one the identity, and both no shift."""
    first, last = linears(model)
    with torch.no_grad():
        first.weight.copy_(weight)
        last.weight.copy_(torch.eye(8))
        for bias in (first.bias, last.bias):
            if bias is not None:
                bias.zero_()
    return first, last


def entered(model, last, x):
    """What enters the last Linear, which is the identity: so the logits tell it, if it is not called itself."""
    seen = []
    handle = last.register_forward_pre_hook(lambda layer, inputs: seen.append(inputs[0].clone()))
    logits = model(x)
    handle.remove()
    return seen[0] if seen else logits


def norms_own(model):
    """The learnable parameters that belong to no Linear."""
    linear = {id(p) for m in model.modules() if isinstance(m, nn.Linear) for p in m.parameters()}
    return [p for p in model.parameters() if p.requires_grad and id(p) not in linear]


def stir(model):
    """Other numbers in the norm's parameters, the same in every network of this kind."""
    with torch.no_grad():
        for parameter in norms_own(model):
            numbers = torch.arange(parameter.numel()) * 0.618 % 1
            parameter += (0.2 + 0.4 * numbers).view_as(parameter)
