"""Reading a run: a smoothed curve, the size of the gradients, and the name of what is wrong.

Losses come as lists of Python floats, one number per epoch, and stay as they are. What a docstring does not speak of is
free.
"""

from collections.abc import Sequence

from torch import nn


def smooth(values: Sequence[float], beta: float = 0.9) -> list[float]:
    """The exponential average of the values up to each of them, corrected for having begun at 0.

    m_0 = 0, m_t = beta m_(t-1) + (1 - beta) v_t; the t-th number of the answer is m_t / (1 - beta^t), t = 1, 2, ...
    As many numbers as values; none for none. ValueError: beta outside [0, 1).
    """
    raise NotImplementedError("smooth: not written yet")


def grad_norm(model: nn.Module) -> float:
    """The L2 norm of all gradients of the model's parameters, taken together as one long vector.

    Parameters whose .grad is None are skipped; 0 if no parameter has a gradient. The gradients stay as they are. Free:
    whether what is left in the .grad of a frozen parameter counts.
    """
    raise NotImplementedError("grad_norm: not written yet")


def diagnose(train_loss: Sequence[float], val_loss: Sequence[float], num_classes: int | None = None) -> str:
    """The first of these names whose condition holds. Losses are never negative; K is num_classes, 2 or more.

    With n epochs, low = min(train), and end(v) = the median of the last max(1, min(3, n // 2)) values of v:

    "non_finite"    some value of either list is nan or infinite
    "diverging"     end(train) > 2 low  and  end(train) > low + 0.1 train[0]
    "spike"         n >= 5, and some train[i] > 2 m  and  train[i] > m + 0.1 train[0], m = min(train[:i])
    "plateau"       K is given, |median(train) - ln K| < 0.05 ln K  and  low > 0.9 ln K
    "not_learning"  low > 0.95 train[0]  and  train[0] > 0.1 ln K (0.1 if no K is given)
    "suspicious"    end(val) < 0.5 end(train)
    "overfitting"   end(val) > 1.1 min(val)  and  end(train) < train[i], i = the epoch in which val is lowest
    "healthy"       none of them

    The median of an even number of values is the mean of the two in the middle. Curves that lie within 3 % of one of
    these limits, and curves with several lowest epochs, may be judged either way. ValueError: no epochs, or lists of
    different lengths, whatever stands in them.
    """
    raise NotImplementedError("diagnose: not written yet")
