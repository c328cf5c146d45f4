"""Index grids, a preallocated path, and pyplot with a filled contour."""

import matplotlib.pyplot as plt
import torch


def loss_grid(loss, xs, ys):
    grid_y, grid_x = torch.meshgrid(ys, xs, indexing="ij")
    values = [loss(x, y) for x, y in zip(grid_x.flatten().tolist(), grid_y.flatten().tolist(), strict=True)]
    return torch.as_tensor(values).to(xs).reshape(grid_x.shape)


def descent_path(grad, start, lr, steps):
    if not steps >= 0:
        raise ValueError
    path = start.new_empty(steps + 1, *start.shape)
    path[0] = start
    for k in range(steps):
        path[k + 1] = path[k].sub(grad(path[k].clone()), alpha=lr)
    return path


def plot_path(xs, ys, grid, path):
    fig, ax = plt.subplots(figsize=(4, 4))
    ax.contourf(xs, ys, grid, levels=10)
    ax.plot([float(x) for x, _ in path], [float(y) for _, y in path], marker="o")
    ax.plot(*path[0], marker="*")
    ax.set_xlabel("x")
    plt.close(fig)
    return fig
