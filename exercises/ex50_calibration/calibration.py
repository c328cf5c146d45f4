"""How honest a classifier's probabilities are, and the one number that repairs them.

Tensors come in float32 or float64, N rows of K >= 2 classes; targets are int64 of shape (N,), from 0 to K - 1. None of
them is modified. Answers are floats of Python or NumPy, no tensors, right to five digits or, if they are small, to
0.000001; computing in the dtype in which the tensors come is precise enough. The tensors may require gradients: nothing
is added to them. What a docstring does not speak of is free.
"""

from torch import Tensor


def ece(probs: Tensor, targets: Tensor, bins: int = 15) -> float:
    """Expected calibration error of probabilities (N, K) whose rows sum to 1.

    The confidence of a sample is its largest probability, its guess the class that has it (if several do, any of them).
    `bins` bins of equal width, (k / bins, (k + 1) / bins], sort the samples by confidence; a confidence of 1 belongs to
    the last one. Into which of two bins a confidence exactly on their border goes is free, as is what becomes of one
    that rounding has put above 1. Of each bin that is not empty:

        (its share of all N samples) times |share of right guesses - mean confidence|

    and the sum of these is the answer. ValueError: N = 0, sizes N that differ, bins < 1, or a row whose sum is more
    than 0.001 from 1 (less than 0.00001 is rounding and must be taken; in between is free).
    """
    raise NotImplementedError("ece: not written yet")


def nll(logits: Tensor, targets: Tensor, temperature: float = 1.0) -> float:
    """Mean negative log-likelihood of the targets under softmax(logits / temperature), in nats; logits (N, K).

    Finite for logits up to 10,000 in size at any temperature from 0.05 to 20.
    ValueError: N = 0, sizes N that differ, temperature <= 0.
    """
    raise NotImplementedError("nll: not written yet")


def fit_temperature(logits: Tensor, targets: Tensor) -> float:
    """The temperature from 0.05 to 20 that makes `nll(logits, targets, temperature)` smallest.

    No temperature in this range may have a likelihood loss lower by more than 0.00001. Where the loss falls noticeably
    up to one end of the range, the answer is that end, to 1 %; where it is flat, all temperatures of the flat stretch
    are right. How you search is free, but the same tensors give the same answer, whatever the random generators do.
    Logits up to 10,000 in size. ValueError: N = 0, sizes N that differ.
    """
    raise NotImplementedError("fit_temperature: not written yet")
