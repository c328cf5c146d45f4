"""CutMix: paste a rectangle of one image into another and mix the labels by the pixels of each."""

from torch import Tensor


def cutmix(images: Tensor, labels: Tensor, alpha: float = 1.0) -> tuple[Tensor, Tensor]:
    """Replaces one rectangle of every image by the same rectangle of a partner image from the batch.

    `images` (N, C, H, W) float; `labels` (N, K) float, rows that sum to 1 (one-hot, or soft already); float32 or
    float64, not always both the same. Returns a tuple of the mixed images and the mixed labels, each with the shape and
    the dtype of its argument; the arguments stay untouched.

    λ ~ Beta(alpha, alpha) is the share that an image should keep (the larger of λ and 1 − λ: free): the box covers the
    share 1 − λ of the image, with the sides H·√(1−λ) and W·√(1−λ), rounded as you like. Pixels are copied, in all
    channels and in their place.

    Each call draws a new λ, a new place and mixes all images, not only some of them. The place is random in both
    directions, independently, and every row and every column can be part of a box. All else about the place is free:
    the box may lie within the image, or be cut off at its edges. Free, too: whether λ, box and partner are the same
    for the whole batch or chosen anew for each image, and how partners are found; an image may turn out to be its own.

    The label of a mixed image is (share of its own pixels) · own label + (share of pasted pixels) · partner's label,
    counted in the pixels that really were pasted. A batch of one has no partner but itself and comes back as it is (a
    copy or the same tensors); bad arguments are refused there, too.

    ValueError if alpha <= 0, images are not 4-dimensional or labels not 2-dimensional, their numbers N differ, or
    labels are integers of any kind. Free: an integer alpha, bool labels, N = 0.
    """
    raise NotImplementedError("cutmix: not written yet")
