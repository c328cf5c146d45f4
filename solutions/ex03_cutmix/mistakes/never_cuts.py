"""Must fail: test_form, test_labels
Says: "not one pixel was pasted"
Echoes: test_rectangle, test_channels, test_sources, test_sides, test_alpha, test_moves, test_batch
Because: without one pasted pixel there is no box and no mixed label to judge

Checks the arguments and hands the batch back.
"""

from torch import Tensor


def cutmix(images: Tensor, labels: Tensor, alpha: float = 1.0) -> tuple[Tensor, Tensor]:
    """Pastes one rectangle of a partner image into every image and mixes the labels by the pixels of each."""
    if not alpha > 0:
        raise ValueError(f"alpha must be positive, got {alpha}")
    if images.ndim != 4 or labels.ndim != 2:
        raise ValueError(f"expected images (N,C,H,W) and labels (N,K), got {images.shape} and {labels.shape}")
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images, but {len(labels)} labels")
    if not labels.is_floating_point():
        raise ValueError(f"labels must be soft (float rows that sum to 1), got {labels.dtype}")

    return images.clone(), labels.clone()
