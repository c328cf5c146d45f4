"""Reuse a trained body: freeze it, give it a new head, and train that.

What the docstrings do not speak of is free.
"""

from torch import Tensor, nn


class FrozenBody(nn.Module):
    """Wraps a trained network whose weights and statistics rest from now on.

    No training of a model that contains it moves the body's parameters, not even with weight decay and an optimizer of
    all model.parameters(), and no forward pass changes its buffers. The body is in eval mode from the start and stays
    in it, whatever train() and eval() of the FrozenBody, or of a model around it, are called with. copy.deepcopy gives
    a frozen body of its own, and state_dict and load_state_dict work as for any module.
    Free: whether the body's modules are the very ones that were given, whether a gradient passes on to x, what becomes
    of gradients that the body's parameters already have, and the flag `training` of the FrozenBody itself.
    """

    def __init__(self, body: nn.Module) -> None:
        raise NotImplementedError("FrozenBody: not written yet")

    def train(self, mode: bool = True) -> "FrozenBody":
        """As for any module, but for the body; returns self."""
        raise NotImplementedError("FrozenBody.train: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """What the body makes of x in eval mode."""
        raise NotImplementedError("FrozenBody.forward: not written yet")


def replace_head(model: nn.Sequential, num_classes: int) -> None:
    """Put a new nn.Linear in the place of the last nn.Linear among the parts of `model`, in place.

    Parts are what model[0], model[1], ... gives, not what is inside them; the others stay as they are. The new layer
    has the old one's in_features, num_classes outputs and a bias, starts as PyTorch starts it, with new numbers on each
    call, and can be trained, even if the old one was frozen. ValueError: no nn.Linear among the parts, or
    num_classes < 1.
    """
    raise NotImplementedError("replace_head: not written yet")


def tuning_groups(body: nn.Module, head: nn.Module, head_lr: float, body_lr: float) -> list[dict]:
    """Parameter groups for an optimizer: the head's parameters at the rate head_lr, the body's at body_lr.

    Only parameters that require gradients, each once; what is in both counts as the head's. With body_lr 0 nothing of
    the body is in a group. The number and order of groups are free. ValueError: head_lr <= 0 or body_lr < 0.
    """
    raise NotImplementedError("tuning_groups: not written yet")


def fine_tune(
    body: nn.Module, features: int, num_classes: int, x: Tensor, y: Tensor, *, steps: int = 100, lr: float = 1e-2
) -> nn.Sequential:
    """An nn.Sequential of FrozenBody(body) and a new nn.Linear(features, num_classes), trained on x (N, ...), y (N,).

    Only the head is trained, by `steps` steps of torch.optim.Adam at the rate lr, on the cross entropy between its
    outputs for x and the classes y (int64). The numbers of the body are the same afterwards, bit for bit. Returned is
    the model in eval mode; x and y stay as they are.
    Free: whether a step sees all of x or a random part of 16 rows or more, and whether the features are computed once
    or in each step. ValueError: steps < 1, num_classes < 1, or x and y of different lengths.
    """
    raise NotImplementedError("fine_tune: not written yet")
