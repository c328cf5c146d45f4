"""ex10: the five-fold data set, each copy recognized by its numbers."""

import numpy as np

from grader.suite import answers, points, require, shaped, uniform

WANTED = ["brightness", "mirrored", "noisy", "turned", "unchanged"]
UNRELATED = "like none of the images"


# ---- scenarios: run beside the learner's code and only report
def expand(module, images, labels):
    """The larger data set as two arrays."""
    images, labels = module.expand(images.numpy().copy(), labels.numpy().copy())
    return [images, labels]


def expand_shape(module, shape):
    module.expand(np.full(shape, 0.5), np.arange(shape[0]))


# ---- the examiner's side
def versions(image):
    return {
        "unchanged": [image],
        "mirrored": [image[:, ::-1]],
        "turned": [np.rot90(image), np.rot90(image, -1)],
        "upside down": [image[::-1]],
        "turned by 180°": [image[::-1, ::-1]],
        "transposed": [image.T, image[::-1, ::-1].T],
    }


def recognized(copy, images):
    """Which image a copy comes from (-1 if none), and by what."""
    every = [(i, name, v) for i, one in enumerate(images) for name, vs in versions(one).items() for v in vs]
    for i, name, version in every:
        if np.allclose(copy, version, atol=1e-6):
            return i, name
    a = copy - copy.mean()
    scores = [
        (a * (v - v.mean())).sum() / (np.linalg.norm(a) * np.linalg.norm(v - v.mean()) + 1e-9) for _, _, v in every
    ]
    best = int(np.argmax(scores))
    i, name, version = every[best]
    if scores[best] < 0.35:  # 400 unrelated numbers never come near that
        return -1, UNRELATED
    change = "noisy"
    steps = np.diff(copy.ravel()[np.argsort(version.ravel())])
    if (steps >= -1e-6).all():  # brighter pixels stay brighter ones: the copy depends on the numbers alone
        change = "brightness" if np.abs(copy - version).max() > 0.01 else "rounded"
    return i, change if name == "unchanged" else f"{name} and {change}"


def data(draw):
    labels = draw.permutation(6) + 3
    return uniform(draw, 6, 20, 20), labels


@points(2, hint="Each of the five copies starts from the original: np.concatenate puts block after block.")
def test_expand_images(observe, draw):
    """expand gives each image five times and keeps the originals."""
    images, labels = data(draw)
    seen = shaped(answers(observe(expand, images, labels), 2)[0], (30, 20, 20), "6 images of 20×20: the larger set")
    low, high = float(seen.min()), float(seen.max())
    outside = f"the larger set has a pixel of {high if high > 1 else low:.2g}, outside of [0, 1]"
    require(low >= 0 and high <= 1, outside, hint="Noise and brightness are clipped here too, above and below.")
    found = [recognized(copy.astype(np.float64), images) for copy in seen]
    strange = [number for number, (source, _) in enumerate(found) if source < 0]
    require(
        not strange, f"image {strange[0] if strange else 0} of the larger set is {UNRELATED}, mirrored, turned or not"
    )
    for source in range(6):
        kinds = sorted(name for i, name in found if i == source)
        told = f"of original {source} there are: {', '.join(kinds) or 'none'}"
        require(kinds == WANTED, f"{told}; expected {', '.join(WANTED)}")


@points(
    1,
    hint="The labels follow the order of the images: np.tile for block after block, np.repeat for five in a row.",
)
def test_expand_labels(observe, draw):
    """expand gives each copy the label of its image."""
    images, labels = data(draw)
    larger, whose = answers(observe(expand, images, labels), 2)
    whose = shaped(whose, (30,), "6 images: the labels")
    larger = shaped(larger, (30, 20, 20), "6 images of 20×20: the larger set")
    known = 0
    for number, (copy, label) in enumerate(zip(larger, whose, strict=True)):
        source, kind = recognized(copy.astype(np.float64), images)
        if source < 0:
            continue
        known += 1
        told = f"image {number} of the larger set is original {source} ({kind}) with label {labels[source]}"
        require(label == labels[source], f"{told}, but got label {label}")
    require(known >= 6, f"only {known} of 30 images can be recognized, too few to compare labels")


@points(1, hint="An array of integers cuts off what is written into it: the larger set needs floats.")
def test_expand_integers(observe, draw):
    """expand works on images of the integers 0 and 1."""
    images = (uniform(draw, 4, 16, 16) < 0.5).astype(np.int64)
    seen = shaped(answers(observe(expand, images, np.arange(4)), 2)[0], (20, 16, 16), "4 images of integers")
    gray = sum(bool(((copy > 0) & (copy < 1)).any()) for copy in seen)
    told = f"of 20 copies of 0-and-1 images, {gray} have pixels between 0 and 1"
    require(gray >= 8, f"{told}, expected at least 8: those with noise and those with another brightness")


@points(1, hint="Compare the second axis with the third.")
def test_expand_square(observe):
    """expand refuses images that are not square."""
    observe.refuses(
        expand_shape,
        bad=[((2, 4, 6),), ((3, 5, 4),), ((4, 4, 6),), ((6, 4, 6),)],
        good=[((2, 4, 4),), ((1, 5, 5),), ((7, 4, 4),), ((4, 4, 4),)],
        error=ValueError,
        what="expand images of shape",
    )
