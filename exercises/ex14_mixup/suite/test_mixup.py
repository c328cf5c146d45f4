"""ex14, mixup: what a blend of lit images shows says with which weights, and of which images, it was made."""

import numpy as np
from blends import DRAWS, N, lit, mix, mix_in_turn, pairs, pixel_weights, soft_rows, some_are_mixed, two

from grader.suite import answers, close, normal, one_hot, points, require, shaped, uniform

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
    kinds = (("float32", "float32"), ("float64", "float32"), ("float32", "float64"), ("float64", "float64"))
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
                close(after, before, f"your input batch changed: the {kind} after the call", rtol=0, atol=0, hint=hint)
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
    every = f"every label gives a share to all {N} images, but a picture shows two at most: blend the rows as they are"
    require(not (soft > 1e-6).all(), f"{every}; {says}")
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
    close(
        soft,
        pixel_weights(mixed, order) @ classes,
        "8 images of 3 classes: label rows, mixed as pixels",
        rtol=0,
        atol=1e-4,
    )
    mixed, soft = pairs(seen[2], DRAWS, images, blurred)
    hint = "The labels given may be soft already: blend their rows as they are."
    close(
        soft,
        pixel_weights(mixed, order) @ blurred,
        "soft input labels: label rows, mixed as pixels",
        rtol=0,
        atol=1e-4,
        hint=hint,
    )


def best_weights(blends, sources):
    """(blends, sources): the weights of the sources that come nearest to each blend, and what they miss."""
    weights = np.linalg.lstsq(sources.T, blends.T, rcond=None)[0].T
    return weights, np.abs(weights @ sources - blends)


def check_pixels(mixed, batch, other):
    """Each mixed image is a weighted sum of whole images of its batch; `other` came in the call before."""
    flat, before = (one.reshape(N, -1).astype(np.float64) for one in (batch, other))
    blends = mixed.reshape(len(mixed) * N, -1).astype(np.float64)
    require(np.isfinite(blends).all(), "a mixed image holds NaN or inf")
    weights, gap = best_weights(blends, flat)
    if gap.max() > 1e-4:
        low, high = float(blends.min()), float(blends.max())
        least, most = float(batch.min()), float(batch.max())
        cut = f"images hold numbers from {least:.2f} to {most:.2f}, all blends lie in [{low:g}, {high:g}]: cut off?"
        hint = "Images may have any range, normalized ones have negative numbers."
        require(low < -1e-6 or high > 1 + 1e-6, cut, hint)
        grid = np.abs(255 * blends - np.round(255 * blends)).max()
        require(grid > 1e-3, "all pixels of all blends are multiples of 1/255: rounded like bytes?")
        both, missed = best_weights(blends, np.concatenate([flat, before]))
        told = "a picture shows an image of the batch of an earlier call; partners come from the same batch"
        require(missed.max() > 1e-4 or np.abs(both[:, N:]).max() < 0.01, told, "Keep nothing from call to call.")
        worst, pixel = np.unravel_index(gap.argmax(), gap.shape)
        place = tuple(int(part) for part in np.unravel_index(pixel, batch.shape[1:]))
        told = f"image {worst % N} of shape {batch.shape[1:]} is no weighted sum of whole images"
        missed = f"the best weights miss pixel {place} by {gap.max():.4f}"
        require(False, f"{told}: {missed}; some of its pixels were mixed with another weight or from another place")
    some_are_mixed(weights)
    close(weights.sum(1), np.ones(len(weights)), "sum of the two weights in each picture", rtol=0, atol=1e-3)


@points(1, hint="The weight is one number for a whole image, whatever its channels and pixels hold.")
def test_every_pixel_has_the_same_weight(observe, draw):
    """Every pixel of an image is mixed with the same weight, and nothing is cut off."""
    labels, alpha = one_hot(range(N), N), draw.uniform(0.8, 1.25)
    # Where channels, rows and columns are as many as images, a weight per image fits the wrong axis without an error.
    shapes = ((2, 6, 9), (N, N, N), (1, 5, 6))
    cases = [([normal(draw, N, *shape) for _ in range(2)], labels, alpha, DRAWS) for shape in shapes]
    for answer, (batches, *_) in zip(answers(observe.each(mix_in_turn, cases), 3), cases, strict=True):
        mixed, _ = pairs(answer, DRAWS, batches[0], labels)
        for k, batch in enumerate(batches):
            check_pixels(mixed[k::2], batch, batches[1 - k])


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


@points(1, hint="Return early for alpha = 0, as Beta(0, 0) does not exist; a lone image has nobody but itself.")
def test_nothing_to_mix(observe, draw):
    """alpha = 0 and a batch of one change nothing."""
    images, labels = uniform(draw, N, 2, 3, 4), one_hot(draw.integers(0, 4, N), 4)
    alpha = draw.uniform(0.8, 1.25)
    wide = images.astype(np.float64)
    cases = {
        "alpha = 0": (images, labels, 0.0, 3),
        "alpha = 0, float64 images": (wide, labels, 0.0, 3),
        "alpha = 0, float64 labels": (images, labels.astype(np.float64), 0.0, 3),
        "a batch of one image": (images[:1], labels[:1], alpha, 3),
        "a batch of one float64 image": (wide[:1], labels[:1], alpha, 3),
    }
    control = (images, labels, alpha, 20)
    *seen, last = answers(observe.each(mix, [*cases.values(), control]), 6)
    mixed, _ = pairs(last, 20, images, labels)
    moved = np.abs(mixed - images)
    moved = moved[np.isfinite(moved)].max(initial=0.0)
    require(moved > 0.01, "alpha near 1: 8 images came back unchanged from 20 calls, so nothing is ever mixed")
    for (what, (images, labels, *_)), answer in zip(cases.items(), seen, strict=True):
        for pair in answers(answer, 3):
            mixed, soft = two(pair)
            shaped(mixed, images.shape, f"{what}: images", str(images.dtype))
            shaped(soft, labels.shape, f"{what}: labels", str(labels.dtype))
            close(mixed, images, f"{what}: images must come back as they were", rtol=1e-5, atol=1e-6)
            close(soft, labels, f"{what}: labels must come back as they were", rtol=1e-5, atol=1e-6)


@points(1, hint="Check alpha, the two lengths and the dtype of the labels before anything else is done.")
def test_refusals(observe, draw):
    """A negative alpha, integer labels and another number of labels are refused."""
    rows = one_hot(draw.permutation([0, 1, 2, 0]), 3)
    alpha = float(draw.uniform(0.1, 0.9))
    good = [(4, rows, alpha), (1, rows[:1], alpha), (4, rows[[0, 0, 0, 0]], alpha)]
    whole = [rows.astype(kind) for kind in ("int64", "int32", "uint8")] + [rows.argmax(1)]
    kinds = {
        "negative alpha": [(4, rows, -alpha), (4, rows, -2.0), (4, rows, -1e-4 * alpha)],
        "integer labels": [(4, labels, alpha) for labels in whole],
        "another number of labels": [(4, rows[:3], alpha), (3, rows, alpha), (4, rows[:1], alpha)],
        "one image, negative alpha": [(1, rows[:1], -alpha)],
        "one image, integer labels": [(1, whole[0][:1], alpha)],
        "one image, more labels": [(1, rows, alpha)],
        "alpha 0, integer labels": [(4, labels, 0.0) for labels in whole],
        "alpha 0, another number of labels": [(4, rows[:3], 0.0), (3, rows, 0.0)],
    }
    for kind, bad in kinds.items():
        observe.refuses(try_mix, bad, good, ValueError, f"mixup of so many images, labels, alpha ({kind})")
