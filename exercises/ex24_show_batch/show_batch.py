"""Look at the data before training on it: random samples of a dataset with their labels, in one figure."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from torch.utils.data import Dataset


def show_batch(
    dataset: Dataset, n: int = 8, mean: Sequence[float] | None = None, std: Sequence[float] | None = None
) -> Figure:
    """A figure with n random samples, each in axes of its own, with its label as the title (`ax.set_title`).

    dataset: `len(dataset)` items (image, label), image a float tensor (C, H, W) with C = 1 or 3.
    Each call chooses anew. No item is shown twice; if n is larger than the dataset, all items are shown.

    One channel is shown in shades of gray (any gray color map), three channels as an (H, W, 3) color picture.
    mean, std: one number per channel, both or none. If given, the images were normalized as (image - mean) / std, which
    is undone; the values shown then lie in [0, 1], and what is outside is clipped.

    All axes are switched off (`ax.axis("off")`), also those that are left empty. The figure is returned, not shown:
    no `plt.show()`, and ten calls leave at most one more figure open in pyplot. It works without a display.
    ValueError: n < 1 or an empty dataset.
    """
    raise NotImplementedError("show_batch: not written yet")
