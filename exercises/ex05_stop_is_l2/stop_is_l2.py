"""Two ways to hold weights near zero on a quadratic loss: a few steps of gradient descent, and an L2 penalty.

Tensors come in float32 or float64. The answer has the same dtype, and for shares and weights of size 1 an error of at
most 1e-4 in float32 and 1e-11 in float64; to compute in a wider dtype in between is free. What a docstring does not
speak of is free.
"""

from torch import Tensor


def gd_on_quadratic(H: Tensor, w_star: Tensor, lr: float, steps: int) -> Tensor:
    """Where `steps` steps of gradient descent from w = 0 end on the loss ½ (w - w_star)ᵀ H (w - w_star).

    H (d, d) is symmetric without negative eigenvalues, w_star is (d,); the answer is (d,), in their dtype.
    Zero steps give zeros. Any lr > 0 is followed as it is, also where the steps overshoot or diverge.
    H and w_star stay as they are. ValueError for steps < 0 or lr <= 0.
    """
    raise NotImplementedError("gd_on_quadratic: not written yet")


def gd_shrinkage(eigenvalues: Tensor, lr: float, steps: int) -> Tensor:
    """Per eigenvalue of H (d,), in their order: the share of w_star that gd_on_quadratic has reached there, exactly.

    0 is "still at zero", 1 is "at w_star". Needed for lr > 0, 0 <= lr * eigenvalue < 1 and steps >= 0, free elsewhere.
    The answer is (d,), in the dtype of `eigenvalues`, which stays as it is.
    """
    raise NotImplementedError("gd_shrinkage: not written yet")


def ridge_shrinkage(eigenvalues: Tensor, alpha: float) -> Tensor:
    """Per eigenvalue of H (d,): the share of w_star that the minimum of the same loss + ½ alpha ‖w‖² keeps.

    Mind the ½. With alpha 0 nothing is lost (where the eigenvalue is 0 as well, the answer is free). The answer is
    (d,), in the dtype of `eigenvalues`, which stays as it is. ValueError for alpha < 0.
    """
    raise NotImplementedError("ridge_shrinkage: not written yet")


def equivalent_alpha(lr: float, steps: int) -> float:
    """The alpha whose ridge shrinkage is that of gradient descent (lr > 0, `steps` steps) while both are small.

    A float, of Python or NumPy, not a tensor. ValueError for steps < 1.
    """
    raise NotImplementedError("equivalent_alpha: not written yet")
