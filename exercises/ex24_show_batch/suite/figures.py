"""Scenarios of show_batch: what stands in the figure that comes back."""

import io

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure
from torch.utils.data import Dataset

from grader.suite import picture


class Items(Dataset):
    def __init__(self, images, labels):
        self.images, self.labels = images, labels

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return self.images[i], self.labels[i]


def seen_in(figure):
    """What the figure shows, and of each picture whether its color map is one of grays; else the name of the type."""
    if not isinstance(figure, Figure):
        return type(figure).__name__
    seen = picture(figure)
    for axes, told in zip(figure.axes, seen["axes"], strict=True):
        for image, one in zip(axes.images, told["images"], strict=True):
            ramp = image.get_cmap()(np.linspace(0, 1, 17))[:, :3]
            steps = np.diff(ramp[:, 0])
            even = bool((steps >= 0).all() or (steps <= 0).all()) and abs(steps.sum()) > 0.5
            one["gray"] = even and bool(np.ptp(ramp, axis=1).max() < 0.02)
    return seen


def show(module, images, labels, *given):
    """>>> show_batch(list(zip(images, labels)), *given)"""
    return seen_in(module.show_batch(Items(images, labels), *given))


def show_normalized(module, images, *given):
    """What the figure shows, and the dataset's images afterwards.

    >>> show_batch(list(zip(images, range(len(images)))), *given)
    """
    return {"figure": show(module, images, list(range(len(images))), *given), "images": images}


def show_often(load, images, labels, n, times):
    """Several calls; what they opened and showed beside returning their figures.

    >>> show_batch(list(zip(images, labels)), n)
    """
    windows = []
    matplotlib.use("Agg")
    plt.show = Figure.show = lambda *args, **more: windows.append(1)
    module = load()
    before = len(plt.get_fignums())
    seen = [seen_in(module.show_batch(Items(images, labels), n)) for _ in range(times)]
    return {"figures": seen, "open": len(plt.get_fignums()) - before, "windows": len(windows)}


def save(load, images, labels):
    """What the figure shows, and the saved file as pixels (height, width, 4).

    >>> show_batch(list(zip(images, labels)), len(labels)).savefig("batch.png", dpi=40)
    """
    matplotlib.use("Agg")
    figure = load().show_batch(Items(images, labels), len(labels))
    seen, file = seen_in(figure), io.BytesIO()
    if not isinstance(figure, Figure):
        return {"figure": seen, "pixels": None}
    figure.savefig(file, format="png", dpi=40)
    file.seek(0)
    return {"figure": seen, "pixels": (255 * plt.imread(file)).round().astype(np.uint8)}


def try_show(module, count, n):
    """>>> show_batch([(image, 7) for image in torch.rand(count, 1, 4, 4)], n)"""
    module.show_batch(Items(torch.rand(count, 1, 4, 4), [7] * count), n)
