"""Batch normalization with running statistics: the layer itself, by hand.

By hand means: PyTorch's own batch normalization (`nn.BatchNorm1d`, its relatives, `F.batch_norm`, `torch.batch_norm`)
is neither called nor inherited from nor kept inside. All else of PyTorch is free.
"""

from torch import Tensor, nn


class BatchNorm(nn.Module):
    """Normalizes each feature of a batch (N, F), then scales and shifts it.

    Parameters, which the optimizer trains: `weight` (F,), at first ones, and `bias` (F,), at first zeros.
    Buffers, which are in `state_dict()` but not in `parameters()`: `running_mean` (F,), at first zeros, and
    `running_var` (F,), at first ones. A further buffer such as `num_batches_tracked` is welcome.

    `eps` is any positive number, `momentum` any from 0 to 1, and 0 and 1 are values like all others.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        raise NotImplementedError("batchnorm: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """(N, F) -> (N, F): weight * (x - mean) / sqrt(var + eps) + bias.

        After `train()`: mean and var are those of this batch, feature by feature, with the biased variance (divided by
        N), and gradients flow through both. Each call then feeds the memory, outside the autograd graph:
        running = (1 - momentum) * running + momentum * batch, where running_var takes the unbiased variance
        (divided by N - 1). Both variances average (x - mean)², which stays right where a mean is large beside its
        spread; mean(x²) - mean² does not.

        After `eval()`: mean and var are running_mean and running_var, which stay as they are; one sample is enough.
        Only train() and eval() choose between the two, not whether gradients are recorded.

        `x` itself is not modified. ValueError if x does not have F features, in either mode, or if a batch has fewer
        than two samples after `train()`; what such a call leaves in the memory is free, and so is whether the buffers
        are changed in place or replaced.
        """
        raise NotImplementedError("batchnorm: not written yet")
