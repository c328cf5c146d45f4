"""ex15: no pixel of the probe images equals the fill, so the pixels that do are the hole."""

import numpy as np

from grader.suite import answers, close, may_fail, points

# ---- scenarios: run beside the learner's code and only report


def erase(module, images, size, calls, fill):
    """Outputs of several calls; fill None: the default."""
    more = () if fill is None else (fill,)
    return [module.cutout(images.clone(), size, *more) for _ in range(calls)]


def erase_and_keep(module, images, size):
    """The output, and what the call left of its input."""
    given = images.clone()
    return module.cutout(given, size), given


def build(module, images, size):
    module.cutout(images, size)


# ---- the examiner's side


def pixels(draw, *shape):
    """Random float32 numbers from 0.25 to 1: none of them is a fill of these tests."""
    return draw.uniform(0.25, 1, shape).astype(np.float32)


def outputs(seen, images, calls):
    """(calls, N, C, H, W)."""
    for out in answers(seen, calls):
        assert not isinstance(out, (list, tuple)), f"cutout returns images only, saw {len(out)} values"
        shape = getattr(out, "shape", None)
        told = f"expected images of shape {images.shape}, saw {type(out).__name__ if shape is None else shape}"
        assert shape == images.shape, told
    return np.stack(seen)


def holes(out, fill=0.0):
    """(calls * N, H, W): true where the first channel is hidden."""
    strange = out[(out < 0) & (out != np.float32(fill))]
    assert not strange.size, f"pixels of {strange[:1]} came back, which neither the images nor the fill have"
    return (out[:, :, 0] == np.float32(fill)).reshape(-1, *out.shape[3:])


def spans(hidden, axis):
    """First and one past the last hidden row (axis 1) or column (axis 2) of each image; (0, 0) if none is hidden."""
    lines = hidden.any(3 - axis)
    length = lines.shape[1]
    first = np.where(lines.any(1), lines.argmax(1), 0)
    return first, np.where(lines.any(1), length - lines[:, ::-1].argmax(1), 0)


def sides(hidden):
    """(holes, 2): height and width of each hole."""
    return np.stack([end - start for start, end in (spans(hidden, 1), spans(hidden, 2))], 1)


def size_of(side):
    return f"{side[0]}×{side[1]}"


@points(2, hint="One slice of rows and one of columns, `size` long before anything is cut off.")
def test_one_rectangle(observe, draw):
    """The hole is one rectangle with sides of at most size, painted with fill."""
    images = pixels(draw, 6, 1, 12, 12)
    cases = ((4, None), (5, None), (4, 7.5), (3, -1.0))
    seen = answers(observe.each(erase, [(images, size, 25, fill) for size, fill in cases]), len(cases))
    for answer, (size, fill) in zip(seen, cases, strict=True):
        what = f"size {size}, {'default fill' if fill is None else f'fill {fill}'}"
        assert isinstance(answer, list), f"{what}: the call raised {answer!r}"
        hidden = holes(outputs(answer, images, 25), fill or 0.0)
        assert hidden.any(), f"{what}: no pixel of 150 images was painted with {fill or 0.0}"
        side = sides(hidden)
        largest = side[side.max(1).argmax()]
        assert largest.max() <= size, f"{what}: a hole of {size_of(largest)} for size {size}"
        gaps = side.prod(1) - hidden.sum((1, 2))
        i = int(gaps.argmax())
        assert gaps[i] == 0, (
            f"{what}: {hidden[i].sum()} hidden pixels spread over {size_of(side[i])}: not one rectangle"
        )


@points(2, hint="The slice of an image goes over all channels: `image[:, y0:y1, x0:x1] = fill`.")
def test_channels_and_rest(observe, draw):
    """All channels lose the same pixels, and the rest is untouched."""
    images = pixels(draw, 6, 3, 10, 13)
    out = outputs(observe(erase, images, 5, 20, 2.0), images, 20)
    hidden = out == 2
    assert hidden.any(), "size 5, fill 2.0: no pixel of 120 images was painted with 2.0"
    counts = hidden.sum((1, 3, 4))
    differ = (hidden != hidden[:, :, :1]).any((0, 1, 3, 4))
    channel = int(differ.argmax())
    assert not differ.any(), (
        f"channels 0 and {channel} lost different pixels: the hole must be the same in all channels"
    )
    assert counts.all(), "a call left all 6 images whole"
    kept = np.where(hidden, images, out)
    close(kept, np.broadcast_to(images, out.shape), "pixels outside the hole changed", 0, 0)


@points(1, hint="Draw a place inside the loop over the images, not once before it.")
def test_own_hole(observe, draw):
    """Every image has its own hole."""
    images = pixels(draw, 12, 1, 16, 16)
    hidden = holes(outputs(observe(erase, images, 4, 20, None), images, 20)).reshape(20, 12, -1)
    for call in hidden:
        assert call.any(), "size 4: a call left all 12 images whole"
        kinds = len(np.unique(call, axis=0))
        # A place has a chance of at most 1/169 per image: fewer than 4 different holes have one below 1e-15.
        may_fail(1e-15)
        assert kinds >= 4, f"12 images of a batch show {kinds} different holes: all images lost the same square"


@points(2, hint="Which centers, or which corners, can your random numbers give? Try the last pixel.")
def test_every_pixel(observe, draw):
    """Every pixel can be hit."""
    images = pixels(draw, 8, 1, 8, 8)
    hidden = holes(outputs(observe(erase, images, 4, 125, None), images, 125))
    hits = hidden.sum(0)
    # Squares placed inside hit a corner with chance 1/25: all 1000 miss one of the four with a chance below 1e-17.
    may_fail(1e-17)
    row, column = np.unravel_index(hits.argmin(), hits.shape)
    assert hits.min() > 0, f"pixel ({row}, {column}) of 8×8 was never hit by 1000 holes of size 4"
    assert hits.max() < 1000, "one pixel was hit by all of 1000 holes of size 4"


@points(1, hint="Cut the start off at 0: `max(cy - size // 2, 0)`. A negative index counts from the other end.")
def test_no_tiny_holes(observe, draw):
    """No side of a hole is smaller than half the size."""
    images = pixels(draw, 8, 1, 16, 16)
    cases = [(images, size, 60, None) for size in (4, 10)]
    for answer, (_, size, _, _) in zip(answers(observe.each(erase, cases), 2), cases, strict=True):
        assert isinstance(answer, list), f"size {size}: the call raised {answer!r}"
        side = sides(holes(outputs(answer, images, 60)))
        none = int((side.max(1) == 0).sum())
        assert not none, (
            f"size {size}: {none} of 480 images have no hole at all: the center was near the top or left edge?"
        )
        smallest = side[side.min(1).argmin()]
        assert smallest.min() >= size // 2, f"a hole of {size_of(smallest)} for size {size}: less than half"
        assert side.max() <= size, f"a hole of {side.max()} pixels along one side for size {size}"


@points(1, hint="Rows are drawn from H, columns from W; images are (N, C, H, W).")
def test_holes_move(observe, draw):
    """Holes move from call to call, on wide and on tall images too."""
    for height, width in ((6, 15), (15, 6)):
        images = pixels(draw, 4, 1, height, width)
        hidden = holes(outputs(observe(erase, images, 4, 100, None), images, 100))
        what = f"{height}×{width} images, size 4"
        side = sides(hidden)
        whole = int((side.min(1) == 0).sum())
        assert not whole, f"{what}: {whole} of 400 images have no hole: it lies outside; are H and W swapped?"
        (top, _), (left, _) = spans(hidden, 1), spans(hidden, 2)
        places = len(set(zip(top[::4].tolist(), left[::4].tolist(), strict=True)))
        assert places >= 8, f"{what}: 100 calls put the first image's hole in {places} different places"
        # Squares placed inside touch the first or last of 15 lines with chance 1/12 each; 400 all miss one below 1e-14.
        may_fail(2e-14)
        for name, lines in (("row", hidden.any((0, 2))), ("column", hidden.any((0, 1)))):
            assert lines.all(), f"{what}: {name} {int(lines.argmin())} was never hit in 400 images"


@points(1, hint="`images.clone()` first: the batch belongs to the caller.")
def test_limits(observe, draw):
    """Size 0 and sizes beyond the image work, the input is not changed, bad input is refused."""
    images = pixels(draw, 5, 2, 8, 10)
    cases = [(images, size) for size in (0, 4, 8, 12, 20, 50)]
    for answer, (_, size) in zip(answers(observe.each(erase_and_keep, cases), 6), cases, strict=True):
        assert isinstance(answer, (list, tuple)), f"size {size} on 8×10 images raised {answer!r}"
        out, after = answers(answer, 2)
        close(after, images, f"size {size}: the data set itself was erased; the caller's images after the call", 0, 0)
        out = outputs([out], images, 1)
        assert out.dtype == np.float32, f"float32 images came back as {out.dtype}"
        side = sides(holes(out))
        for axis, (length, name) in enumerate(((8, "high"), (10, "wide"))):
            low, high = min(size // 2, length), min(size, length)
            wrong = (side[:, axis] < low) | (side[:, axis] > high)
            told = f"size {size} on 8×10 images: holes are {side[:, axis].tolist()} {name}, expected {low} to {high}"
            assert not wrong.any(), told
    good = [(images, 0), (images, 4), (images[:1], 30)]
    observe.refuses(build, [(images, -1), (images, -4)], good, ValueError, "cutout(images, size)")
    # Without a check of its own, indexing fails in PyTorch with its own errors.
    bad = [(images[0], 4), (images[0, 0], 4), (images[None], 4)]
    observe.refuses(build, bad, good, (ValueError, IndexError, RuntimeError), "cutout(images, size)")
