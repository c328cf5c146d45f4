"""Mixup: blend each image with a partner, blend the labels with the same weight, train on the soft result."""

from torch import Tensor


def mixup(images: Tensor, labels: Tensor, alpha: float = 0.2) -> tuple[Tensor, Tensor]:
    """Blend every image of a batch, and its label, with a partner from the same batch.

    images: (N, C, H, W), N >= 1, float32 or float64 of any range; labels: (N, K), float32 or float64, each row sums to
    1 up to rounding and may be soft already. Half precision and an empty batch are free. Returns two tensors, mixed
    images and mixed labels (tuple or list: free): the images with shape and dtype of `images`, the labels with those of
    `labels`. The inputs stay as they are.

    Row i of both results is `w * own + (1 - w) * partner`, not cut off or rounded, with one weight `w` in [0, 1] for
    all pixels of the image and all classes of its label, and one partner for both. Weights are drawn anew in each call,
    from Beta(alpha, alpha). Free: one weight for the whole batch or one per image; a weight rounded to the dtype of
    images or labels; `max(w, 1 - w)` in place of `w` (but not `min(w, 1 - w)`, which would always let the partner
    dominate); the pairing, drawn anew or always the same (permutation, roll, flip, random choice; now and then an
    image may meet itself), if sooner or later every image of a batch is blended with another one and every image is the
    partner of another one. Of an odd batch one image may always be left over, as a flip does it with the middle one.

    alpha = 0 means no mixing: images and labels come back unchanged. So they do, up to rounding, if N = 1. Whether
    these are the same objects, views or copies is free.
    ValueError, also where nothing would be mixed: alpha < 0, integer labels (bool: free), or as many labels as images
    are not given.
    """
    raise NotImplementedError("mixup: not written yet")


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """Cross entropy against soft labels: the mean over the batch of `-sum_k target[k] * log softmax(logits)[k]`.

    logits: (N, K) raw scores; target: (N, K), rows sum to 1 up to rounding; both of one dtype. Both stay as they are.
    Returns a tensor without dimensions, shape (), that `backward()` can start from. Exact for large scores too: logits
    of 1e4 give a finite loss, off by no more than float32 rounds numbers of that size, a few 1e-3.
    """
    raise NotImplementedError("soft_cross_entropy: not written yet")
