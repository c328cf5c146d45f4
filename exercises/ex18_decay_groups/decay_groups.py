"""Parameter groups: weight decay for the weights, none for biases and normalization layers."""

from torch import nn


def param_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    """Sort a model's parameters into groups with and without weight decay, ready for an optimizer such as SGD or AdamW.

    Each group is a dict with `params`, a list or tuple of the model's own parameters, and `weight_decay`, its own
    number, so that the optimizer's default plays no part. How many groups there are, empty ones too, their order, and
    further keys that set nothing in an optimizer (`name`, or `param_names` in every group) are up to you.

    Every trainable parameter of the model, however deeply nested, stands in exactly one group, exactly once; so does a
    parameter that several layers share. Parameters with `requires_grad` False stand in no group.
    The weights of nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d and of classes derived from them get `weight_decay`, also
    where another layer shares them. The biases of these layers, and the parameters of batch norm, of layer norm over
    one axis and of classes derived from them get 0, whatever the layers are called. Other parameters,
    such as embeddings, are free: any decay from 0 to `weight_decay` will do. So is what becomes of a layer of these
    kinds that holds further layers.

    A model may be one single layer, lack biases or norms, and `weight_decay` may be 0. The model stays as it is: its
    modes, its parameters and their gradients.
    ValueError: weight_decay < 0, by however little.
    """
    raise NotImplementedError("param_groups: not written yet")
