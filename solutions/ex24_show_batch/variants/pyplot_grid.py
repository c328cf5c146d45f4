"""pyplot's subplots in rows of four, closed before the return; Python's own random choice; NumPy arithmetic."""

import random

import matplotlib.pyplot as plt
import numpy as np


def show_batch(dataset, n=8, mean=None, std=None):
    if n < 1 or not len(dataset):
        raise ValueError("nothing to show")
    picks = random.sample(range(len(dataset)), min(n, len(dataset)))
    rows = -(-len(picks) // 4)
    fig, grid = plt.subplots(rows, 4, figsize=(8, 2.2 * rows))
    for ax in grid.flat:
        ax.axis("off")
    for ax, pick in zip(grid.flat, picks, strict=False):
        image, label = dataset[pick]
        array = np.array(image, dtype=np.float64)
        if mean is not None:
            array = np.clip(array * np.reshape(std, (-1, 1, 1)) + np.reshape(mean, (-1, 1, 1)), 0, 1)
        if len(array) == 1:
            ax.imshow(array[0], cmap="Greys_r", vmin=0, vmax=1)
        else:
            ax.imshow(np.stack(list(array), axis=-1))
        ax.set_title(f"label: {label}", fontsize=8)
    plt.close(fig)
    return fig
