"""What the scenarios of ex06 do with a layer, beside the learner's code."""

import torch


def give(layer, state):
    """Writes the numbers of `state` into the parameters and buffers of those names, as far as the layer has them."""
    with torch.no_grad():
        for name, values in state.items():
            part = getattr(layer, name, None)
            if isinstance(part, torch.Tensor) and part.numel() == values.numel():
                part.copy_(values.view_as(part))


def forward(module, x, state, training, recording=True, wanted=False, **settings):
    """The output of a new layer that has been given `state`; `wanted` asks for the gradient of x as well.

    >>> layer = BatchNorm(x.shape[1], **settings)
    >>> layer.train(training)(x)  # its numbers are those of a new layer
    """
    layer = module.BatchNorm(x.shape[1], **settings)
    give(layer, state)
    layer.train(training)
    with torch.set_grad_enabled(recording):
        return layer(x.clone().requires_grad_(wanted).clone())
