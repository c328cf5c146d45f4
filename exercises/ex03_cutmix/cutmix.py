"""CutMix: paste a rectangle of one image into another and mix the labels by the pixels of each."""

from torch import Tensor


def cutmix(images: Tensor, labels: Tensor, alpha: float = 1.0) -> tuple[Tensor, Tensor]:
    """Replaces one rectangle of every image by the same rectangle of a partner image from the batch.

    `images` (N, C, H, W) float; `labels` (N, K) float, rows that sum to 1 (one-hot, or soft already).
    Returns the mixed images and the mixed labels, with the shapes and dtypes of the arguments, which stay untouched.

    λ ~ Beta(alpha, alpha) is the share that an image should keep: the box covers the share 1 − λ of the image, with
    the sides H·√(1−λ) and W·√(1−λ), rounded as you like. Its place is random in both directions, so that every row
    and every column can be part of a box; a box may be cut off at the edge of the image. Box and partner may be the
    same for the whole batch or chosen anew for each image. Pixels are copied, in all channels and in their place.

    The label of a mixed image is (share of its own pixels) · own label + (share of pasted pixels) · partner's label,
    counted in the pixels that really were pasted. A batch of one has no partner but itself and comes back as it is.

    ValueError, with a message, if alpha <= 0, images are not 4-dimensional or labels not 2-dimensional, their
    numbers N differ, or labels are integers.
    """
    raise NotImplementedError("cutmix: not written yet")
