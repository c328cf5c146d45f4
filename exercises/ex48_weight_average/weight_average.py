"""Averages of a model's weights, the exchange of the two, and batch norm's statistics made anew."""

from collections.abc import Iterable
from contextlib import AbstractContextManager

from torch import Tensor, nn


class WeightAverage:
    """The mean of a model's weights over all updates so far; always of the same model.

    Averaged are all entries of `model.state_dict()` with floating-point numbers: parameters, frozen ones as well, and
    buffers. An integer buffer is not averaged: the newest one is taken over. Names and dtype of the store are free.
    """

    def __init__(self, decay: float | None = None) -> None:
        """`decay` None: plain mean of all updates (SWA). Else the moving average decay · average + (1 - decay) · now.

        The first update copies the weights in both cases. ValueError unless decay is None or in [0, 1).
        """
        raise NotImplementedError("WeightAverage: not written yet")

    def update(self, model: nn.Module) -> None:
        """Take the model's present state into the average. The model stays as it is."""
        raise NotImplementedError("WeightAverage.update: not written yet")

    def swapped(self, model: nn.Module) -> AbstractContextManager:
        """`with average.swapped(model):` inside, the model holds the average; afterwards its own state again.

        Bit for bit, and also if an exception leaves the `with`, which is passed on. The model's parameters stay the
        same objects, so that an optimizer goes on training them. What is done to the model inside, as by update_bn,
        changes the average in no way, and is lost afterwards. RuntimeError before the first update (when `swapped` is
        called or when the `with` begins: free).
        """
        raise NotImplementedError("WeightAverage.swapped: not written yet")


def update_bn(model: nn.Module, batches: Iterable[Tensor]) -> None:
    """Make the running statistics of all batch norm layers (nn.BatchNorm1d, 2d, 3d) anew.

    running_mean and running_var become the means of what the layer sees of each batch in train mode (its mean, its
    unbiased variance), weighted by the batches' numbers of samples; the old statistics, finite numbers, play no part,
    and a layer that is in eval mode gets new ones as well. `batches` holds the inputs, xb for model(xb), and may be a
    generator. Afterwards every module is in its mode again, every norm has its momentum again, and parameters, `.grad`
    and other buffers are as before. Free: num_batches_tracked, what a module's own forward pass writes into buffers
    other than a batch norm's, and whether dropout is on meanwhile. ValueError if there is no batch.
    """
    raise NotImplementedError("update_bn: not written yet")
