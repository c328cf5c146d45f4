"""ex11: pictures of known colors and slopes pass through both pipelines; here normalization, validation, arguments."""

import numpy as np
from looks import look
from pixels import MEAN, OFF, STD, center, close_or_known, pixels, plain, resized, scale_of, slopes, upright

from grader.suite import Raised, answers, close, points, require, shaped


def build(module, size, resize):
    module.make_transforms(size, resize)


def slips_of(mean, std):
    """What people make of values (3,) in 0 ... 1 instead of (v - mean) / std, by name."""
    mean, std = np.array(mean), np.array(std)
    return {
        "the value itself, not normalized": lambda v: v,
        "divided by 255 twice": lambda v: (v / 255 - mean) / std,
        "not divided by 255": lambda v: (255 * v - mean) / std,
        "divided by 256": lambda v: (255 / 256 * v - mean) / std,
        "divided by the variance": lambda v: (v - mean) / std**2,
        "normalized twice": lambda v: ((v - mean) / std - mean) / std,
        "multiplied by std": lambda v: (v - mean) * std,
        "only the mean subtracted": lambda v: v - mean,
        "only divided by std": lambda v: v / std,
        "mean 0.5 and std 0.5": lambda v: (v - 0.5) / 0.5,
        "blue, green, red": lambda v: (v[::-1] - mean) / std,
        "mean and std in the order blue, green, red": lambda v: (v - mean[::-1]) / std[::-1],
        "red's mean and std for all": lambda v: (v - mean[0]) / std[0],
        "clamped to -1 ... 1": lambda v: np.clip((v - mean) / std, -1, 1),
        "0, the picture's own mean subtracted": lambda v: 0 * v,
        "the constants of ImageNet": lambda v: (v - MEAN) / STD,
    }


def why_outside(observe, pictures, color, side):
    """Why a view has numbers that no normalized picture has: (in words, hint), as plain pictures tell with all off."""
    (seen,) = observe.each(look, [(OFF, pictures)])
    if isinstance(seen, Raised) or not isinstance(seen, dict) or len(seen.get(side, ())) != 5:
        return "", ""
    found = [view[0][:, 16, 16].astype(float) for view in seen[side][2:] if np.shape(view[0]) == (3, 32, 32)]
    values = (np.ones(3), np.zeros(3), color / 255)
    if len(found) == 3 and np.allclose(found, [(v - MEAN) / STD for v in values], atol=0.02):
        return " (with all randomness off they are right)", "Values stay within 0 ... 1: clip them after the jitter."
    for words, slip in slips_of(MEAN, STD).items():
        if len(found) == 3 and np.allclose(found, [slip(v) for v in values], atol=0.02):
            return f" ({words})", ""
    return "", ""


@points(2, hint="Last come the conversion to a float tensor, which divides by 255 once, and after it Normalize.")
def test_normalized_tensors(observe, draw):
    """Both give a normalized float32 tensor of the asked size."""
    color = draw.integers(40, 220, 3)
    pictures = [slopes(draw, 48, 64), slopes(draw, 64, 48), plain(255), plain(0), plain(color)]
    names = ("48×64", "64×48", "white", "black", f"plain {color.tolist()}")
    for size, options in ((32, {}), (24, {"size": 24, "resize": 40})):
        (seen,) = observe.each(look, [(options, pictures)])
        early = (
            isinstance(seen, Raised)
            and seen.is_a(TypeError)
            and ("Tensor Image" in seen.message or "PIL" in seen.message)
        )
        told = f"TypeError: {getattr(seen, 'message', '')}: Normalize works on tensors, convert first"
        require(not early, told, "The conversion to a tensor comes before Normalize.")
        seen = observe(look, options, pictures)
        for side in ("train", "val"):
            for (view,), name in zip(answers(seen[side], 5), names, strict=True):
                what = f"{side}, {name} picture"
                view = shaped(view, (3, size, size), what, "float32")
                low, high = float(view.min()), float(view.max())
                told = f"{what}: numbers from {low:.3f} to {high:.3f}, but a normalized picture has -2.118 to 2.640"
                within = -2.119 <= low <= high <= 2.641
                why, hint = ("", "") if within else why_outside(observe, pictures, color, side)
                require(within, f"{told}{why}", hint)
                first = answers(seen[side], 5)[0][0]
                repeats = name != names[0] and np.array_equal(view, first)
                require(not repeats, f"{what}: the same numbers as for the {names[0]} picture before it")
    whites = answers(answers(observe(look, {"jitter": 0.3}, [plain(250)], trains=24)["train"], 1)[0], 24)
    high = max(float(shaped(view, (3, 32, 32), "train, a nearly white picture").max()) for view in whites)
    told = f"train, jitter 0.3, a nearly white picture: numbers up to {high:.3f}, but white is 2.640 at most"
    require(high <= 2.641, told, "Values stay within 0 ... 1 before the normalization: clip them after the jitter.")
    seen = observe(look, OFF, pictures)
    for side, within in (("val", 0.008), ("train", 0.03)):
        views = answers(seen[side], 5)[2:]
        for (view,), value, name in zip(views, (np.ones(3), np.zeros(3), color / 255), names[2:], strict=True):
            slips = {words: slip(value) for words, slip in slips_of(MEAN, STD).items()}
            what = f"{side}, {name} picture, red green blue in the middle"
            close_or_known(view[:, 16, 16].astype(float), (value - MEAN) / STD, slips, what, within)


@points(1, hint="No transform whose name starts with Random, and no ColorJitter, in the second pipeline.")
def test_validation_is_repeatable(observe, draw):
    """Validation is repeatable bit for bit."""
    color = draw.integers(40, 220, 3)
    pictures = [slopes(draw, 40, 40), plain(color)]
    seen = observe(look, {}, pictures, trains=16, vals=16)
    views, plains = (answers(part, 16) for part in answers(seen["val"], 2))
    different = sum(not np.array_equal(view, views[0]) for view in views[1:])
    trains = answers(answers(seen["train"], 2)[0], 16)
    swapped = all(np.array_equal(view, trains[0]) for view in trains)
    told = f"two looks at one validation image differ, {different} of 15 times: val is random"
    told += ", and train is not: is it the pair (train, val), in this order?" if swapped else ""
    require(different == 0, told)
    got = pixels(plains[0], 32, scale_of(observe, "val"), "val")[:, 16, 16]
    what = f"val, a plain picture of {color.tolist()} after another picture, in pixel values 0 to 1"
    close(got, color / 255, what, rtol=0, atol=0.03)


@points(2, hint="Resize with one number, resize and not size, then CenterCrop(size).")
def test_validation_is_resize_and_center_crop(observe, draw):
    """Validation = resize short side, center crop."""
    shapes = ((48, 64), (64, 48), (40, 40), (90, 54), (24, 32))
    pictures, scale = [slopes(draw, *shape) for shape in shapes], scale_of(observe, "val")
    for size, resize, options in ((32, 36, {}), (24, 42, {"size": 24, "resize": 42})):
        seen = answers(observe(look, options, pictures)["val"], 5)
        for picture, (view,), (h, w) in zip(pictures, seen, shapes, strict=True):
            target = (resize * h // min(h, w), resize * w // min(h, w))
            what = f"{h}×{w} picture, size {size}, resize {resize}, in pixel values 0 to 1"
            got, whole = pixels(view, size, scale, what), resized(picture, *target)
            squashed = f"{h}×{w} was squashed: give Resize one number"
            slips = {} if h == w else {squashed: center(resized(picture, resize, resize), size)}
            slips |= {
                "the whole picture, without a center crop" if h == w else squashed + " ": resized(picture, size, size)
            }
            slips |= {"the crop from the top left corner": whole[:, :size, :size]}
            slips |= {"cut before it was resized": center(picture.transpose(2, 0, 1) / 255, size)}
            edges = [got[:, 0], got[:, -1], got[:, :, 0], got[:, :, -1]]
            if any(np.abs(edge).max() < 0.03 for edge in edges):
                what = f"black frame round the validation image, the crop is larger than the picture; {what}"
            close_or_known(got, center(whole, size), slips, what, 0.05)
    noisy = draw.integers(0, 256, (36, 36, 3)).astype(np.uint8)
    ((view,),) = answers(observe(look, {}, [noisy], trains=0)["val"], 1)
    what = "36×36 picture, which the default resize of 36 leaves as it is, in pixel values 0 to 1"
    close(pixels(view, 32, scale, what), center(noisy.transpose(2, 0, 1) / 255, 32), what, rtol=0, atol=0.02)


@points(1, hint="The same last steps on both sides: conversion, then Normalize with the same mean and std.")
def test_both_normalize_alike(observe, draw):
    """Both sides normalize alike."""
    colors = [draw.integers(40, 120, 3), draw.integers(140, 220, 3)]
    seen = observe(look, OFF, [plain(color) for color in colors])
    middles = {side: [upright(view, 32, side)[:, 16, 16] for (view,) in answers(seen[side], 2)] for side in seen}
    dark, light = middles["val"]
    told = f"val gives {dark.round(3).tolist()} for a dark color and {light.round(3).tolist()} for a light one"
    require((dark < light).all(), told)
    for color, train, val in zip(colors, middles["train"], middles["val"], strict=True):
        what = f"same color {color.tolist()}, different numbers in train (expected) and val"
        close(val, train, what, rtol=0, atol=0.03 * max(1.0, float(np.abs(train).max())))


@points(1, hint="Normalize(mean, std) with what the caller gave, in both pipelines.")
def test_own_mean_and_std(observe, draw):
    """Custom mean and std are used."""
    color = draw.integers(40, 220, 3)
    for mean, std in (((0.1, 0.2, 0.3), (0.5, 0.6, 0.7)), ([0.5, 0.5, 0.5], [0.25, 0.5, 0.5])):
        seen = observe(look, {**OFF, "mean": mean, "std": std}, [plain(color)])
        slips = {words: slip(color / 255) for words, slip in slips_of(mean, std).items()}
        for side in ("train", "val"):
            ((view,),) = answers(seen[side], 1)
            what = f"{side}, mean {mean}, std {std}, a plain picture of {color.tolist()}"
            got = upright(view, 32, what)[:, 16, 16]
            close_or_known(got, (color / 255 - mean) / std, slips, what, 0.02)


@points(1, hint="Compare resize and size before the pipelines are made; equal ones fit.")
def test_small_resize_is_refused(observe, draw):
    """resize < size is refused by make_transforms itself."""
    size = int(draw.integers(20, 40))
    bad, good = [(32, 31), (32, 16), (size, size - 1)], [(32, 32), (24, 30), (size, size)]
    observe.refuses(build, bad, good, ValueError, "make_transforms(size, resize)")
