"""Flips, rotations and shifts as 3×3 matrices in pixel coordinates.

A point is (x, y): x is the column and points right, y is the row and points down. Pixel centers are whole numbers, the
first column is 0. Matrices work on column vectors: (x', y', 1) = matrix @ (x, y, 1). They are float64 of shape (3, 3),
calculated in float64 from the first step on, whether the arguments are floats or ints.
No function changes its arguments or a result that it gave before. Whether results share memory is otherwise free.
"""

from torch import Tensor


def hflip(width: int) -> Tensor:
    """Mirrors an image of `width` columns left to right: pixel 0 and pixel width - 1 change places."""
    raise NotImplementedError("affine_matrices: not written yet")


def translation(tx: float, ty: float) -> Tensor:
    """Moves each point by tx to the right and by ty down."""
    raise NotImplementedError("affine_matrices: not written yet")


def shear(kx: float, ky: float = 0.0) -> Tensor:
    """x' = x + kx * y and y' = y + ky * x."""
    raise NotImplementedError("affine_matrices: not written yet")


def rotation(degrees: float, center: tuple[float, float] = (0, 0)) -> Tensor:
    """Turns about `center` (x, y), which stays where it is; about (0, 0): x' = x cos - y sin, y' = x sin + y cos.

    Since y points down, a positive angle is clockwise on the screen.
    """
    raise NotImplementedError("affine_matrices: not written yet")


def scaling(s: float, center: tuple[float, float] = (0, 0)) -> Tensor:
    """Multiplies each distance from `center` (x, y) by `s`: x' = x_c + s * (x - x_c), and y' likewise.

    ValueError if `s` is 0; any other `s`, however small, and negative ones too, are right.
    """
    raise NotImplementedError("affine_matrices: not written yet")


def compose(*matrices: Tensor) -> Tensor:
    """One matrix for all: the first argument is applied first. Without arguments the identity."""
    raise NotImplementedError("affine_matrices: not written yet")


def apply(matrix: Tensor, points: Tensor) -> Tensor:
    """Where `matrix` sends float64 points (K, 2), each row being (x, y): float64 (K, 2).

    Other shapes of `points` raise ValueError. Other dtypes of `points` and K = 0 are free.
    """
    raise NotImplementedError("affine_matrices: not written yet")
