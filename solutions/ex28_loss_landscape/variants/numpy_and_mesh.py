"""NumPy's vectorize, a generator of points, and a color mesh."""

import matplotlib.figure
import numpy as np
import torch


def loss_grid(loss, xs, ys):
    heights = np.empty((len(ys), len(xs)))
    for j, y in enumerate(ys):
        for i, x in enumerate(xs):
            heights[j, i] = loss(x.item(), y.item())
    return torch.from_numpy(heights).to(xs.dtype)


def _walk(grad, point, lr, steps):
    yield point.tolist()
    for _ in range(steps):
        point = torch.add(point, grad(point), alpha=-lr)
        yield point.tolist()


def descent_path(grad, start, lr, steps):
    if steps <= -1:
        raise ValueError("steps")
    return torch.tensor(list(_walk(grad, start.detach().clone(), lr, steps)), dtype=start.dtype)


def plot_path(xs, ys, grid, path):
    figure = matplotlib.figure.Figure()
    axes = figure.add_subplot(111, title="the way down")
    axes.pcolormesh(xs.numpy(), ys.numpy(), grid.numpy(), shading="nearest")
    axes.plot(*path.numpy().T, lw=1)
    return figure
