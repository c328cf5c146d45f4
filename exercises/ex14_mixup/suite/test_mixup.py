"""ex14, mixup: what a blend of lit images shows says with which weights, and of which images, it was made."""

import math

import numpy as np
from blends import DRAWS, N, lit, mix, pairs, pictures, pixel_weights, soft_rows, some_are_mixed, two

from grader.suite import answers, between, close, may_fail, normal, one_hot, points, require, shaped, uniform

# ---- scenarios: run beside the learner's code and only report


def mix_and_keep(module, images, labels, alpha, draws):
    """Each answer together with what the call left of its inputs."""
    seen = []
    for _ in range(draws):
        given = images.clone(), labels.clone()
        seen.append([module.mixup(*given, alpha), *given])
    return seen


def try_mix(module, n_images, labels, alpha):
    module.mixup(labels.new_ones((n_images, 1, 2, 2)).float(), labels, alpha)


# ---- the examiner's side


@points(1, hint="Blend into new tensors that take dtype and shape from the inputs.")
def test_form_and_inputs(observe, draw):
    """Shapes and dtypes are kept, and the inputs stay untouched."""
    kinds = (("float32", "float32"), ("float64", "float32"), ("float32", "float64"), ("float16", "float32"))
    labels = soft_rows(draw, N, 5)
    order, alpha = draw.permutation(N), draw.uniform(0.8, 1.25)
    cases = [(lit(order, dtype=one), labels.astype(other), alpha, 10) for one, other in kinds]
    for answer, (images, labels, *_) in zip(answers(observe.each(mix_and_keep, cases), 4), cases, strict=True):
        what = f"{images.dtype} images and {labels.dtype} labels"
        seen = [answers(one, 3) for one in answers(answer, 10)]
        for result, images_after, labels_after in seen:
            mixed, soft = two(result)
            shaped(mixed, images.shape, f"{what}: mixed images", str(images.dtype))
            shaped(soft, labels.shape, f"{what}: mixed labels", str(labels.dtype))
            hint = "`images *= lam` and rows written into the batch change what the caller goes on using."
            for kind, after, before in (("images", images_after, images), ("labels", labels_after, labels)):
                close(after, before, f"your input batch changed: the {kind} after the call", 0, 0, hint)
        weights = pixel_weights(np.stack([two(one[0])[0] for one in seen]), order)
        require((weights.max(2) > 0.05).all(), f"{what}: a picture shows hardly anything of any image of the batch")


def swapped(shown):
    """The weights of pictures with own image and partner exchanged."""
    own = np.diagonal(shown, axis1=1, axis2=2)[..., None]
    others = shown * (1 - np.eye(N))
    alone = others.max(2, keepdims=True) < 1e-6
    partner = np.eye(N)[others.argmax(2)]
    return np.where(alone, shown, (1 - own) * np.eye(N) + own * partner)


def check_sums(soft, what):
    """Rows of labels add up to 1."""
    total = soft.sum(2)
    call, i = np.unravel_index(np.nan_to_num(np.abs(total - 1), nan=9).argmax(), total.shape)
    told = f"{what}: the label row of image {i} adds up to {total[call, i]:.4f}"
    require(abs(total[call, i] - 1) < 1e-4, told, "Mix whole rows: then two images of one class keep both shares.")


def check_labels(soft, shown):
    """One-hot labels: row i of a label must be how much of each image picture i shows."""
    gap = np.nan_to_num(np.abs(soft - shown), nan=9)
    if gap.max() < 1e-4:
        return
    call, i, j = np.unravel_index(gap.argmax(), gap.shape)
    says = f"image {i}: the label says {soft[call, i, j]:.4f} of image {j}, the pixels say {shown[call, i, j]:.4f}"
    require((soft != np.eye(N)).any(), f"pictures are blends, but the labels come back as they were given; {says}")
    soft_label = "pictures are blends, but every label names one class only: the soft label is the point"
    require(not ((soft == 0) | (soft == 1)).all(), f"{soft_label}; {says}")
    exchanged = f"own image and partner are exchanged: the weight of one went to the label of the other; {says}"
    require(np.abs(soft - swapped(shown)).max() > 1e-4, exchanged)
    absent = (soft > 0.01) & (shown < 1e-6)
    if absent.any():
        call, i, j = np.argwhere(absent)[0]
        says = f"image {i}: the label names image {j} with {soft[call, i, j]:.4f}, which is absent from the picture"
    require(False, says)


@points(2, hint="One weight and one choice of partners, used for the pictures and for the labels.")
def test_label_weights_equal_pixel_weights(observe, draw):
    """A picture that is 70 % cat and 30 % dog is labeled [0.7, 0.3]."""
    order, alpha = draw.permutation(N), draw.uniform(0.8, 1.25)
    images, eye = lit(order), one_hot(range(N), N)
    classes = one_hot(draw.permutation(np.arange(N) % 3), 3)
    blurred = soft_rows(draw, N, 5)
    cases = [(images, labels, alpha, DRAWS) for labels in (eye, classes, blurred)]
    seen = answers(observe.each(mix, cases), 3)
    mixed, soft = pairs(seen[0], DRAWS, images, eye)
    check_sums(soft, "8 images of 8 classes")
    check_labels(soft, pixel_weights(mixed, order))
    mixed, soft = pairs(seen[1], DRAWS, images, classes)
    check_sums(soft, "8 images of 3 classes")
    close(soft, pixel_weights(mixed, order) @ classes, "8 images of 3 classes: label rows, mixed as pixels", 0, 1e-4)
    mixed, soft = pairs(seen[2], DRAWS, images, blurred)
    hint = "The labels given may be soft already: blend their rows as they are."
    close(soft, pixel_weights(mixed, order) @ blurred, "soft input labels: label rows, mixed as pixels", 0, 1e-4, hint)


@points(1, hint="The weight is one number for a whole image, whatever its channels and pixels hold.")
def test_every_pixel_has_the_same_weight(observe, draw):
    """Every pixel of an image is mixed with the same weight, and nothing is cut off."""
    images, labels = normal(draw, N, 2, 6, 9), one_hot(range(N), N)
    mixed, _ = pairs(observe(mix, images, labels, draw.uniform(0.8, 1.25), DRAWS), DRAWS, images, labels)
    flat = images.reshape(N, -1).astype(np.float64)
    blends = mixed.reshape(DRAWS * N, -1).astype(np.float64)
    require(np.isfinite(blends).all(), "a mixed image holds NaN or inf")
    weights = np.linalg.lstsq(flat.T, blends.T, rcond=None)[0].T  # (DRAWS * N, N): the best weights for whole images
    some_are_mixed(weights)
    gap = np.abs(weights @ flat - blends)
    worst, pixel = np.unravel_index(gap.argmax(), gap.shape)
    place = tuple(int(part) for part in np.unravel_index(pixel, images.shape[1:]))
    if gap.max() > 1e-4:
        low, high = float(blends.min()), float(blends.max())
        least, most = float(images.min()), float(images.max())
        cut = f"images hold numbers from {least:.2f} to {most:.2f}, all blends lie in [{low:g}, {high:g}]: cut off?"
        require(
            low < -1e-6 or high > 1 + 1e-6, cut, "Images may have any range, normalized ones have negative numbers."
        )
    require(
        gap.max() < 1e-4,
        f"image {worst % N} is no weighted sum of whole images: the best weights miss pixel {place} by {gap.max():.4f};"
        " some of its pixels were mixed with another weight or from another place",
    )
    close(weights.sum(1), np.ones(DRAWS * N), "sum of the two weights in each picture", 0, 1e-3)


@points(1, hint="Draw one partner for each image, and read it from the batch as it was given.")
def test_one_partner(observe, draw):
    """Each blend shows the own image and one partner."""
    order = draw.permutation(N)
    images, labels = lit(order, 1, 1), one_hot(range(N), N)
    mixed, _ = pairs(observe(mix, images, labels, draw.uniform(0.8, 1.25), 60), 60, images, labels)
    present = np.abs(pixel_weights(mixed, order)) > 1e-6
    most = int(present.sum(2).max())
    require(most <= 2, f"one picture shows {most} images; a blend has at most two sources")
    require((present.sum(2) >= 1).all(), "one picture shows no image of the batch at all")
    strangers = present & ~np.eye(N, dtype=bool)
    require(strangers.sum(2).max() <= 1, "one picture shows two partners and nothing of the own image")


@points(1, hint="Draw weight and partners in each call: `torch.randperm(len(images))` pairs anew.")
def test_new_blends_with_everybody(observe, draw):
    """Each call draws anew, and in time every image is blended and is somebody's partner."""
    # A permutation leaves a given image alone with probability 1/8, random choice leaves it unused with (7/8)^7:
    # that all 60 calls miss one of 8 images has a chance below 1e-23.
    may_fail(1e-22)
    order = draw.permutation(N)
    images, labels = lit(order, 1, 1), one_hot(range(N), N)
    mixed, _ = pairs(observe(mix, images, labels, draw.uniform(0.8, 1.25), 60), 60, images, labels)
    weights = pixel_weights(mixed, order)
    own = np.diagonal(weights, axis1=1, axis2=2)
    kinds = len(np.unique(own[own < 0.999].round(5)))
    require(kinds >= 30, f"60 calls used {kinds} different weight{'s' * (kinds != 1)}: draw weights anew in each call")
    present = np.abs(weights) > 1e-6
    present[:, range(N), range(N)] = False
    idle = np.flatnonzero(~present.any((0, 1)))
    nobody = f"in 60 calls no other image was ever blended with image {int(idle[0]) if idle.size else 0} of 8"
    require(not idle.size, nobody, "Every image must be the partner of another one sooner or later.")
    alone = np.flatnonzero((own > 0.999).all(0))
    never = f"in 60 calls image {int(alone[0]) if alone.size else 0} of 8 was never blended with another one"
    require(not alone.size, never, "Blend the whole batch, from the first image to the last.")


def spread_of(alpha):
    """E|2w - 1| for w ~ Beta(alpha, alpha)."""
    return 2 * 4**-alpha / alpha * math.exp(math.lgamma(2 * alpha) - 2 * math.lgamma(alpha))


@points(2, hint="The weight comes from Beta(alpha, alpha), with the alpha of this call.")
def test_alpha_sets_the_blend(observe, draw):
    """alpha sets how even the blends are."""
    # One weight per call, as images of one batch may share it; up to a fifth of the calls blends nothing, and 7 % of
    # the weights at 0.2 look like 1, which shifts the mean by .014. Bernstein's bound with variances of .078 and .083
    # puts a right mean .086 away with less than 1e-9 for the first two, a sub-Gaussian bound does so for the third.
    # The own weight's variance is .179 at 0.2, .083 near 1: Bernstein's bound is 1e-10 for .2 and .1 below one half.
    may_fail(4e-9)
    order = draw.permutation(N)
    even, high = draw.uniform(0.8, 1.25), draw.uniform(60, 140)
    sets = ((None, 800, "alpha not given (0.2)", 0.2), (even, 600, f"alpha {even:.3f}", even), (high, 150, "", high))
    cases = [(lit(order, 1, 1), one_hot(range(N), N), alpha, calls) for alpha, calls, *_ in sets]
    seen = answers(observe.each(pictures, cases), 3)
    for answer, (_, calls, what, alpha) in zip(seen, sets, strict=True):
        what = what or f"alpha {alpha:.1f}"
        weights = [shaped(one, (N, N), f"{what}: mixed images") for one in answers(answer, calls)]
        weights = np.stack(weights)[:, :, order].astype(np.float64)
        own = np.diagonal(weights, axis1=1, axis2=2)
        blended = (np.abs(weights) * (1 - np.eye(N)) > 1e-6).any(2)
        outside = own[~((own > -1e-5) & (own < 1 + 1e-5))]
        require(not outside.size, f"{what}: a weight of {outside[:1].sum():.4f} is outside [0, 1]")
        first = np.array([row[real][0] for row, real in zip(own, blended, strict=True) if real.any()])
        between(len(first), 0.6 * calls, calls, f"{what}: calls of {calls} that blended anything")
        seen_spread, spread = float(np.abs(2 * first - 1).mean()), spread_of(alpha)
        low, top = (spread - 0.1, spread + 0.1) if alpha < 2 else (0.01, spread + 0.05)
        pure = "most blends should be nearly pure" if spread > 0.7 else "more blends should be nearly pure"
        told = pure if seen_spread < spread else "blends should be more even"
        between(seen_spread, low, top, f"{what}: {told}; mean distance between the two weights of a blend")
        between(
            float(first.mean()), 0.3 if alpha < 0.5 else 0.4, 1, f"{what}: mean weight of the own image",
            hint="Beta(alpha, alpha) favors neither side, and with max(w, 1 - w) the own image dominates.",
        )  # fmt: skip


@points(1, hint="Return early for alpha = 0, as Beta(0, 0) does not exist; a lone image has nobody but itself.")
def test_nothing_to_mix(observe, draw):
    """alpha = 0 and a batch of one change nothing."""
    images, labels = uniform(draw, N, 2, 3, 4), one_hot(draw.integers(0, 4, N), 4)
    alpha = draw.uniform(0.8, 1.25)
    wide, half = images.astype(np.float64), images.astype(np.float16)
    cases = {
        "alpha = 0": (images, labels, 0.0, 3),
        "alpha = 0, float64 images": (wide, labels, 0.0, 3),
        "alpha = 0, float16 images, float64 labels": (half, labels.astype(np.float64), 0.0, 3),
        "a batch of one image": (images[:1], labels[:1], alpha, 3),
        "a batch of one float64 image": (wide[:1], labels[:1], alpha, 3),
    }
    control = (images, labels, alpha, 20)
    *seen, last = answers(observe.each(mix, [*cases.values(), control]), 6)
    mixed, _ = pairs(last, 20, images, labels)
    moved = np.nanmax(np.abs(mixed - images))
    require(moved > 0.01, "alpha near 1: 8 images came back unchanged from 20 calls, so nothing is ever mixed")
    for (what, (images, labels, *_)), answer in zip(cases.items(), seen, strict=True):
        for pair in answers(answer, 3):
            mixed, soft = two(pair)
            shaped(mixed, images.shape, f"{what}: images", str(images.dtype))
            shaped(soft, labels.shape, f"{what}: labels", str(labels.dtype))
            close(mixed, images, f"{what}: images must come back as they were", 1e-5, 1e-6)
            close(soft, labels, f"{what}: labels must come back as they were", 1e-5, 1e-6)


@points(1, hint="Check alpha, the two lengths and the dtype of the labels before anything else is done.")
def test_refusals(observe, draw):
    """A negative alpha, integer labels and another number of labels are refused."""
    rows = one_hot(draw.permutation([0, 1, 2, 0]), 3)
    alpha = float(draw.uniform(0.1, 0.9))
    good = [(4, rows, alpha), (1, rows[:1], alpha), (4, rows[[0, 0, 0, 0]], alpha)]
    what = "mixup of so many images, labels, alpha"
    observe.refuses(try_mix, [(4, rows, -alpha), (4, rows, -2.0), (1, rows[:1], -alpha)], good, ValueError, what)
    whole = [rows.astype(kind) for kind in ("int64", "int32", "uint8")] + [rows.argmax(1)]
    bad = [(len(labels), labels, weight) for labels in (*whole, whole[0][:1]) for weight in (alpha, 0.0)]
    observe.refuses(try_mix, bad, good, ValueError, f"{what} (integer labels)")
    bad = [(4, rows[:3], alpha), (3, rows, alpha), (4, rows[:1], alpha), (1, rows, alpha), (4, rows[:3], 0.0)]
    observe.refuses(try_mix, bad, good, ValueError, f"{what} (as many labels as images)")
