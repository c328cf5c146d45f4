"""ex12: which window random_crop_same_size cut, and how it came back to the old size."""

import functools

import numpy as np
from probes import outputs
from torch import nn

from grader.suite import Raised, answers, between, close, may_fail, points, require, shaped, uniform


# ---- scenarios: run beside the learner's code and only report
def crop(module, images, size, calls=1):
    return [module.random_crop_same_size(images.clone(), size) for _ in range(calls)]


def crop_for_mlp(module, images, size):
    """Cropped images, what an MLP for images of the old size says to them, and what the call left of its input."""
    mlp = nn.Sequential(nn.Flatten(), nn.Linear(images[0].numel(), 128))
    given = images.clone()
    cropped = module.random_crop_same_size(given, size)
    return cropped, mlp(cropped), given


def try_crop(module, images, size):
    module.random_crop_same_size(images, size)


# ---- the examiner's side
def textured(draw, height, width):
    """(1, 1, height, width): a positive image without a pattern that repeats."""
    image = 0.5 + uniform(draw, height, width)
    image += 2 * np.arange(width) / width + 3 * np.arange(height)[:, None] / height
    return image[None, None].astype(np.float32)


@functools.cache
def between_pixels(size, new_size, way):
    """(new_size, size): the weights that make `size` pixels in a row into `new_size`."""
    new = np.arange(new_size)
    places = {
        "bilinear at the centers": (new + 0.5) * size / new_size - 0.5,
        "bilinear, corners aligned": new * (size - 1) / max(new_size - 1, 1),
        "nearest, rounded down": np.floor(new * size / new_size),
        "nearest center": np.floor((new + 0.5) * size / new_size),
    }[way]
    return np.stack([np.interp(places, np.arange(size), pixel) for pixel in np.eye(size)], axis=1)


def stretched(windows, height, width):
    """(ways, n, height, width): windows (n, k, k) resized in the usual ways."""
    size, ways = windows.shape[-1], ("bilinear at the centers", "bilinear, corners aligned")
    ways += ("nearest, rounded down", "nearest center")
    return np.stack([between_pixels(size, height, way) @ windows @ between_pixels(size, width, way).T for way in ways])


def window_of(out, image, size, what):
    """(row, column) of the window that came back as `out` (H, W), resized or between zeros."""
    height, width = image.shape
    places = [(r, c) for r in range(height - size + 1) for c in range(width - size + 1)]
    windows = np.stack([image[r : r + size, c : c + size] for r, c in places])
    rows, columns = (np.flatnonzero(np.abs(out).max(axis) > 0.01) for axis in (1, 0))
    tight = out[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else out
    if tight.shape != image.shape or size == height == width:
        told = (
            f"{what}: {tight.shape[0]}×{tight.shape[1]} pixels are not 0; a window has {size}×{size}, a resized one all"
        )
        require(tight.shape == (size, size), told)
        gaps = np.abs(tight - windows).max((1, 2))
        told = f"{what}: between the zeros stands no window of the image"
        require(min(gaps) < 1e-3, told)
        return places[int(np.argmin(gaps))]
    gaps = np.abs(out - stretched(windows, height, width)).mean((2, 3)).min(0)
    best = int(np.argmin(gaps))
    # Other ways to resize differ from these by a part of what neighboring pixels differ.
    told = (
        f"{what}: no window of the image, resized, looks like this: it differs by {min(gaps):.2f} per pixel on average"
    )
    require(min(gaps) < 0.25, f"{told} from the likeliest one")
    return places[best]


@points(1, hint="After cutting the window, `F.interpolate(window, size=(height, width))`, or pad it with zeros.")
def test_crop_keeps_the_size(observe, draw):
    """Cropped images still fit the MLP: same shape, same dtype; the images given stay as they are."""
    images = uniform(draw, 64, 1, 28, 28)
    (answer,) = observe.each(crop_for_mlp, [(images, 24)])
    told = f"crop to 24×24, then an MLP for 28×28: {answer!r}" if isinstance(answer, Raised) else ""
    require(not told, told)
    cropped, logits, after = answers(answer, 3)
    outputs([cropped], images, "64 images of 28×28, crop 24")
    shaped(logits, (64, 128), "an MLP behind crop 24")
    changed, light = np.abs(cropped - images).max(), float(cropped.sum() / images.sum())
    require(changed > 0.05, "crop 24: the images came back as they were")
    between(light, 0.4, 1.3, "crop 24: light of the images afterwards over that before")
    close(after, images, "crop 24: your input was changed; the images after the call", rtol=0, atol=0)
    for n, height, width, dtype in ((1, 12, 12, "float32"), (3, 10, 13, "float64"), (2, 13, 10, "float32")):
        images = uniform(draw, n, 1, height, width, dtype=dtype)
        (out,) = answers(observe(crop, images, 7), 1)
        shaped(out, images.shape, f"{n} images of {height}×{width}, {dtype}, crop 7", dtype)


@points(2, hint="`torch.randint(height - crop + 1, ())` draws all rows where a window may start; one more for columns.")
def test_every_window_appears(observe, draw):
    """Every window inside the image can be drawn, anew in each call."""
    image = textured(draw, 10, 12)
    what = "10×12 image, crop 9"
    seen = outputs(observe(crop, image, 9, 250), image, what)[:, 0, 0]
    # 250 calls miss one of 8 windows with a chance of 2.5e-14; those who cut the border rarely are 8 times as safe.
    may_fail(1e-12)
    found = [window_of(out, image[0, 0], 9, what) for out in seen]
    counts = {place: found.count(place) for place in ((r, c) for r in range(2) for c in range(4))}
    told = f"{what}: windows by (row, column) of their first pixel in 250 calls: {counts}"
    require(all(counts.values()), f"{told}: {unseen(set(found))}")


def unseen(found):
    """What is wrong if, of the windows at rows 0 and 1 and columns 0 to 3, only those in `found` come, in words."""
    rows, columns = {r for r, _ in found}, {c for _, c in found}
    if len(found) == 1:
        (place,) = found
        middle = " in the middle" if place in ((0, 1), (0, 2), (1, 1), (1, 2)) else ""
        return f"it is always the same one{middle}; draw the place, anew in each call and without a seed"
    if rows == {0} and columns == {0, 1, 2}:
        return "neither the last row nor the last column comes; randint leaves its upper end out"
    if len(columns) == 4 and len(rows) == 1:
        return f"all start at row {min(rows)}, expected 0 and 1"
    if found == {(r, c) for r in rows for c in columns}:
        corners = " (the corners alone)" if rows == {0, 1} and columns == {0, 3} else ""
        square = " (as many as there are rows: H and W may differ)" if rows == columns == {0, 1} else ""
        return f"rows {sorted(rows)} and columns {sorted(columns)} come, expected 0 to 1 and 0 to 3{corners}{square}"
    return "row and column are tied; draw one of each"


@points(1, hint="Put zeros around the window, or resize it; nothing else belongs on the canvas.")
def test_window_is_unchanged(observe, draw):
    """The window comes back whole: resized to H×W, or with zeros around it."""
    for height, width, size in ((10, 12, 6), (13, 9, 8), (9, 9, 4)):
        image = textured(draw, height, width)
        what = f"{height}×{width} image, crop {size}"
        for out in outputs(observe(crop, image, size, 6), image, what)[:, 0, 0]:
            window_of(out, image[0, 0], size, what)


@points(1, hint="A window of the full size has one place, and nothing has to be resized.")
def test_full_crop_is_the_identity(observe, draw):
    """A crop of the full size gives the images back."""
    for n, side in ((12, 28), (1, 9)):
        images = uniform(draw, n, 1, side, side)
        for out in outputs(observe(crop, images, side, 4), images, f"crop {side}"):
            close(out, images, f"{side}×{side} images, crop {side}: the images themselves", rtol=0, atol=1e-3)
        (out,) = outputs(observe(crop, images, side - 4), images, f"crop {side - 4}")
        require(np.abs(out - images).max() > 0.05, f"crop {side - 4}: the images came back as they were")


@points(1, hint="The window must fit: 1 <= crop <= min(height, width).")
def test_impossible_crops(observe, draw):
    """Crops that do not fit are refused, all others accepted."""
    wide, high = uniform(draw, 2, 1, 10, 12), uniform(draw, 2, 1, 12, 10)
    bad = [(images, size) for images in (wide, high) for size in (0, -3, 11, 12, 13)]
    good = [(images, size) for images in (wide, high) for size in (1, 2, 10)]
    observe.refuses(try_crop, bad, good, ValueError, "random_crop_same_size(images, crop)")
