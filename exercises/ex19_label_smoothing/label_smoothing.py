"""Label smoothing: targets that leave a little for every class, and the cross entropy against them."""

from torch import Tensor


def smooth_labels(targets: Tensor, num_classes: int, epsilon: float = 0.1) -> Tensor:
    """Soft target rows out of class numbers.

    targets: (N,) int64, class numbers in 0..K-1 with K = num_classes; a class may be absent. Returns (N, K) floats,
    for every epsilon.

    Row i is `(1 - epsilon) * one_hot + epsilon * uniform`: each of the K classes gets epsilon / K, and the right class
    1 - epsilon on top of that. Each row sums to 1. epsilon = 0 gives one-hot rows. `targets` stays as it is.

    ValueError: epsilon outside [0, 1), or a target outside 0..K-1 (-100 is one); for targets the RuntimeError or
    IndexError that PyTorch itself raises will do, too. Free are the dtype of the floats, what becomes of targets in
    other integer dtypes, and an empty batch.
    """
    raise NotImplementedError("smooth_labels: not written yet")


def smoothed_cross_entropy(logits: Tensor, targets: Tensor, epsilon: float = 0.1) -> Tensor:
    """Cross entropy against smoothed targets: the mean over the batch of `-sum_k q[k] * log softmax(logits)[k]`.

    logits: (N, K) raw scores, which are not smoothed; targets: (N,) int64; q: the rows of `smooth_labels`.
    Returns a scalar tensor that `backward()` can start from; the gradient by the logits is exact, also where the loss
    is a part of a larger one. Exact for large scores too: logits of 1e4 give a finite loss, in one row or in all.
    epsilon = 0 is the plain cross entropy.
    """
    raise NotImplementedError("smoothed_cross_entropy: not written yet")
