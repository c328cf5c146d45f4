"""Must fail: test_random_choice_without_repeats
Says: "calls all showed the items"
Echoes: -

Permutes only the first n items: later ones are never shown.
"""

import math
import random

import matplotlib.pyplot as plt
import torch


def show_batch(dataset, n=8, mean=None, std=None):
    if n < 1 or len(dataset) == 0:
        raise ValueError("n < 1 or an empty dataset")
    n = min(n, len(dataset))
    picks = torch.randperm(n).tolist()
    cols = min(4, n)
    rows = math.ceil(n / cols)
    fig, axes = plt.subplots(rows, cols, squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, i in zip(axes.flat, picks):
        image, label = dataset[i]
        if mean is not None:
            m = torch.tensor(mean).view(-1, 1, 1)
            s = torch.tensor(std).view(-1, 1, 1)
            image = (image * s + m).clamp(0, 1)
        if image.shape[0] == 1:
            ax.imshow(image[0], cmap="gray", vmin=0, vmax=1)
        else:
            ax.imshow(image.permute(1, 2, 0))
        ax.set_title(str(label))
    plt.close(fig)
    return fig
