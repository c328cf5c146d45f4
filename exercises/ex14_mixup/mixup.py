"""Mixup: blend each image with a partner, blend the labels with the same weight, train on the soft result."""

from torch import Tensor


def mixup(images: Tensor, labels: Tensor, alpha: float = 0.2) -> tuple[Tensor, Tensor]:
    """Blend every image of a batch, and its label, with a partner from the same batch.

    images: (N, C, H, W) floats; labels: (N, K) floats, each row sums to 1 and may be soft already.
    Returns (mixed images, mixed labels) with the shapes and dtypes of the inputs. The inputs stay as they are.

    Row i of both results is `w * own + (1 - w) * partner`, with one weight `w` in [0, 1] for all pixels of the image
    and all classes of its label, and one partner for both. `w` is drawn anew in each call from Beta(alpha, alpha);
    `max(w, 1 - w)` is fine too, and so is one weight for the whole batch as well as one per image.
    Any pairing will do (permutation, roll, random choice; now and then with itself) that makes every image of a batch
    somebody's partner sooner or later.

    alpha = 0 means no mixing: images and labels come back unchanged. So they do if N = 1.
    ValueError: alpha < 0, integer labels, or as many labels as images are not given.
    """
    raise NotImplementedError("mixup: not written yet")


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """Cross entropy against soft labels: the mean over the batch of `-sum_k target[k] * log softmax(logits)[k]`.

    logits: (N, K) raw scores; target: (N, K), rows sum to 1. Returns a scalar tensor that `backward()` can start from.
    Exact for large scores too: logits of 1e4 give a finite loss.
    """
    raise NotImplementedError("soft_cross_entropy: not written yet")
