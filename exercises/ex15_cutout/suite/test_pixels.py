"""ex15, what the pixels are: the fill inside of the hole, what they were outside, and in which form they come back."""

import numpy as np
from holes import a_fill, erase, hidden, outputs, pixels

from grader.suite import answers, close, points, require, shaped

# ---- scenarios: run beside the learner's code and only report


def erase_and_keep(module, images, size, fill):
    """The output, and what the call left of its input."""
    given = images.clone()
    return [module.cutout(given, size, fill=fill), given]


def build(module, images, size):
    module.cutout(images, size)


# ---- the examiner's side


@points(1, hint="Assign `fill` to the slice: `image[:, y0:y1, x0:x1] = fill`.")
def test_fill(observe, draw):
    """The hole is painted with fill, which is 0 unless told."""
    images = np.round(256 * pixels(draw, 6, 1, 12, 12)) / 256  # exact in half precision too
    fills = (None, 0.0, float(draw.uniform(1.1, 7)), float(-draw.uniform(0.5, 2)), float(draw.uniform(0.02, 0.2)))
    cases = [(images, 4, 20, *(() if fill is None else (fill,))) for fill in fills]
    for answer, fill in zip(answers(observe.each(erase, cases), len(fills)), fills, strict=True):
        what, fill = ("fill not given (0)", 0.0) if fill is None else (f"fill {fill:.3f}", np.float32(fill))
        out = outputs(answer, images, 20)
        require(np.isfinite(out).all(), f"{what}: a pixel is NaN or inf")
        changed = out[out != images]
        require(changed.size, f"{what}: no pixel of 120 images was changed")
        if changed.size > out.size / 2 and (out == fill).any():
            continue  # pixels outside changed too, which is the affair of another test
        worst = changed[np.abs(changed - fill).argmax()]
        close(float(worst), float(fill), f"{what}: color of a changed pixel", rtol=1e-6, atol=0)


@points(1, hint="The slice of an image goes over all channels: `image[:, y0:y1, x0:x1] = fill`.")
def test_all_channels(observe, draw):
    """All channels lose the same pixels."""
    fill = a_fill(draw)
    cases = [(pixels(draw, 6, channels, 10, 10), 5, 20, fill) for channels in (3, 4)]
    for answer, (images, *_) in zip(answers(observe.each(erase, cases), 2), cases, strict=True):
        out = outputs(answer, images, 20)
        hidden(out, images, fill)
        holes = out == fill if (out == fill).any() else out != images
        bare = np.flatnonzero(~holes.any((0, 1, 3, 4)))
        told = f"{images.shape[1]} channels: channel {bare[:1].sum()} was never painted, channel"
        require(not bare.size, f"{told} {holes.any((0, 1, 3, 4)).argmax()} was")
        differ = (holes != holes[:, :, :1]).any((0, 1, 3, 4))
        channel = int(differ.argmax())
        told = f"{images.shape[1]} channels: channels 0 and {channel} lost different pixels"
        require(not differ.any(), told)


@points(1, hint="Copy the images, then write into the hole alone: no arithmetic touches the other pixels.")
def test_rest_is_untouched(observe, draw):
    """Pixels outside the hole keep their values."""
    images = 3 * draw.standard_normal((6, 2, 10, 13))
    kinds = (("float32", 50.0 + float(draw.integers(0, 50))), ("float32", -20.5), ("float64", -20.5))
    cases = [(images.astype(kind), 5, 20, fill) for kind, fill in kinds]
    for answer, (images, _, _, fill) in zip(answers(observe.each(erase, cases), 3), cases, strict=True):
        out = outputs(answer, images, 20)
        expected = images.astype(out.dtype)  # another dtype is another test's affair
        holes = hidden(out, expected, fill).reshape(20, 6, 1, 10, 13)
        share = float(holes.mean())
        require(share < 0.5, f"fill {fill:g}: {100 * share:.0f} % of all pixels are changed, size 5 hides at most 25")
        told = f"{images.dtype} images, fill {fill:g}: pixels outside the hole changed"
        kept = np.where(holes, expected, out)
        close(kept, np.broadcast_to(expected, out.shape), told + how_changed(kept, expected, holes), rtol=0, atol=0)


def how_changed(kept, images, holes):
    """A guess at what changed pixels outside the holes; empty without one."""
    worst = kept[np.abs(kept - images) > 0]
    if not worst.size:
        return ""
    if (worst.min(), worst.max()) == (0, 1):
        return " (cut off to [0, 1]? images may have any range)"
    if np.abs(kept - images).max() < 1e-2:
        return " (rounded: arithmetic on them, or a detour by another dtype?)"
    factors = np.where(holes, np.nan, kept / images)
    if np.nanmax(np.nanstd(factors, axis=(2, 3, 4))) > 1e-3:
        return ""
    left = 1 - holes.mean((2, 3, 4))
    by_share = np.abs(np.nanmean(factors, axis=(2, 3, 4)) * left - 1).max() < 1e-2
    return " (scaled up for what is hidden, as dropout does)" if by_share else " (all multiplied by one number)"


@points(2, hint="`images.clone()` first: the batch belongs to the caller. A copy has its shape and dtype.")
def test_form_and_input(observe, draw):
    """One tensor of the same shape and dtype comes back, and the images given stay as they are."""
    fill = a_fill(draw)
    shapes = ((5, 2, 8, 10), (1, 3, 7, 9), (4, 1, 9, 7))
    cases = [
        (pixels(draw, *shape, dtype=kind), 4, fill) for shape in shapes for kind in ("float32", "float64", "float16")
    ]
    changed = 0
    for answer, (images, *_) in zip(answers(observe.each(erase_and_keep, cases), len(cases)), cases, strict=True):
        out, after = answers(answer, 2)
        what = f"{images.dtype} images"
        several = isinstance(out, (list, tuple))
        told = f"{what}: cutout returns images only, as one tensor, saw {len(out) if several else 0} values"
        require(not several, told, "The label stays what it was; nothing but the images comes back.")
        shaped(out, images.shape, f"{what} that came back", str(images.dtype))
        close(
            after, images, f"{what}: the data set itself was erased; the caller's images after the call", rtol=0, atol=0
        )
        positive = float((out > 0).mean())
        require(positive > 0.5, f"{what}: {100 * positive:.0f} % of the pixels are above 0, as all were before")
        changed += int((out != images).sum())
    require(changed, f"not one pixel of {sum(len(case[0]) for case in cases)} images was changed by size 4")


@points(1, hint="Look at `images.ndim` and at the sign of `size` before anything else.")
def test_refusals(observe, draw):
    """A negative size and other than four dimensions are refused."""
    images = pixels(draw, 5, 2, 8, 10)
    good = [(images, 0), (images, 4), (images[:1], int(draw.integers(20, 30)))]
    bad = [(images, -1), (images, -int(draw.integers(2, 9)))]
    observe.refuses(build, bad, good, ValueError, "cutout(images, size)")
    bad = [(strange, size) for strange in (images[0], images[0, 0], images[None]) for size in (0, 4)]
    observe.refuses(build, bad, good, ValueError, "cutout(images, size)")
