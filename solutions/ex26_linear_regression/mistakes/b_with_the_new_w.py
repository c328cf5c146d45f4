"""Must fail: test_both_gradients_before_the_step
Says: "(the gradient by b was taken at the new w)"
Echoes: -

Moves w first, then takes the gradient by b there.
"""

from torch import Tensor


def predict(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return X @ w + b  # (N, D) @ (D,) -> (N,)


def mse(pred: Tensor, y: Tensor) -> Tensor:
    if pred.shape != y.shape:  # (N,) - (N, 1) would be (N, N), without a word
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
        w = w - lr * gw
        b = b - lr * gradients(X, y, w, b)[1]
    return w, b, losses
