"""Look at the data before training on it: random samples of a dataset with their labels, in one figure."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from torch.utils.data import Dataset


def show_batch(
    dataset: Dataset, n: int = 8, mean: Sequence[float] | None = None, std: Sequence[float] | None = None
) -> Figure:
    """A figure with n random samples, each in axes of its own (`ax.imshow`), with its label as the title of the axes.

    dataset: `len(dataset)` items (image, label); image a float tensor (C, H, W), the same shape for all items, C = 1 or
    3, H and W at least 2; label a number or a text. The title (`ax.set_title`) holds it; words around it are free.
    Each call chooses anew, and any n items may come together. No item is shown twice; if n is larger than the dataset,
    all items are shown.

    One channel is shown in shades of gray (any gray color map, or three equal channels), three channels as an (H, W, 3)
    color picture; the first row is on top. The pictures hold the floats of the image.
    mean, std: one number per channel, both or none. If given, the images were normalized as (image - mean) / std, which
    is undone; the values shown then lie in [0, 1], and what is outside is clipped. The dataset stays as it is.

    All axes are switched off (`ax.axis("off")`), also those that are left empty. The figure is returned, not shown:
    no `plt.show()`, and ten calls leave at most one more figure open in pyplot. It works without a display.
    ValueError: n < 1 or an empty dataset.

    Free: layout and order, the limits of the gray map, clipping without mean and std, one of mean and std alone, the
    generator (it may be seeded once, at import), and what becomes of earlier figures, whoever made them.
    """
    raise NotImplementedError("show_batch: not written yet")
