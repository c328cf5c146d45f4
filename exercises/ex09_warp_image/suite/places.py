"""Where the pixels of a warped image come from, in NumPy: right readings, wrong ones by name, and a judge of both."""

import numpy as np

from grader.suite import pair, require

SWAP = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
NEAR = 1e-3
FEWEST = 8  # places that a wrong reading must explain before a message may name it


def affine(a, b, tx, c, d, ty):
    """(3, 3) float32, as the image is."""
    return np.array([[a, b, tx], [c, d, ty], [0, 0, 1]], dtype=np.float32)


def shift(tx, ty):
    return affine(1, 0, tx, 0, 1, ty)


def turn(degrees, height, width):
    """A turn about the middle of the image."""
    cos, sin, x, y = np.cos(np.radians(degrees)), np.sin(np.radians(degrees)), (width - 1) / 2, (height - 1) / 2
    return affine(cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y)


def sources(matrix, shape):
    """Source x and y (H, W) of every target pixel."""
    y, x = np.mgrid[: shape[-2], : shape[-1]]
    back = np.linalg.inv(np.asarray(matrix, dtype=np.float64))
    return back[0, 0] * x + back[0, 1] * y + back[0, 2], back[1, 0] * x + back[1, 1] * y + back[1, 2]


def regions(matrix, shape, mode):
    """Which target pixels (H, W) come from inside the image, and which from a whole pixel or more outside.

    Unless all places are whole, a thousandth of a pixel is left out at each border, since float32 may see a place on
    the border from the other side; so are the ties of nearest.
    """
    (x, y), (h, w) = sources(matrix, shape), shape[-2:]
    slack = -1e-6 if is_whole(matrix) else NEAR
    inside = (x > slack) & (x < w - 1 - slack) & (y > slack) & (y < h - 1 - slack)
    outside = (x < -1 - slack) | (x > w + slack) | (y < -1 - slack) | (y > h + slack)
    if mode == "nearest":
        inside &= (np.abs(x % 1 - 0.5) > 0.01) & (np.abs(y % 1 - 0.5) > 0.01)
    return inside, outside


def is_whole(matrix):
    """Whether every source is a whole pixel."""
    return np.array_equal(matrix, np.round(matrix)) and abs(abs(np.linalg.det(matrix)) - 1) < 1e-6


def at(image, row, column, fill=0.0):
    """The pixels at whole numbers (H, W), `fill` where there is no image."""
    h, w = image.shape[-2:]
    there = (row >= 0) & (row < h) & (column >= 0) & (column < w)
    return np.where(there, image[..., np.clip(row, 0, h - 1).astype(int), np.clip(column, 0, w - 1).astype(int)], fill)


def blend(image, left, top, dx, dy, fill=0.0):
    """The four pixels below and right of (left, top) with the weights of dx and dy."""
    upper = (1 - dx) * at(image, top, left, fill) + dx * at(image, top, left + 1, fill)
    lower = (1 - dx) * at(image, top + 1, left, fill) + dx * at(image, top + 1, left + 1, fill)
    return (1 - dy) * upper + dy * lower


def read(image, matrix, mode):
    """What the result shows where it comes from inside the image."""
    x, y = sources(matrix, image.shape)
    if mode == "nearest":
        return at(image, np.round(y), np.round(x))
    return blend(image, np.floor(x), np.floor(y), x % 1, y % 1)


def is_right(seen, image, matrix, mode):
    """Whether `seen` is the image under this matrix, as far as it comes from inside."""
    inside, _ = regions(matrix, image.shape, mode)
    fits = np.abs(seen - read(image, matrix, mode)) <= NEAR
    return int(inside.sum()) >= FEWEST and bool(fits[..., inside].all())


def alike(matrix):
    """The matrix, its inverse, and both with x and y exchanged: which of them is right, other tests judge."""
    back = np.linalg.inv(matrix.astype(np.float64))
    return [matrix, back, SWAP @ matrix @ SWAP, SWAP @ back @ SWAP]


def other_matrices(matrix, shape):
    """What a submission may have taken for the matrix, with its name."""
    m, (h, w) = matrix.astype(np.float64), shape[-2:]
    back, linear, upward = np.linalg.inv(m), m * [[1, 1, 0], [1, 1, 0], [1, 1, 1]], affine(1, 0, 0, 0, -1, h - 1)
    middle, half = shift((w - 1) / 2, (h - 1) / 2), shift(0.5, 0.5)
    moved = np.linalg.inv(linear) @ m
    back_half = np.linalg.inv(half)
    drift = "as if everything were read half a pixel off; pixel centers are whole numbers here"
    yield "it moved the other way; look up the source with the inverse", back
    yield "x and y are exchanged; x is the column", SWAP @ m @ SWAP
    yield "it moved the other way, and x and y are exchanged", SWAP @ back @ SWAP
    yield "the shift had no effect", linear
    yield "the matrix was used transposed", linear.T
    yield "the shift was turned back, the rest was not", m @ np.linalg.inv(linear) @ np.linalg.inv(linear)
    yield "the rest was turned back, the shift was only negated", linear @ linear @ moved @ np.linalg.inv(linear)
    yield "a transpose undoes turns only; the inverse is asked for", m @ np.linalg.inv(linear.T @ linear)
    yield "y points down, here it was taken to point up", upward @ m @ upward
    yield "(0, 0) is the upper left pixel, here it was taken to be the middle", middle @ m @ np.linalg.inv(middle)
    for one in (shift(1, 1), shift(-1, -1)):
        yield "rows and columns are counted from 0, not from 1", one @ m @ np.linalg.inv(one)
    for size in ((w - 1) / w, w / (w - 1)):
        about_middle = middle @ (affine(size, 0, 0, 0, size, 0) @ np.linalg.inv(middle))
        yield "the places were stretched about the middle; align_corners must be the same everywhere", m @ about_middle
    for drifted in (back_half @ m, half @ m, m @ half, m @ back_half, half @ m @ back_half, back_half @ m @ half):
        yield drift, drifted


def other_readings(image, matrix, mode):
    """What a submission may read at the right places, with its name."""
    x, y = sources(matrix, image.shape)
    left, top, dx, dy = np.floor(x), np.floor(y), x % 1, y % 1
    if mode == "nearest":
        yield "the places were rounded down", at(image, top, left)
        yield "the places were rounded up", at(image, np.ceil(y), np.ceil(x))
        yield "x was rounded down", at(image, np.round(y), left)
        yield "y was rounded down", at(image, top, np.round(x))
        yield "this is mode bilinear", read(image, matrix, "bilinear")
        return
    yield "the farther pixels got the larger weights", blend(image, left, top, 1 - dx, 1 - dy)
    yield "left and right have each other's weights", blend(image, left, top, 1 - dx, dy)
    yield "above and below have each other's weights", blend(image, left, top, dx, 1 - dy)
    yield "dx and dy have each other's place", blend(image, left, top, dy, dx)
    yield "averaged along x only", blend(image, left, top, dx, 0)
    yield "averaged along y only", blend(image, left, top, 0, dy)
    yield "all four got the same weight", blend(image, left, top, 0.5, 0.5)
    yield "this is mode nearest", at(image, np.round(y), np.round(x))


def slip(seen, image, matrix, mode):
    """The name of the slip that gives just what was seen inside the image; empty if none does."""
    (inside, _), (x, y) = regions(matrix, image.shape, "nearest"), sources(matrix, image.shape)
    between = inside & (np.abs((x + 0.5) % 1 - 0.5) > NEAR) & (np.abs((y + 0.5) % 1 - 0.5) > NEAR)
    inside = between if between.sum() >= FEWEST else inside
    right = read(image, matrix, mode)
    readings = [("the values were rounded to whole numbers", np.round(right))]
    readings.append(("the values were cut to whole numbers", np.trunc(right)))
    readings.append(("the values were cut to the range from 0 to 1", np.clip(right, 0, 1)))
    readings += [] if is_whole(matrix) else other_readings(image, matrix, mode)
    if image.shape[-1] == image.shape[-2]:
        readings.append(("rows and columns of the result are exchanged", np.swapaxes(right, -1, -2)))
    for why, values in readings:
        if int(inside.sum()) >= FEWEST and np.ptp(values) and (np.abs(seen - values) <= NEAR)[..., inside].all():
            return f": {why}"
    off = inside & ~(np.abs(seen - right) <= NEAR).reshape(-1, *inside.shape).all(0)
    border = (x < NEAR) | (y < NEAR) | (x > image.shape[-1] - 1 - NEAR) | (y > image.shape[-2] - 1 - NEAR)
    if off.any() and border[off].all() and (~border & inside).sum() >= FEWEST and len(np.unique(seen[..., off])) == 1:
        return ": the fill stands in place of the image's outermost row or column; it begins a whole pixel outside"
    for why, other in other_matrices(matrix, image.shape):
        if is_right(seen, image, other, mode):
            return f": {why}"
    if is_whole(matrix) and mode == "bilinear":
        inside &= (x < image.shape[-1] - 1.5) & (y < image.shape[-2] - 1.5)
        for why, right, below in (("right of", 1, 0), ("below", 0, 1), ("right of and below", 1, 1)):
            values = at(image, np.round(y) + below, np.round(x) + right)
            if int(inside.sum()) >= FEWEST and (np.abs(seen - values) <= NEAR)[..., inside].all():
                return f": the pixel {why} the place was read; at a whole place the pixel there has all the weight"
    return ""


def meant(seen, image, matrix, mode):
    """Which of the matrices alike the image was moved by; the matrix itself if by none."""
    return next((one for one in alike(matrix) if is_right(seen, image, one, mode)), matrix)


def judge(seen, image, matrix, mode, what, hint=""):
    """`seen` is the image under the matrix wherever it comes from inside."""
    if is_right(seen, image, matrix, mode):
        return
    inside, _ = regions(matrix, image.shape, mode)
    complain(seen, read(image, matrix, mode), inside, matrix, f"{what}{slip(seen, image, matrix, mode)}", hint)


def complain(seen, expected, where, matrix, what, hint=""):
    """Fails with the first of the places `where` (H, W) at which both differ."""
    wrong = ~(np.abs(seen - expected) <= NEAR) & where
    if not wrong.any():
        return
    *c, i, j = (int(v) for v in np.argwhere(wrong)[0])
    x, y = sources(matrix, seen.shape)
    channel = f"channel {c[0]}, " if c else ""
    came = (
        f"{channel}row {i}, column {j} came from x {x[i, j]:.2f}, y {y[i, j]:.2f}{side(x[i, j], y[i, j], seen.shape)}"
    )
    value = expected[(*c, i, j)] if np.ndim(expected) else expected
    many = f"wrong at {int(wrong.sum())} of {wrong.size} places"
    if wrong.sum() > 1 and len(np.unique(seen[wrong])) == 1:
        many = f"{many}, all show the same"
    values = f"{pair(value, seen[(*c, i, j)])} ({many})"
    require(False, f"{what}: {came}: {values}", hint)


def side(x, y, shape):
    """On which side outside the image a place lies, in words; empty inside."""
    sides = [
        (x < 0, "left of column 0"),
        (x > shape[-1] - 1, f"right of column {shape[-1] - 1}"),
        (y < 0, "above row 0"),
        (y > shape[-2] - 1, f"below row {shape[-2] - 1}"),
    ]
    told = " and ".join(words for holds, words in sides if holds)
    return f", {told}" if told else ""


def judge_outside(seen, image, matrix, mode, fill, what):
    """`seen` is `fill` wherever it comes from a whole pixel or more outside."""
    _, outside = regions(matrix, image.shape, mode)
    x, y = sources(matrix, image.shape)
    h, w = image.shape[-2:]
    place = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    edge = at(image, np.round(place[1]), np.round(place[0]))
    if mode == "bilinear":
        edge = blend(image, np.floor(place[0]), np.floor(place[1]), place[0] % 1, place[1] % 1)
    cut = blend(image, np.trunc(x), np.trunc(y), x - np.trunc(x), y - np.trunc(y), fill)
    across, down = (x <= -1) | (x >= w), (y <= -1) | (y >= h)
    wrong = ~(np.abs(seen - fill) <= NEAR) & outside
    limit = "On the limit is outside: <= and >=, not < and >."
    for why, where, hint in (
        ("a place just on the limit was not filled", ~((x < -1) | (x > w) | (y < -1) | (y > h)), limit),
        ("filled left and right, but not above and below", ~across, "Look at x and at y: one of them is enough."),
        ("filled above and below, but not left and right", ~down, "Look at x and at y: one of them is enough."),
    ):
        if wrong.any() and where[wrong].all() and (~wrong & outside).sum() >= FEWEST:
            complain(seen, fill, outside, matrix, f"{what}: {why}", hint)
    shows = {
        "0 stands there instead of the fill": (np.zeros(image.shape), ""),
        "the edge was smeared outward instead of filled": (edge, "Places outside the image have nothing to read."),
        "pixels of one edge reappear at the other": (
            at(image, np.round(y) % h, np.round(x) % w),
            "A negative index counts from the end: check both ends before reading.",
        ),
        "the place was cut towards 0": (cut, "int() and trunc() round towards 0, floor() does not."),
    }
    for why, (values, hint) in shows.items():
        wrong = ~(np.abs(seen - fill) <= NEAR) & outside
        if wrong.any() and (np.abs(seen - values) <= NEAR)[wrong].all():
            complain(seen, fill, outside, matrix, f"{what}: {why}", hint)
    complain(seen, fill, outside, matrix, what)
