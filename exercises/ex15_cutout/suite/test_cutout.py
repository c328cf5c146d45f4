"""ex15, where the holes are: no pixel of the probe images equals the fill, so the pixels that do are the hole."""

import numpy as np
from holes import (
    a_fill,
    different,
    erase,
    erase_without_gradients,
    hidden,
    outputs,
    pixels,
    rectangular,
    sides,
    size_of,
    spans,
)

from grader.suite import answers, may_fail, points, require


def no_rectangle(hole, size):
    """In which way the hidden pixels of one image are not one rectangle."""
    height, width = sides(hole[None])[0]
    told = f"{hole.sum()} hidden pixels spread over {size_of((height, width))}: not one rectangle"
    rows, columns = hole.any(1), hole.any(0)
    full_rows, full_columns = hole.all(1), hole.all(0)
    narrow = 0 < min(full_rows.sum(), full_columns.sum()) and max(full_rows.sum(), full_columns.sum()) <= size + 1
    if narrow and (hole == (full_rows[:, None] | full_columns)).all():
        return f"{told}, but a cross of whole rows and whole columns (`|` in place of `&`?)"
    if rectangular(~hole[None])[0]:
        return f"{told}, but all around one: the square is kept and the rest painted"
    if (hole == (rows[:, None] & columns)).all():
        return (
            f"{told}: what sticks out comes in again at the other side, or the place of some rows or columns is wrong"
        )
    if max(height, width) <= size + 1:
        return f"{told}, but a box with parts of it missing (a disc?)"
    return told


@points(2, hint="One slice of rows and one of columns, `size` long before anything is cut off.")
def test_one_rectangle(observe, draw):
    """The hole is one rectangle with sides of at most size."""
    images, fill = pixels(draw, 6, 1, 12, 12), a_fill(draw)
    sizes = (4, 3, 6, 5)
    seen = answers(observe.each(erase, [(images, size, 25, fill) for size in sizes]), len(sizes))
    for answer, size in zip(seen, sizes, strict=True):
        what = f"size {size} on 12×12 images"
        holes = hidden(outputs(answer, images, 25), images, fill, what)
        side = sides(holes)
        i = int((side.prod(1) - holes.sum((1, 2))).argmax())
        require(rectangular(holes)[i], f"{what}: {no_rectangle(holes[i], size)}")
        largest = side[(1000 * side.max(1) + side.prod(1)).argmax()]
        hint = "From center - size // 2 it is `size` pixels to the end, which a slice leaves out."
        require(largest.max() <= size, f"{what}: a hole of {size_of(largest)}", hint)


@points(1, hint="Draw a place, a row and a column, inside the loop over the images, not once before it.")
def test_own_hole(observe, draw):
    """Every image has its own hole."""
    images, fill = pixels(draw, 12, 1, 16, 16), a_fill(draw)
    holes = hidden(outputs(observe(erase, images, 4, 20, fill), images, 20), images, fill)
    if not rectangular(holes).all():
        return  # another test's affair, and where such a hole begins says little
    starts = np.stack([spans(holes, 1)[0], spans(holes, 2)[0]], 1).reshape(20, 12, 2)
    with_hole = holes.any((1, 2)).reshape(20, 12)
    # A place has a chance of at most 1/169 per image and its row of 1/13: that two images share their place in 10 of
    # 20 calls, or their row (or column) in all 20, has one below 1e-14 over all pairs of images.
    may_fail(1e-14)
    both = with_hole[:, :, None] & with_hole[:, None]
    shared = (starts[:, :, None] == starts[:, None]) & both[..., None]  # (calls, image, image, axis)
    pairs = np.triu(np.ones((12, 12), dtype=bool), 1)
    alike = shared.all(3).sum(0) * pairs
    i, j = (int(place) for place in np.unravel_index(alike.argmax(), alike.shape))
    everywhere = bool(shared.all(3)[:, pairs].all())
    whom = "all images of a batch" if everywhere else f"images {i} and {j} of a batch"
    frozen = (starts == starts[:1]).all()  # one draw for all calls, in which two images may meet: another test's affair
    if frozen and not everywhere:
        return
    require(alike.max() < 10, f"{whom} lost the same square in {alike.max()} of 20 calls")
    for axis, name in enumerate(("row", "column")):
        alike = shared[..., axis].sum(0) * pairs
        i, j = (int(place) for place in np.unravel_index(alike.argmax(), alike.shape))
        told = f"the holes of images {i} and {j} begin in the same {name} in all of 20 calls"
        require(alike.max() < 20, told, f"Draw the {name} for each image anew.")


@points(2, hint="Which centers, or which corners, can your random numbers give? Try the last pixel.")
def test_every_pixel(observe, draw):
    """Every pixel can be hit."""
    images, fill = pixels(draw, 8, 1, 9, 9), a_fill(draw)
    holes = hidden(outputs(observe(erase, images, 4, 125, fill), images, 125), images, fill)
    hits = holes.sum(0)
    # Squares placed inside hit a corner with chance 1/36: all 1000 miss one of the four with a chance below 3e-12.
    may_fail(3e-12)
    row, column = np.unravel_index(hits.argmin(), hits.shape)
    told = f"pixel ({row}, {column}) of 9×9 was never hit by 1000 holes of size 4"
    if hits.min() == 0:
        kinds, starts = different(holes), np.stack([spans(holes, 1)[0], spans(holes, 2)[0]])
        tied = kinds > 3 and starts.std(1).min() > 0 and abs(np.corrcoef(starts)[0, 1]) > 0.95
        require(not tied, f"{told}: row and column go together, all holes lie along a diagonal", "Draw both apart.")
        require(kinds > 8, f"{told}: they lie in {kinds} different place{'s' * (kinds != 1)}, so few in 125 calls")
    require(hits.min() > 0, told)
    require(hits.max() < 1000, "one pixel was hit by all of 1000 holes of size 4")
    every_line_by_a_single_pixel(observe, draw)


def every_line_by_a_single_pixel(observe, draw):
    """Holes of size 1 hit every row and every column."""
    images, fill = pixels(draw, 8, 1, 6, 6), a_fill(draw)
    out = outputs(observe(erase, images, 1, 100, fill), images, 100)
    if not (out != images).any():
        return  # no holes of size 1 at all: another test's affair
    holes = hidden(out, images, fill, "size 1")
    for name, axes in (("row", (0, 2)), ("column", (0, 1))):
        lines = holes.any(axes)
        told = f"size 1 on 6×6 images: {name} {int(lines.argmin())} of 6 was never hit by 800 holes"
        require(lines.all(), told, "The center may be any pixel, from the first to the last, whatever the size.")


EVERY = "Give every image of the batch a hole, in every call; only where it lies is drawn."


def where_missing(holes, calls, n):
    """Which images have no hole: the same ones in each call, or those whose hole would begin before the image."""
    there = holes.any((1, 2)).reshape(calls, n)
    never = np.flatnonzero(~there.any(0))
    if never.size:
        return f"image {never[0]} of a batch of {n} never has one", EVERY
    height, width = holes.shape[1:]
    cut_before, cut_behind = False, False
    for axis, length in ((1, height), (2, width)):
        start, end = spans(holes, axis)
        side = end - start
        cut_before |= bool(((start == 0) & (side > 0) & (side < side.max())).any())
        cut_behind |= bool(((end == length) & (side < side.max())).any())
    if cut_behind and not cut_before:
        hint = "Cut the start off at 0, `max(cy - size // 2, 0)`: a negative index counts from the other end."
        return "and none is cut off at the top or left edge, where a start below 0 would be", hint
    return f"{there.sum(1).min()} to {there.sum(1).max()} images of {n} have one in a call", EVERY


def where_short(holes, least):
    """At which edges of the image the holes lie that are too short."""
    at_start, at_end, inside = False, False, False
    for axis in (1, 2):
        start, end = spans(holes, axis)
        short = end - start < least
        at_start |= bool((short & (start == 0)).any())
        at_end |= bool((short & (end == holes.shape[axis])).any())
        inside |= bool((short & (start > 0) & (end < holes.shape[axis])).any())
    if inside:
        return "such holes lie in the middle of images too, where nothing can be cut off"
    edges = "all edges" if at_start and at_end else f"the {'top or left' if at_start else 'bottom or right'} edge only"
    return f"such holes are cut off at {edges}, and the longest side of any hole is {sides(holes).max()}"


@points(1, hint="Cut off only what sticks out of the image: a center inside it leaves at least half of the square.")
def test_no_tiny_holes(observe, draw):
    """Every image has a hole, and no side of it is smaller than half the size."""
    images, fill = pixels(draw, 8, 1, 16, 16), a_fill(draw)
    cases = [(images, size, 60, fill) for size in (1, 4, 10)]
    for answer, (_, size, *_) in zip(answers(observe.each(erase, cases), 3), cases, strict=True):
        out = outputs(answer, images, 60)
        if size == 1 and not (out != images).any():
            hint = "`size // 2` on both sides of the center is nothing for size 1: end at start + size."
            require(False, "size 1: no pixel of 480 images was hidden", hint)
        holes = hidden(out, images, fill, f"size {size}")
        side = sides(holes)
        none = int((side.max(1) == 0).sum())
        if none:
            where, hint = where_missing(holes, 60, 8)
            require(False, f"size {size}: {none} of 480 images have no hole at all: {where}", hint)
        smallest = side[side.min(1).argmin()]
        least = max(size // 2, 1)
        told = f"size {size} on 16×16 images: a hole of {size_of(smallest)}, no side may be below {least}"
        require(smallest.min() >= least, f"{told}; {where_short(holes, least)}")


@points(1, hint="Each call draws anew, and each row and column of a wide or tall image can be part of a hole.")
def test_holes_move(observe, draw):
    """Holes move from call to call, on wide and on tall images too."""
    for height, width in ((6, 15), (15, 6)):
        images, fill = pixels(draw, 4, 1, height, width), a_fill(draw)
        holes = hidden(outputs(observe(erase, images, 4, 100, fill), images, 100), images, fill)
        what = f"{height}×{width} images, size 4"
        first = holes[::4]
        places = different(first[first.any((1, 2))]) if first.any() else 0
        told = f"{what}: 100 calls put the first image's hole in {places} different place{'s' * (places != 1)}"
        frozen = "Draw anew in each call; a seed that is set in the function stops the luck."
        require(places >= 8, told, frozen if places == 1 else "")
        # Squares placed inside touch the first or last of 15 lines with chance 1/12 each; 400 all miss one below 1e-14.
        may_fail(2e-14)
        for name, lines, length in (("row", holes.any((0, 2)), height), ("column", holes.any((0, 1)), width)):
            told = f"{what}: {name} {int(lines.argmin())} of {length} was never hit in 400 images"
            far = int((~lines).sum()) > 3  # more than one or two that the border may cost
            require(lines.all(), told, "Rows are drawn from H, columns from W; images are (N, C, H, W)." if far else "")
    out = outputs(observe(erase_without_gradients, images, 4, 10, fill), images, 10)
    told = "no image gets a hole under torch.no_grad(), as in a data loader; nothing here asks for gradients"
    require((out != images).any(), told)


@points(1, hint="What the size cannot fit, the image cuts off: a slice may end behind it.")
def test_extreme_sizes(observe, draw):
    """Size 0 changes nothing, a size beyond the image hides what it can."""
    # verify: ignores flipped (what befalls all pixels alike is another test's affair)
    images, fill = pixels(draw, 5, 1, 8, 10), a_fill(draw)
    cases = [(images, size, 6, fill) for size in (0, 8, 10, 12, 20, int(draw.integers(30, 60)))]
    for answer, (_, size, *_) in zip(answers(observe.each(erase, cases), 6), cases, strict=True):
        out = outputs(answer, images, 6)
        what = f"size {size} on 8×10 images"
        require(np.isfinite(out).all(), f"{what}: a pixel is NaN or inf")
        if size == 0:
            changed = int((out != images).sum())
            elsewhere = (
                changed > out.size / 2 and not (out == fill).any() and out.std() > 0
            )  # what befalls all pixels: another test's affair
            told = f"size 0 must change nothing: {changed} of {out.size} pixels are others now"
            require(not changed or elsewhere, told)
            continue
        side = sides(hidden(out, images, fill, what, all_of_it=True))
        side = side[side.max(1) > 0]  # an image without a hole is another test's affair
        for axis, (length, name) in enumerate(((8, "high"), (10, "wide"))):
            low = min(size // 2, length)
            off = side[:, axis][side[:, axis] < low]
            hint = f"From twice the image's longer side on, all is hidden: {size} is that large." if size >= 20 else ""
            require(not off.size, f"{what}: a hole is {off[:1].sum()} {name}, expected at least {low}", hint)
