"""ex03: the pixels say what was pasted from where; the labels have to say the same."""

import numpy as np
from probe import boxes, coded, origins

from grader.suite import Raised, answers, close, may_fail, one_hot, points, same

SOFT = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.0, 0.4, 0.6], [0.5, 0.25, 0.25]], dtype="float32")

# name: (images, labels, alpha, number of calls); each call mixes a clone.
CASES = {
    "12×12": (coded(4, 3, 12, 12), one_hot(range(4), 4), 1.0, 12),
    "6×10": (coded(4, 1, 6, 10), one_hot(range(4), 4), 1.0, 130),
    "15×9": (coded(4, 2, 15, 9), one_hot(range(4), 4), 1.0, 12),
    "one class": (coded(4, 1, 8, 8), one_hot([1, 1, 1, 1], 3), 1.0, 8),
    "soft labels": (coded(4, 1, 8, 8), SOFT, 1.0, 8),
    "float64": (coded(4, 1, 8, 8, "float64"), one_hot(range(4), 4).astype("float64"), 1.0, 2),
    "one image": (coded(1, 2, 8, 8), one_hot([2], 4), 1.0, 5),
    "large alpha": (coded(4, 1, 24, 32), one_hot(range(4), 4), 10_000.0, 30),
    "small alpha": (coded(20, 1, 8, 12), one_hot(range(20), 20), 0.05, 90),
}


# Scenarios


def mix(module, images, labels, alpha, calls):
    return [module.cutmix(images.clone(), labels.clone(), alpha) for _ in range(calls)]


def mix_and_look_back(module, images, labels, calls):
    """Mixes the same tensors again and again; what came out, and what became of the tensors."""
    return [module.cutmix(images, labels) for _ in range(calls)], images, labels


def call(module, images, labels, alpha):
    module.cutmix(images, labels, alpha)


# What the examiner saw


class Mixes:
    """The answers to all CASES, asked in one go."""

    def __init__(self, observe):
        self.observe = observe
        every = answers(observe.each(mix, list(CASES.values())), len(CASES))
        self.seen = dict(zip(CASES, every, strict=True))

    def results(self, name):
        """The mixed images (D,N,C,H,W) and labels (D,N,K) of a case's D calls."""
        images, labels, _, calls = CASES[name]
        seen = self.seen[name]
        if isinstance(seen, Raised):
            seen = self.observe(mix, *CASES[name])  # alone, so that the learner is shown where it was raised
        for pair in answers(seen, calls):
            in_form(pair, images, labels, f"{name}: ")
        return np.stack([mixed for mixed, _ in seen]), np.stack([soft for _, soft in seen])

    def origins(self, name):
        """For each pixel (D,N,C,H,W): the image, channel, row and column that it was taken from."""
        return origins(self.results(name)[0], CASES[name][0])

    def sources(self, name):
        """For each pixel (D,N,C,H,W): the image that it was taken from, and whether it was pasted from another one."""
        source = self.origins(name)[0]
        pasted = source != np.arange(len(CASES[name][0])).reshape(-1, 1, 1, 1)
        assert pasted.any(), f"{name}: in {len(pasted)} calls not one pixel was pasted"
        return source, pasted

    def kept(self, name):
        """The share of its own pixels that each image (D,N) kept."""
        return 1 - self.sources(name)[1].mean((2, 3, 4))


def in_form(pair, images, labels, told):
    """Two arrays of the right shapes."""
    both = isinstance(pair, (list, tuple)) and len(pair) == 2
    assert both, (
        f"{told}cutmix must return (images, labels), saw {'one tensor' if hasattr(pair, 'shape') else type(pair)}"
    )
    for what, part, given in zip(("images", "labels"), pair, (images, labels), strict=True):
        shape = getattr(part, "shape", None)
        assert shape == given.shape, f"{told}the mixed {what} must have shape {given.shape}, saw {shape or type(part)}"


def label_problem(mixes, name):
    """What is wrong with the labels of a case, told by its worst row; empty if they are right."""
    images, labels, _, _ = CASES[name]
    source, _ = mixes.sources(name)
    _, soft = mixes.results(name)
    shown = np.stack([(source == i).mean((2, 3, 4)) for i in range(len(images))], axis=-1)  # (D,N,N)
    gap = np.nan_to_num(np.abs(soft - shown @ labels), nan=np.inf)
    if gap.max() < 1e-4:
        return ""
    draw, row, column = np.unravel_index(gap.argmax(), gap.shape)
    label, share = soft[draw, row], shown[draw, row]
    numbers = label[column], (share @ labels)[column], label.sum()
    says, shows, total = (f"{number:.2f}" if gap.max() > 0.01 else f"{number:.4f}" for number in numbers)
    images_are_classes = np.array_equal(labels, np.eye(len(images)))
    what = "image" if images_are_classes else "class"
    told = f"{name}: in image {row} the label says {says} of {what} {column}, the picture shows {shows}"
    stranger = (label > 1e-3) & (share @ labels < 1e-6)
    if abs(label.sum() - 1) > 1e-3:
        return f"{told}; the label row sums to {total}: mix whole label rows"
    if not images_are_classes:
        return f"{told}; mix whole label rows"
    if np.allclose(label, labels[row], atol=1e-3):
        return f"{told}; a mixed picture needs a mixed label"
    if stranger.any():
        return f"{told}; the label names image {stranger.argmax()}, which is not in the picture"
    if np.allclose(np.sort(label), np.sort(share), atol=1e-3):
        return f"{told}; the weights are swapped: the label names the pasted image, the picture shows the other"
    return told


@points(1, hint="The mixed batch has the form of the batch that came in, labels included.")
def test_form(observe):
    """Images and labels keep their shapes and dtypes."""
    mixes = Mixes(observe)
    for name in ("12×12", "float64"):
        for part, given in zip(mixes.results(name), CASES[name][:2], strict=True):
            same(part.dtype.name, given.dtype.name, f"{name}: dtype of what came back for {given.shape}")
    mixes.sources("12×12")


@points(3, hint="Which λ does the label need: the one that was drawn, or the one that the clipped box realized?")
def test_labels(observe):
    """Each label equals the share of pixels really pasted."""
    mixes = Mixes(observe)
    problems = {name: label_problem(mixes, name) for name in ("12×12", "6×10", "15×9")}
    problem = next(filter(None, problems.values()), "")
    only_square = [bool(one) for one in problems.values()] == [False, True, True]
    assert not problem, f"{problem}{' (right on 12×12: rows go with H, columns with W)' if only_square else ''}"
    problem = label_problem(mixes, "one class") or label_problem(mixes, "soft labels")
    assert not problem, problem


@points(1, hint="Copy images[partner][:, :, y1:y2, x1:x2] into the same rows and columns.")
def test_rectangle(observe):
    """The pasted region is one rectangle, and pixels stay in place."""
    mixes = Mixes(observe)
    for name in ("12×12", "6×10", "15×9"):
        _, _, row, column = mixes.origins(name)
        height, width = row.shape[3:]
        moved = (row != np.arange(height)[:, None]) | (column != np.arange(width))
        assert not moved.any(), (
            f"{name}: a pixel pasted at row {np.argwhere(moved)[0][3]}, column {np.argwhere(moved)[0][4]} stands at row"
            f" {row[moved][0]}, column {column[moved][0]} of its own image; pixels stay in their place"
        )
        pasted = mixes.sources(name)[1].any(2)
        y1, y2, x1, x2 = boxes(pasted).T
        area, count = (y2 - y1 + 1) * (x2 - x1 + 1), pasted.sum((2, 3))
        count = count[count > 0]
        holes = int((area != count).argmax())
        assert (area == count).all(), (
            f"{name}: the pasted pixels are no full rectangle, {count[holes]} of them lie in a frame of {area[holes]}"
        )


@points(1, hint="One box cuts through all channels: images[:, :, y1:y2, x1:x2].")
def test_channels(observe):
    """All channels are cut alike."""
    mixes = Mixes(observe)
    source, _ = mixes.sources("12×12")
    _, channel, _, _ = mixes.origins("12×12")
    unlike = (source != source[:, :, :1]).any((0, 1, 3, 4))
    assert not unlike.any(), f"channel {int(unlike.argmax())} was cut elsewhere than channel 0, or from another image"
    assert (channel == np.arange(3).reshape(-1, 1, 1)).all(), "pixels moved from one channel to another"


@points(1, hint="Each image has one partner, taken from the batch as it came in, for its pixels and for its label.")
def test_sources(observe):
    """An image mixes at most two sources, and its label still sums to 1."""
    mixes = Mixes(observe)
    for name in ("12×12", "6×10"):
        source, _ = mixes.sources(name)
        count = sum((source == i).any((2, 3, 4)).astype(int) for i in range(4))
        assert count.max() <= 2, (
            f"{name}: an image holds pixels of {count.max()} images; paste from the batch as it came in"
        )
    for name in ("12×12", "6×10", "one class", "soft labels"):
        total = mixes.results(name)[1].sum(2)
        close(total, np.ones_like(total), f"{name}: sum of each label row", 0, 1e-4)


@points(1, hint="The area of the box is the product of its two sides. Which side gives the area (1 − λ)·H·W?")
def test_sides(observe):
    """The sides of the box follow √(1−λ)."""
    mixes = Mixes(observe)
    _, pasted = mixes.sources("large alpha")
    kept = mixes.kept("large alpha")
    told = "alpha 10000, so λ is about ½ and the sides of a whole box about 0.71 of the image's"
    assert kept.min() >= 0.43, f"{told}: an image kept only {kept.min():.2f} of its pixels; the box is too large"
    y1, y2, x1, x2 = boxes(pasted.any(2)).T
    # A box is cut to less than 0.58 of a side with probability < 0.48 per call: in all 30 calls with less than 1e-9.
    may_fail(2e-9)
    for side, longest in (("height", (y2 - y1 + 1).max() / 24), ("width", (x2 - x1 + 1).max() / 32)):
        assert longest >= 0.58, (
            f"{told}: in 30 calls no box was higher or wider than {longest:.2f} of the image's {side};"
            " the patches are far too small: the area is the product of both sides"
        )


@points(1, hint="λ is drawn from Beta(alpha, alpha), anew in each call.")
def test_alpha(observe):
    """alpha decides the spread of λ."""
    mixes = Mixes(observe)
    kept = mixes.kept("large alpha")
    for share in (kept.min(), kept[kept < 1].max()):
        told = f"alpha 10000 draws λ near ½ every time, but an image kept {share:.2f} of its pixels"
        assert 0.43 <= share <= 0.92, told  # a box centered on a corner still covers an eighth of the image
    little = (mixes.kept("small alpha") > 0.97).mean()
    # Right answers average 0.41 or more; 90 calls with 0.10 or less have a chance below 1e-9 (Chernoff).
    may_fail(1e-9)
    assert little > 0.1, (
        "alpha 0.05 draws λ near 0 or near 1, so at least 0.4 of the images should keep nearly all their pixels;"
        f" in 90 calls {little:.2f} of them did"
    )


@points(1, hint="Draw the center from all rows 0..H-1 and all columns 0..W-1, the two independently.")
def test_moves(observe):
    """The box moves over all rows and columns."""
    mask = Mixes(observe).sources("6×10")[1].any(2)
    box = boxes(mask)
    different = len(np.unique(box, axis=0))
    assert different >= 8, f"6×10: 130 calls pasted into only {different} different boxes"
    # The rarest row or column is part of a box in at least 0.14 of the calls: missed by all 130 with less than 3e-9.
    for what, lines in (("row", mask.any((0, 1, 3))), ("column", mask.any((0, 1, 2)))):
        never = np.flatnonzero(~lines).tolist()
        assert not never, (
            f"6×10: in 130 calls {what} {', '.join(map(str, never))} was never part of a box;"
            " images are (N, C, H, W): rows go with H = 6, columns with W = 10"
        )
    y, x = box[:, 0] + box[:, 1] - 5, box[:, 2] + box[:, 3] - 9
    # Each of these corners holds the middle of a box in at least 0.15 of the calls.
    for corner, there in (("upper right", (y < 0) & (x > 0)), ("lower left", (y > 0) & (x < 0))):
        assert there.any(), (
            f"6×10: in 130 calls no box had its middle in the {corner}; draw row and column independently"
        )


@points(1, hint="Check the arguments first; a batch of one is its own partner.")
def test_refuses(observe):
    """A batch of one comes back as it is; bad input is refused."""
    for mixed, soft in zip(*Mixes(observe).results("one image"), strict=True):
        same(mixed, CASES["one image"][0][0:1], "batch of one: mixed image, against the image itself")
        close(soft, CASES["one image"][1], "batch of one: its label")
    images, labels = CASES["12×12"][:2]
    bad = [
        (images, labels, 0.0), (images, labels, -1.0), (images[0], labels, 1.0), (images, labels[0], 1.0),
        (images[:3], labels, 1.0), (images, labels[:3], 1.0), (images, labels.astype("int64"), 1.0),
        (images, np.arange(4), 1.0),
    ]  # fmt: skip
    good = [(images, labels, 0.5), (images[:3], labels[:3], 1.0)]
    observe.refuses(call, bad=bad, good=good, error=ValueError, what="cutmix(images, labels, alpha)")


@points(1, hint="Write into images.clone(), never into images.")
def test_batch(observe):
    """The caller's batch is left alone."""
    images, labels = CASES["12×12"][:2]
    seen, images_after, labels_after = answers(observe(mix_and_look_back, images, labels, 10), 3)
    for pair in answers(seen, 10):
        in_form(pair, images, labels, "")
    changed = np.not_equal(images_after, images)
    rows = changed.any((1, 2, 3)).sum() if changed.shape == images.shape else len(images)
    assert not changed.any(), (
        f"your input batch changed in {rows} of {len(images)} images: cutmix wrote into it, and whoever uses the batch"
        " again finds it already mixed"
    )
    same(labels_after, labels, "the label tensor that was handed in, after the calls")
    source, *_ = origins(np.stack([mixed for mixed, _ in seen]), images)
    assert (source != np.arange(4).reshape(-1, 1, 1, 1)).any(), "in 10 calls not one pixel was pasted"
