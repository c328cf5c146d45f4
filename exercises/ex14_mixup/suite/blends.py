"""Image k lights channel k alone, so the channel means of a mixed image are the weights it was mixed with."""

import numpy as np
import torch

from grader.suite import answers, require, shaped

N = 8
DRAWS = 40


# ---- scenarios: run beside the learner's code and only report


def mix(module, images, labels, alpha, draws):
    return [module.mixup(images.clone(), labels.clone(), alpha) for _ in range(draws)]


def mix_in_turn(module, batches, labels, alpha, draws):
    """One batch after the other, again and again."""
    return [module.mixup(batches[k % len(batches)].clone(), labels.clone(), alpha) for k in range(draws)]


def mix_without_gradients(module, images, labels, alpha, draws):
    with torch.no_grad():
        return mix(module, images, labels, alpha, draws)


def pictures(module, images, labels, alpha, draws):
    """The mixed images alone, without their two pixel axes; alpha None: the default."""
    more = {} if alpha is None else {"alpha": alpha}
    return [module.mixup(images.clone(), labels.clone(), **more)[0][:, :, 0, 0] for _ in range(draws)]


# ---- the examiner's side


def lit(order, height=3, width=5, dtype="float32"):
    """(n, n, height, width): image k of n is 1 in channel order[k] and 0 elsewhere."""
    return np.tile(np.eye(len(order), dtype=dtype)[order][:, :, None, None], (1, 1, height, width))


def soft_rows(draw, n, classes):
    """(n, classes) float32: random rows that sum to 1."""
    return draw.dirichlet(np.ones(classes), n).astype(np.float32)


def two(pair):
    """Mixed images and mixed labels of one call."""
    require(not isinstance(pair, dict), "expected a tuple of 2, saw a dict", "Return the images, then the labels.")
    return answers(pair, 2)


def pairs(seen, draws, images, labels):
    """Mixed images (draws, N, C, H, W) and mixed labels (draws, N, K) of `draws` calls."""
    both = [two(pair) for pair in answers(seen, draws)]
    mixed = [shaped(pair[0], images.shape, "mixed images") for pair in both]
    return np.stack(mixed), np.stack([shaped(pair[1], labels.shape, "mixed labels") for pair in both])


def some_are_mixed(weights, what="alpha near 1"):
    """At least one of these weights of images in pictures is neither nearly 0 nor nearly 1: a blend was made."""
    real = ((weights > 0.02) & (weights < 0.98)).any()
    require(
        real,
        f"{what}: no picture is a blend of two images of the batch",
        "Look at weights and partners: an image that is its own partner, or a weight of 0 or 1, gives no blend.",
    )


def pixel_weights(mixed, order, what="alpha near 1"):
    """(draws, n, n): how much of image k the mixed image i shows. `mixed` comes from lit images."""
    weights = mixed.astype(np.float64).mean((3, 4))[:, :, order]
    some_are_mixed(weights, what)
    return weights
