"""Random samples of a dataset in one figure, which is returned and never shown."""

from collections.abc import Sequence

import torch
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from torch.utils.data import Dataset


def show_batch(
    dataset: Dataset, n: int = 8, mean: Sequence[float] | None = None, std: Sequence[float] | None = None
) -> Figure:
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    if len(dataset) == 0:
        raise ValueError("the dataset is empty")
    chosen = torch.randperm(len(dataset))[:n].tolist()  # all items if n is larger than the dataset
    figure = Figure(figsize=(1.3 * len(chosen), 1.8))  # unknown to pyplot: nothing to show, nothing to close
    axes = figure.subplots(1, len(chosen), squeeze=False)[0]
    for ax, i in zip(axes, chosen, strict=True):
        image, label = dataset[i]  # (C, H, W)
        if mean is not None and std is not None:
            image = image * torch.tensor(std).view(-1, 1, 1) + torch.tensor(mean).view(-1, 1, 1)
            image = image.clamp(0, 1)
        picture = image.permute(1, 2, 0).numpy()  # (H, W, C)
        ax.imshow(picture, cmap="gray")  # matplotlib drops a single channel; the color map counts only then
        ax.set_title(str(label))
        ax.set_axis_off()
    share_scale([ax.images[0] for ax in axes])
    return figure


def share_scale(images: Sequence[AxesImage]) -> None:
    """One scale for all shades of gray: with a scale of its own a dim picture would look like a bright one."""
    arrays = [image.get_array() for image in images]
    low, high = min(0.0, *(float(a.min()) for a in arrays)), max(1.0, *(float(a.max()) for a in arrays))
    for image in images:
        image.set_clim(low, high)  # means nothing to colors
