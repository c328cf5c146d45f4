"""For scenarios: a layer that multiplies by 1 and adds 0; what it starts with is judged elsewhere."""

import torch


def new(module, dim, **options):
    """A new layer. If it does not start with normalized rows, it gets weight 1 and bias 0 (or the two exchanged)."""
    layer = module.LayerNorm(dim, **options)
    probe = torch.arange(1.0, dim + 1).repeat(2, 1)
    for start in (None, (1, 0), (0, 1), (1, 0)):
        if start is not None:
            fill(layer, *start)
        try:
            with torch.no_grad():
                steps = layer(1 * probe)[0].diff()
        except RuntimeError:  # it will be raised again, by what the test asks
            break
        if steps.min() > 0 and steps.max() - steps.min() < 1e-3:
            break
    return layer


def stir(layer):
    """Other numbers in all parameters, the same in every layer of this kind."""
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter += torch.linspace(0.2, 0.6, parameter.numel()).view_as(parameter)


def give(layer, weight, bias):
    """Puts the numbers in, as far as there are these parameters: where one has room for fewer, as many as it holds."""
    with torch.no_grad():
        for name, values in (("weight", weight), ("bias", bias)):
            own = getattr(layer, name, None)
            if torch.is_tensor(own):
                own.copy_(values[: own.numel()].view_as(own))


def fill(layer, weight, bias):
    with torch.no_grad():
        for name, value in (("weight", weight), ("bias", bias)):
            if torch.is_tensor(getattr(layer, name, None)):
                getattr(layer, name).fill_(value)
