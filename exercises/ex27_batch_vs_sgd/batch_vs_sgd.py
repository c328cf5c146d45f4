"""One epoch with any batch size, and the noise of minibatch gradients, for linear regression without bias.

X (N, D), y (N,), w (D,), N and D at least 1, all floats of one dtype, float32 or float64, which results have too.
The loss of some samples is the mean of (Xw - y)^2 over them; its gradient by w has a factor 2, and is a mean over these
samples. No function changes its arguments.
"""

from collections.abc import Sequence

from torch import Tensor


def sgd_epoch(w: Tensor, X: Tensor, y: Tensor, lr: float, batch_size: int, order: Sequence[int]) -> tuple[Tensor, int]:
    """One pass over all samples, from w; returns the new w (D,) and the number of updates, an int.

    order: a list, tuple or range with each of the numbers 0 ... N-1 once. Its first `batch_size` samples are the first
    batch, the next ones the second, and so on; what is left at the end is a batch too, however small. Each batch makes
    one update, w - lr times the gradient of this batch's loss at the w that the update before has made.

    ValueError: batch_size < 1 or > N, or `order` is no permutation of 0 ... N-1.
    """
    raise NotImplementedError("batch_vs_sgd: not written yet")


def gradient_noise(
    w: Tensor, X: Tensor, y: Tensor, batch_size: int, trials: int, seed: int = 0
) -> tuple[Tensor, float]:
    """How far gradients of random minibatches at w lie from the gradient of all samples.

    Each of the `trials` >= 1 draws `batch_size` of the N samples at random, anew and all with the same chance, and
    takes the gradient of their loss. Returns the mean of these gradients, (D,), and the mean over the trials of the
    squared Euclidean distance between the trial's gradient and the gradient of all N samples, as a float or as a tensor
    without axes.

    The same seed gives the same answer, another seed other draws. Free: with or without replacement, and which random
    numbers. ValueError: batch_size < 1 or > N.
    """
    raise NotImplementedError("batch_vs_sgd: not written yet")
