"""ex03: the pixels say what was pasted from where; the labels have to say the same."""

import numpy as np
from mixes import Mixes, paired
from probe import boxes, coded

from grader.suite import Raised, answers, close, may_fail, one_hot, points, public, require, same, shaped

SIZES = {"12×12": (4, 3, 12, 12), "6×10": (4, 1, 6, 10), "15×9": (4, 2, 15, 9)}


# Scenarios


def mix(module, images, labels, alpha, calls):
    return [module.cutmix(images.clone(), labels.clone(), alpha) for _ in range(calls)]


def mix_by_default(module, images, labels, calls):
    return [module.cutmix(images.clone(), labels.clone()) for _ in range(calls)]


def mix_and_look_back(module, images, labels, calls):
    """Mixes the same tensors again and again; what came out, and what became of the tensors."""
    return [module.cutmix(images, labels) for _ in range(calls)], images, labels


def call(module, images, labels, alpha):
    module.cutmix(images, labels, alpha)


# What the examiner saw


def mixed(observe, name, images, labels=None, alpha=1.0, calls=12):
    """The mixes of so many calls; without labels each image is a class of its own."""
    labels = one_hot(range(len(images)), len(images)) if labels is None else labels
    return Mixes(name, images, labels, observe(mix, images, labels, alpha, calls))


@points(1, hint="The mixed batch has the form of the batch that came in, labels included.")
@public
def test_form(observe, draw):
    """Images and labels keep their shapes and dtypes."""
    # verify: ignores zero (values are judged by the other tests)
    # verify: ignores flipped (values are judged by the other tests)
    pasted = False
    for image_type, label_type in np.array(np.meshgrid(*[["float32", "float64"]] * 2)).T.reshape(-1, 2):
        images = coded(draw, 4, 3, 12, 10, image_type)
        labels = one_hot(range(4), 5).astype(label_type)
        name = f"images of {image_type}, labels of {label_type}"
        for pair in answers(observe(mix, images, labels, 1.0, 4), 4):
            paired(pair, name)
            shaped(pair[0], images.shape, f"{name}: the mixed images", dtype=str(image_type))
            shaped(pair[1], labels.shape, f"{name}: the mixed labels", dtype=str(label_type))
            kind = type(pair).__name__
            require(isinstance(pair, tuple), f"{name}: cutmix must return a tuple (images, labels), saw a {kind}")
            require(np.isfinite(pair[0]).all() and np.isfinite(pair[1]).all(), f"{name}: NaN or infinity came back")
            pasted = pasted or (pair[0] != images).any()
    require(pasted, "in 16 calls not one pixel was pasted")


@points(3, hint="Which λ does the label need: the one that was drawn, or the one that the clipped box realized?")
def test_labels(observe, draw):
    """Each label equals the share of pixels really pasted."""
    problems = {name: mixed(observe, name, coded(draw, *size)).label_problem() for name, size in SIZES.items()}
    problem = next(filter(None, problems.values()), "")
    only_square = [bool(one) for one in problems.values()] == [False, True, True]
    require(not problem, f"{problem}{' (right on 12×12: rows go with H, columns with W)' if only_square else ''}")
    soft = draw.dirichlet(np.ones(3), 4).astype("float32")
    for name, labels in (("one class", one_hot([1, 1, 1, 1], 3)), ("soft labels", soft)):
        problem = mixed(observe, name, coded(draw, 4, 1, 8, 8), labels).label_problem()
        require(not problem, problem)


@points(1, hint="Copy images[partner][:, :, y1:y2, x1:x2] into the same rows and columns.")
def test_rectangle(observe, draw):
    """The pasted region is one rectangle, and pixels stay in place."""
    for name, size in SIZES.items():
        mixes = mixed(observe, name, coded(draw, *size))
        pasted = mixes.replaced().any(2)
        y1, y2, x1, x2 = boxes(pasted).T
        area, count = (y2 - y1 + 1) * (x2 - x1 + 1), pasted.sum((2, 3))
        count = count[count > 0]
        holes = int((area != count).argmax())
        told = (
            f"{name}: the pasted pixels are no full rectangle, {count[holes]} of them lie in a frame of {area[holes]}"
        )
        require((area == count).all(), told)
        _, _, row, column = mixes.origins()
        moved = (row != np.arange(size[2])[:, None]) | (column != np.arange(size[3]))
        if moved.any():
            _, _, _, y, x = np.argwhere(moved)[0]
            raise AssertionError(
                f"{name}: a pixel pasted at row {y}, column {x} stands at row {row[moved][0]}, column"
                f" {column[moved][0]} of its own image; pixels stay in their place"
            )


@points(1, hint="One box cuts through all channels: images[:, :, y1:y2, x1:x2].")
def test_channels(observe, draw):
    """All channels are cut alike."""
    mixes = mixed(observe, "12×12", coded(draw, 4, 5, 12, 12))
    unlike = (mixes.replaced() != mixes.replaced()[:, :, :1]).any((0, 1, 3, 4))
    require(not unlike.any(), f"channel {int(unlike.argmax())} was cut elsewhere than channel 0")
    source, channel, _, _ = mixes.origins()
    unlike = (source != source[:, :, :1]).any((0, 1, 3, 4))
    require(not unlike.any(), f"channel {int(unlike.argmax())} was pasted from another image than channel 0")
    require((channel == np.arange(5).reshape(-1, 1, 1)).all(), "pixels moved from one channel to another")


@points(1, hint="Each image has one partner, taken from the batch as it came in, for its pixels and for its label.")
def test_sources(observe, draw):
    """An image mixes at most two sources, and its label still sums to 1."""
    for name in ("12×12", "6×10"):
        source, *_ = mixed(observe, name, coded(draw, *SIZES[name])).origins()
        count = sum((source == i).any((2, 3, 4)).astype(int) for i in range(4))
        told = f"{name}: an image holds pixels of {count.max()} images; paste from the batch as it came in"
        require(count.max() <= 2, told)
    soft = draw.dirichlet(np.ones(3), 4).astype("float32")
    for name, labels in (("one-hot", None), ("one class", one_hot([1, 1, 1, 1], 3)), ("soft labels", soft)):
        total = mixed(observe, name, coded(draw, 4, 1, 8, 8), labels).soft().sum(2)
        close(total, np.ones_like(total), f"{name}: sum of each label row", rtol=0, atol=1e-4)


@points(1, hint="The area of the box is the product of its two sides. Which side gives the area (1 − λ)·H·W?")
def test_sides(observe, draw):
    """The sides of the box follow √(1−λ)."""
    mixes = mixed(observe, "24×32", coded(draw, 4, 1, 24, 32), alpha=10_000.0, calls=100)
    pasted = mixes.replaced().any(2)
    told = "alpha 10000, so λ is about ½ and the sides of a whole box about 0.71 of the image's"
    y1, y2, x1, x2 = boxes(pasted).T
    # A box shows 0.58 of a side with a chance of 0.3 or more: never in 100 calls with less than 1e-15.
    may_fail(1e-14)
    for side, size, every in (("height", 24, y2 - y1 + 1), ("width", 32, x2 - x1 + 1)):
        longest = every.max()
        most = int(np.ceil(size * 0.5**0.5)) + 1
        require(
            longest <= most,
            f"{told}: a box of {longest} is too large for the {side} {size}, {most} expected at most",
        )
        require(
            longest >= 0.58 * size,
            f"{told}: in 100 calls no box was higher or wider than {longest / size:.2f} of the image's {side};"
            " the patches are far too small: the area is the product of both sides",
        )
    # All four images are their own partners with a chance of 1/24: in 30 of 100 calls with less than 1e-14.
    may_fail(1e-14)
    nothing = int((~pasted.any((1, 2, 3))).sum())
    require(nothing < 30, f"{told}: in {nothing} of 100 calls no image got a box; mix in every call")


@points(1, hint="λ is drawn from Beta(alpha, alpha), anew in each call.")
def test_alpha(observe, draw):
    """alpha decides the spread of λ."""
    least = mixed(observe, "24×32", coded(draw, 4, 1, 24, 32), alpha=10_000.0, calls=30).kept().min()
    require(least >= 0.39, f"alpha 10000 draws λ near ½ every time, but an image kept only {least:.2f} of its pixels")
    kept = mixed(observe, "8×12", coded(draw, 6, 1, 8, 12), alpha=0.05, calls=450).kept()
    # Right answers average 0.41 or more; 450 calls with 0.25 or less have a chance below 1e-10 (Chernoff). A constant λ
    # has its 0.17 from images that are their own partner.
    may_fail(1e-10)
    little = (kept > 0.97).mean()
    told = "alpha 0.05 draws λ near 0 or near 1,"
    require(
        little > 0.25,
        f"{told} so at least 0.4 of the images should keep nearly all their pixels;"
        f" in 450 calls {little:.2f} of them did",
    )
    # λ is near 0 in 0.45 of the calls; a box as large as the image, cut off at random, then leaves less than 0.42 in
    # at least 0.11 of them, wherever its place is drawn from. Who takes the larger of λ and 1 − λ never gets there.
    larger_part = kept.min() >= 0.42
    labels, kept = one_hot(range(16), 16), np.zeros(0)
    for _ in range(3):  # who copies pixel by pixel has the time for 100 calls
        images = coded(draw, 16, 1, 16, 20)
        kept = np.append(
            kept, Mixes("16×20", images, labels, observe(mix_by_default, images, labels, 100)).kept()[:, 0]
        )
    # With alpha 1 an image keeps nearly all its pixels in 0.125 of the calls at most, its own partners included, or in
    # 0.19 of them with the larger of λ and 1 − λ (more than the limits: 1.2e-9 and 3e-11).
    may_fail(2e-9)
    most = 105 if larger_part else 75
    told = "without alpha λ is uniform on [0, 1], so few images should keep nearly all their pixels;"
    require((kept > 0.97).sum() <= most, f"{told} in {(kept > 0.97).sum()} of 300 calls the first image did")


@points(1, hint="Draw the place from all rows and all columns, the two independently, anew in each call.")
def test_moves(observe, draw):
    """The box moves over all rows and columns."""
    mask = mixed(observe, "6×10", coded(draw, *SIZES["6×10"]), calls=250).replaced().any(2)
    box = boxes(mask)
    different = len(np.unique(box, axis=0))
    require(different >= 8, f"6×10: 250 calls pasted into only {different} different boxes")
    # The rarest row or column is part of a box in at least 0.09 of the calls: missed by all 250 with less than 1e-10.
    may_fail(1e-9)
    for what, lines in (("row", mask.any((0, 1, 3))), ("column", mask.any((0, 1, 2)))):
        never = np.flatnonzero(~lines).tolist()
        require(
            not never,
            f"6×10: in 250 calls {what} {', '.join(map(str, never))} was never part of a box;"
            " images are (N, C, H, W): rows go with H = 6, columns with W = 10",
        )
    images = np.flatnonzero(~mask.any((0, 2, 3))).tolist()
    require(not images, f"6×10: in 250 calls image {', '.join(map(str, images))} was never mixed; mix the whole batch")
    y, x = box[:, 0] + box[:, 1] - 5, box[:, 2] + box[:, 3] - 9
    # Each of these corners holds the middle of a box in at least 0.12 of the calls.
    for corner, there in (("upper right", (y < 0) & (x > 0)), ("lower left", (y > 0) & (x < 0))):
        told = f"6×10: in 250 calls no box had its middle in the {corner}; draw row and column independently"
        require(there.any(), told)


@points(1, hint="Check the arguments first; a batch of one is its own partner.")
def test_refuses(observe, draw):
    """A batch of one comes back as it is; bad input is refused."""
    images, labels = coded(draw, 1, 2, 8, 8), draw.dirichlet(np.ones(4), 1).astype("float32")
    (seen,) = observe.each(mix, [(images, labels, 1.0, 5)])
    if isinstance(seen, Raised):
        seen = observe(mix, images, labels, 1.0, 5)  # alone, so that the learner is shown where it was raised
    one = Mixes("batch of one", images, labels, seen)
    for pixels, soft in zip(one.pixels(), one.soft(), strict=True):
        same(pixels, images, "batch of one: mixed image, against the image itself")
        close(soft, labels, "batch of one: its label")
    images, labels = coded(draw, 4, 3, 6, 5), one_hot(range(4), 4)
    bad = [
        (images, labels, 0.0), (images, labels, -1.0), (images[:1], labels[:1], 0.0), (images[:1], labels[:1], -0.5),
        (images[0], labels, 1.0), (images[0, :, :4, :4], labels, 1.0), (images[:, 0], labels, 1.0),
        (images[:, :, 0, 0], labels, 1.0), (images[:, None], labels, 1.0), (images[:1, None], labels[:1], 1.0),
        (images, labels[0], 1.0), (images, labels[:, :, None], 1.0), (images[:1], labels[:1, 0], 1.0),
        (images[:3], labels, 1.0), (images, labels[:3], 1.0), (images, labels[:1], 1.0), (images[:1], labels, 1.0),
        (images, np.arange(4), 1.0), (images[:1], labels[:1].astype("int64"), 1.0),
    ]  # fmt: skip
    bad += [(images, labels.astype(kind), 1.0) for kind in ("int64", "int32", "int16", "int8", "uint8")]
    good = [(images, labels, 0.5), (images[:3], labels[:3], 1.0), (images, labels, 3.0), (images[:2], labels[2:], 0.1)]
    observe.refuses(call, bad=bad, good=good, error=ValueError, what="cutmix(images, labels, alpha)")


@points(1, hint="Write into images.clone(), never into images.")
def test_batch(observe, draw):
    """The caller's batch is left alone."""
    images, labels = coded(draw, 4, 3, 12, 12), one_hot(range(4), 4)
    seen, images_after, labels_after = answers(observe(mix_and_look_back, images, labels, 20), 3)
    changed = shaped(images_after, images.shape, "the image tensor that was handed in, after the calls") != images
    require(
        not changed.any(),
        f"your input batch changed in {changed.any((1, 2, 3)).sum()} of {len(images)} images: cutmix wrote into it, and"
        " whoever uses the batch again finds it already mixed",
    )
    same(labels_after, labels, "the label tensor that was handed in, after the calls")
    every = Mixes("12×12", images, labels, seen)
    every.replaced()
    mixed = [one[0] if isinstance(one, (list, tuple)) and one else one for one in seen]
    kept = [np.mean(one == images) for one in mixed if np.shape(one) == images.shape]
    require(kept and np.mean(kept) > 0.02, "in 20 calls hardly a pixel stayed what it was")
