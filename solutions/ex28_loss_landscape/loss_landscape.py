"""A loss of two parameters as a grid of heights, gradient descent as a path, and both in one picture."""

from collections.abc import Callable

import torch
from matplotlib.figure import Figure
from torch import Tensor


def loss_grid(loss: Callable[[float, float], float], xs: Tensor, ys: Tensor) -> Tensor:
    rows = [[float(loss(x, y)) for x in xs.tolist()] for y in ys.tolist()]  # a row has one y
    return torch.tensor(rows, dtype=xs.dtype)


def descent_path(grad: Callable[[Tensor], Tensor], start: Tensor, lr: float, steps: int) -> Tensor:
    if steps < 0:
        raise ValueError(f"steps must not be negative, got {steps}")
    points = [start]
    for _ in range(steps):
        points.append(points[-1] - lr * grad(points[-1]))  # a new tensor: the last point stays what it was
    return torch.stack(points)


def plot_path(xs: Tensor, ys: Tensor, grid: Tensor, path: Tensor) -> Figure:
    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    axes.contour(xs.numpy(), ys.numpy(), grid.numpy(), levels=15, linewidths=0.7)
    axes.plot(path[:, 0].numpy(), path[:, 1].numpy(), ".-", color="tab:red")
    return figure
