"""Must fail: test_gray_and_color
Says: "in this order"
Echoes: -

permute(2, 1, 0) turns the picture on its side.
"""

from collections.abc import Sequence

import torch
from matplotlib.figure import Figure
from torch.utils.data import Dataset


def show_batch(
    dataset: Dataset, n: int = 8, mean: Sequence[float] | None = None, std: Sequence[float] | None = None
) -> Figure:
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    if len(dataset) == 0:
        raise ValueError("the dataset is empty")
    chosen = torch.randperm(len(dataset))[:n].tolist()  # all items if n is larger than the dataset
    figure = Figure()  # unknown to pyplot: nothing to show, nothing to close
    axes = figure.subplots(1, len(chosen), squeeze=False)[0]
    for ax, i in zip(axes, chosen, strict=True):
        image, label = dataset[i]  # (C, H, W)
        if mean is not None and std is not None:
            image = image * torch.tensor(std).view(-1, 1, 1) + torch.tensor(mean).view(-1, 1, 1)
            image = image.clamp(0, 1)
        picture = image.permute(2, 1, 0).numpy()  # (H, W, C)
        ax.imshow(picture, cmap="gray")  # matplotlib drops a single channel; the color map counts only then
        ax.set_title(str(label))
        ax.set_axis_off()
    return figure
