"""Subfigures with one axes in each, and a gray color map of its own from black to white."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

GRAY = LinearSegmentedColormap.from_list("shades of gray", ["black", "white"])


def show_batch(dataset, n=8, mean=None, std=None):
    if n < 1 or len(dataset) < 1:
        raise ValueError("n and len(dataset) must be at least 1")
    order = np.random.permutation(len(dataset))[:n]
    fig = Figure(figsize=(len(order), 2))
    parts = np.atleast_1d(fig.subfigures(1, len(order)))
    for part, i in zip(parts, order.tolist(), strict=True):
        image, label = dataset[i]
        data = image.numpy().transpose(1, 2, 0)
        if mean is not None:
            data = np.clip(data * np.float32(std) + np.float32(mean), 0, 1)
        ax = part.subplots()
        if data.shape[2] == 1:
            ax.imshow(data.squeeze(axis=2), cmap=GRAY)
        else:
            ax.imshow(data)
        ax.set_title(label)
        ax.axis("off")
    return fig
