"""Must fail: test_different_shapes
Says: "shapes of pred and y: (5,), (5, 1) must raise ValueError or RuntimeError, but nothing was"
Echoes: test_mse

Compares the numbers of rows: (N, 1) against (N,) passes.
"""

from torch import Tensor


def predict(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return X @ w + b  # (N, D) @ (D,) -> (N,)


def mse(pred: Tensor, y: Tensor) -> Tensor:
    if len(pred) != len(y):  # (N,) - (N, 1) would be (N, N), without a word
        raise ValueError(f"pred {tuple(pred.shape)} and y {tuple(y.shape)} must have the same shape")
    return ((pred - y) ** 2).mean()


def gradients(X: Tensor, y: Tensor, w: Tensor, b: float | Tensor) -> tuple[Tensor, Tensor]:
    e = predict(X, w, b) - y  # (N,)
    return 2 / len(y) * X.T @ e, 2 * e.mean()


def fit_linear(X: Tensor, y: Tensor, lr: float, steps: int) -> tuple[Tensor, Tensor, list[float]]:
    if lr <= 0 or steps < 0:
        raise ValueError(f"lr must be above 0 and steps at least 0, not {lr} and {steps}")
    w, b, losses = X.new_zeros(X.shape[1]), X.new_zeros(()), []
    for _ in range(steps):
        losses.append(mse(predict(X, w, b), y).item())
        gw, gb = gradients(X, y, w, b)  # both at the old w and b
        w, b = w - lr * gw, b - lr * gb
    return w, b, losses
