"""ex10: exact tables for the transforms that only reorder or add, statistics for the noise, and who got whose label."""

import numpy as np
import torch

from grader.suite import Raised, answers, between, by_chance, close, may_fail, points, same, uniform

F = np.array([[0, 0, 0, 0, 0], [0, 1, 1, 1, 0], [0, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 0, 0]])
MIRRORED = np.array([[0, 0, 0, 0, 0], [0, 1, 1, 1, 0], [0, 0, 0, 1, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 0]])
TURNED = np.array([[0, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 1, 0, 1, 0], [0, 1, 1, 1, 0], [0, 0, 0, 0, 0]])
BRIGHT = np.where(F, 1.0, 0.3)


# ---- scenarios: run beside the learner's code and only report
def transform(module, calls):
    """The result of each call: the name of a function, an image, and further arguments."""
    return [getattr(module, name)(image.numpy(), *arguments) for name, image, *arguments in calls]


def add_noises(module, image, ones):
    """Two calls without a generator, two that share one, the default spread, no spread, and an image of integers."""
    image, rng = image.numpy(), np.random.Generator(np.random.PCG64(np.random.randint(2**31)))
    return {
        "free": [module.add_noise(image, 0.1) for _ in range(2)],
        "shared": [module.add_noise(image, 0.05, rng) for _ in range(2)],
        "default": [module.add_noise(image)],
        "none": module.add_noise(image, 0.0),
        "integers": module.add_noise(ones.numpy(), 0.1),
    }


def noise_of(module, sigma):
    module.add_noise(np.full((4, 4), 0.5), sigma)


def all_at_once(module, image, images, labels):
    """Extreme brightness and noise, and every argument as it is after all functions have seen it."""
    image, images, labels = image.numpy(), images.numpy(), labels.numpy()
    seen = {"lighter": module.brighten(image, 0.6), "darker": module.brighten(image, -0.5)}
    seen["noisy"] = module.add_noise(image, 1.0)
    module.hflip(image), module.rotate90(image, 2), module.expand(images, labels)
    return {**seen, "arguments": [image, images, labels]}


def as_tensor(module, name, image, *arguments):
    """What `torch.from_numpy` makes of a result."""
    return torch.from_numpy(getattr(module, name)(image.numpy(), *arguments))


def expand(module, images, labels):
    """The larger data set, and both parts as tensors."""
    images, labels = module.expand(images.numpy(), labels.numpy())
    torch.from_numpy(images), torch.from_numpy(labels)
    return {"images": images, "labels": labels}


def expand_shape(module, shape):
    module.expand(np.full(shape, 0.5), np.arange(shape[0]))


# ---- the examiner's side
def naming(what, seen, wrong):
    """`what`, going on with the name of the slip that gives just the picture seen, if one does."""
    for why, values in wrong.items():
        if np.shape(seen) == np.shape(values) and np.allclose(seen, values, atol=1e-5):
            return f"{what}: {why}"
    return what


def quarter_turns(image):
    return [np.rot90(image), np.rot90(image, -1)]


def likeness(copy, image):
    """The correlation of a copy with the image, its mirror image or its turns, whichever fits best."""
    a = copy - copy.mean()
    versions = [v - v.mean() for v in (image, np.fliplr(image), *quarter_turns(image))]
    return max((a * b).sum() / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-9) for b in versions)


def kind(copy, image):
    """Which of the five a copy of this image is, by its numbers."""
    if np.allclose(copy, image, atol=1e-6):
        return "unchanged"
    if np.allclose(copy, np.fliplr(image), atol=1e-6):
        return "mirrored"
    if any(np.allclose(copy, turn, atol=1e-6) for turn in quarter_turns(image)):
        return "turned"
    open_ends = (copy > 0) & (copy < 1)
    delta = np.median((copy - image)[open_ends]) if open_ends.any() else 0
    return "brightness" if np.allclose(copy, np.clip(image + delta, 0, 1), atol=1e-5) else "noisy"


@points(2, hint="Rows come first: img[row, column].")
def test_the_f(observe, draw):
    """The letter F flipped, turned, brightened."""
    letter = F.astype(np.float32)
    calls = [("hflip", letter), ("rotate90", letter), ("brighten", letter, 0.3), ("brighten", F, 0.3)]
    mirrored, turned, bright, whole = answers(observe(transform, calls), 4)
    upside_down = {"the F is upside down": F[::-1], "nothing happened": F}
    close(mirrored, MIRRORED, naming("hflip(F)", mirrored, upside_down), atol=1e-6)
    close(turned, TURNED, naming("rotate90(F)", turned, {"k=1 turns left, this F turned right": np.rot90(F, -1)}))
    for seen, what in ((bright, "brighten(F, 0.3)"), (whole, "brighten(F, 0.3), F as integers 0 and 1")):
        close(seen, BRIGHT, naming(what, seen, {"a pixel of 1.3, not clipped": F + 0.3}), atol=1e-6)

    image = uniform(draw, 4, 6)
    (seen,) = answers(observe(transform, [("hflip", image)]), 1)
    close(seen, np.fliplr(image), "hflip of a random 4×6 image", atol=1e-6)


@points(1, hint="A color image is (H, W, C): mirror axis 1, turn axes 0 and 1, leave axis 2 alone.")
def test_color(observe, draw):
    """Color images flip along width only, turn in the image plane."""
    image = uniform(draw, 4, 6, 3)
    flipped, turned, bright = answers(
        observe(transform, [("hflip", image), ("rotate90", image), ("brighten", image, 0.1)]), 3
    )
    wrong = {"the colors were exchanged, red for blue": image[..., ::-1]}
    close(flipped, image[:, ::-1], naming("hflip of 4×6×3", flipped, wrong), atol=1e-6)
    close(turned, np.rot90(image), "rotate90 of 4×6×3", atol=1e-6)
    close(bright, np.clip(image + 0.1, 0, 1), "brighten of 4×6×3", atol=1e-6)


@points(2, hint="np.rot90(img, k) counts as asked, for every whole k.")
def test_quarter_turns(observe, draw):
    """k counts counter-clockwise quarter turns (k=4, -1)."""
    image, counts = uniform(draw, 4, 6), (1, 2, 3, 4, 5, 0, -1, -2)
    for k, seen in zip(counts, answers(observe(transform, [("rotate90", image, k) for k in counts]), 8), strict=True):
        wrong = {"k=1 turns left, this turned right": np.rot90(image, -k)}
        close(seen, np.rot90(image, k), naming(f"rotate90(img, {k}) of a 4×6 image", seen, wrong), atol=1e-6)


@points(2, hint="rng.normal(0, sigma, img.shape), and no seed inside the function.")
def test_noise(observe):
    """Noise has the asked spread and is new each call."""
    gray, ones = np.full((100, 100), 0.5, dtype=np.float32), np.tile(F, (6, 6))
    seen = observe(add_noises, gray, ones)
    for kind, sigma, count in (("free", 0.1, 2), ("shared", 0.05, 2), ("default", 0.1, 1)):
        for noisy in answers(seen[kind], count):
            same(np.shape(noisy), (100, 100), "noise on a 100×100 image: shape")
            noise = noisy.astype(np.float64) - 0.5
            # Of 10,000 normal numbers the spread is off by 5 % with probability 2e-12, the mean by 0.07 with 3e-12.
            may_fail(5e-12)
            between(float(noise.std() / sigma), 0.95, 1.05, f"sigma {sigma:g}: spread of the noise divided by sigma")
            between(float(noise.mean() / sigma), -0.07, 0.07, f"sigma {sigma:g}: mean of the noise divided by sigma")
            by_chance(
                int((np.abs(noise) < sigma).sum()), 10_000, 0.682689, f"sigma {sigma:g}: noise within ±sigma", 1e-9
            )
    for kind in ("free", "shared"):
        first, second = seen[kind]
        # Real noise repeats a float32 number at the same place far less often than once in a hundred.
        repeated = int((first == second).sum())
        assert repeated < 100, f"two calls gave the same noise in {repeated} of 10000 pixels: seed nothing inside"
    close(seen["none"], gray, "sigma 0", atol=1e-6)
    same(np.shape(seen["integers"]), (30, 30), "noise on integers: shape")
    # One half of the 900 noises points out of [0, 1] and is clipped away.
    between_ends = int(((seen["integers"] > 0) & (seen["integers"] < 1)).sum())
    assert between_ends, "the noise was rounded to 0 on an image of the integers 0 and 1"
    by_chance(between_ends, 900, 0.5, "integers 0 and 1: pixels moved away from both", 1e-9)
    observe.refuses(noise_of, [-0.1, -1.0], [0.0, 0.2], ValueError, "add_noise with sigma")


@points(2, hint="np.clip(..., 0, 1) at the end, and + instead of +=.")
def test_range_and_arguments(observe, draw):
    """Everything stays within [0,1]; input untouched."""
    image, images, labels = uniform(draw, 60, 50), uniform(draw, 3, 4, 4), np.array([2, 0, 1])
    seen = observe(all_at_once, image, images, labels)
    for before, after, what in zip(
        (image, images, labels), answers(seen["arguments"], 3), ("the image", "the images", "the labels"), strict=True
    ):
        same(after, before, f"{what} after all calls (no argument may be modified)")
    for name, delta in (("lighter", 0.6), ("darker", -0.5), ("noisy", 0)):
        same(np.shape(seen[name]), (60, 50), f"{name} image: shape")
        low, high = float(seen[name].min()), float(seen[name].max())
        worst = high if high > 1 else low
        assert low >= 0 and high <= 1, f"{name} image: a pixel of {worst:.2g}, outside of [0, 1]"
        if delta:
            close(seen[name], np.clip(image + delta, 0, 1), f"brighten by {delta:g}", atol=1e-6)
    noisy = seen["noisy"].astype(np.float64)
    # With sigma 1 a pixel v ends at 0 or 1 with probability P(z < -v) + P(z > 1 - v), on average over v 0.6312; the
    # 3000 pixels are independent, and the margin of 0.07 is 8 standard deviations.
    ends = float(((noisy == 0) | (noisy == 1)).mean())
    between(ends, 0.56, 0.70, "noise of sigma 1: share of pixels clipped to exactly 0 or 1")


@points(1, hint="A reversed slice is a view with negative strides: .copy() gives it memory of its own.")
def test_tensors(observe, draw):
    """Results can become tensors."""
    image = uniform(draw, 5, 7)
    turns = [(("rotate90", image, k), np.rot90(image, k)) for k in (1, 2, 3)]
    cases = [(("hflip", image), image[:, ::-1]), *turns, (("brighten", image, 0.0), image)]
    cases += [(("add_noise", image, 0.0), image)]
    seen = answers(observe.each(as_tensor, [call for call, _ in cases]), 6)
    for (call, expected), tensor in zip(cases, seen, strict=True):
        stuck = isinstance(tensor, Raised) and "negative" in tensor.message
        assert not stuck, f"{call[0]}: torch.from_numpy refuses negative strides, copy first"
        if isinstance(tensor, Raised):
            tensor = observe(as_tensor, *call)
        close(tensor, expected, f"{call[0]} as a tensor", atol=1e-6)


@points(2, hint="np.concatenate puts block after block; the labels must follow in the same order: np.tile(labels, 5).")
def test_expand(observe, draw):
    """expand gives 5N images with matching labels and keeps the originals."""
    images = uniform(draw, 6, 12, 12)
    labels = draw.permutation(6) + 3
    seen = observe(expand, images, labels)
    same(np.shape(seen["images"]), (30, 12, 12), "6 images of 12×12: shape of the larger set")
    same(np.shape(seen["labels"]), (30,), "6 images: shape of the labels")
    copies = {int(label): [] for label in labels}
    for i, (copy, label) in enumerate(zip(seen["images"], seen["labels"], strict=True)):
        assert int(label) in copies, f"image {i} has the label {label}, which no original has"
        source = int(np.argmax([likeness(copy, image) for image in images]))
        owner = int(np.flatnonzero(labels == label)[0])
        assert source == owner, f"image {i} comes from image {source}, but got the label of image {owner}"
        copies[int(label)].append(kind(copy, images[source]))
    wanted = sorted(["unchanged", "mirrored", "turned", "noisy", "brightness"])
    for label, kinds in copies.items():
        told = f"the copies of the image with label {label} are {', '.join(sorted(kinds)) or 'missing'}"
        assert sorted(kinds) == wanted, f"{told}; expected {', '.join(wanted)}"
    observe.refuses(
        expand_shape, [((2, 4, 6),), ((3, 5, 4),)], [((2, 4, 4),), ((1, 5, 5),)], ValueError, "expand images of shape"
    )
