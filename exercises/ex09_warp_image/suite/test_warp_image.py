"""ex09: where the pixels of a warped image come from: known shifts, flips and turns, and grid_sample."""

import numpy as np
import torch
import torch.nn.functional as F

from grader.suite import answers, close, normal, points, same, uniform


# ---- scenarios: run beside the learner's code and only report
def call(module, image, matrix, *options):
    """One warp in float32, or in float64 if that is the only type in which the submission can calculate."""
    try:
        return module.warp(image, matrix, *options)
    except RuntimeError:
        return module.warp(image.double(), matrix.double(), *options)


def warp(module, image, matrices, *options):
    """The image under each matrix, and the image as it is afterwards."""
    return {"out": [call(module, image, matrix, *options) for matrix in matrices], "image": image}


def warp_shape(module, shape, matrix, mode):
    call(module, torch.ones(shape), torch.tensor(matrix), mode)


def grid_sample(image, thetas):
    """PyTorch's own answer for a (C, H, W) image; theta maps target to source, both in coordinates from -1 to 1."""
    out = []
    for theta in thetas:
        grid = F.affine_grid(theta[None, :2], [1, *image.shape], align_corners=True)
        out.append(F.grid_sample(image[None].double(), grid, align_corners=True)[0])
    return out


# ---- the examiner's side
def affine(a, b, tx, c, d, ty):
    """(3, 3) float32, as the image is."""
    return np.array([[a, b, tx], [c, d, ty], [0, 0, 1]], dtype=np.float32)


def shift(tx, ty):
    return affine(1, 0, tx, 0, 1, ty)


def turn(degrees, height, width):
    """A turn about the middle of the image."""
    cos, sin, x, y = np.cos(np.radians(degrees)), np.sin(np.radians(degrees)), (width - 1) / 2, (height - 1) / 2
    return affine(cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y)


def shifted(image, tx, ty, fill):
    """The image moved by whole pixels."""
    out = np.full_like(image, fill)
    h, w = image.shape
    for y in range(max(0, ty), min(h, h + ty)):
        for x in range(max(0, tx), min(w, w + tx)):
            out[y, x] = image[y - ty, x - tx]
    return out


def sources(matrix, height, width):
    """Source x and y (H, W) of every target pixel; which lie inside, and which a pixel or more outside."""
    y, x = np.mgrid[:height, :width]
    back = np.linalg.inv(matrix.astype(np.float64))
    x, y = back[0, 0] * x + back[0, 1] * y + back[0, 2], back[1, 0] * x + back[1, 1] * y + back[1, 2]
    # A thousandth of a pixel is left out on either side: float32 may see a place on the border from the other side.
    inside = (x > 1e-3) & (x < width - 1.001) & (y > 1e-3) & (y < height - 1.001)
    outside = (x < -1.001) | (x > width + 1e-3) | (y < -1.001) | (y > height + 1e-3)
    return x, y, inside, outside


def expected_from(observe_neutral, image, matrices):
    """What grid_sample makes of a (C, H, W) image under each matrix."""
    h, w = image.shape[1:]
    to_pixels = affine((w - 1) / 2, 0, (w - 1) / 2, 0, (h - 1) / 2, (h - 1) / 2).astype(np.float64)
    thetas = [np.linalg.inv(to_pixels) @ np.linalg.inv(m.astype(np.float64)) @ to_pixels for m in matrices]
    return observe_neutral(grid_sample, image, thetas)


def compare(seen, expected, matrix, fill, what):
    """`seen` (C, H, W) against `expected` where the source lies inside, and against `fill` well outside."""
    assert np.shape(seen) == expected.shape, f"{what}: expected shape {expected.shape}, saw {np.shape(seen)}"
    x, y, inside, outside = sources(matrix, *expected.shape[1:])
    wanted = np.where(outside, fill, expected)
    wrong = ~(np.abs(seen - wanted) <= 1e-3) & (inside | outside)
    if not wrong.any():
        return
    c, i, j = (int(v) for v in np.argwhere(wrong)[0])
    left = ", left of column 0" if x[i, j] < 0 else ""
    where = f"outside the image{left}: expected the fill" if outside[i, j] else "inside the image: expected"
    place = f"row {i}, column {j} came from x {x[i, j]:.2f}, y {y[i, j]:.2f}, {where}"
    values = f"{wanted[c, i, j]:.3f}, saw {seen[c, i, j]:.3f} ({int(wrong.sum())} pixels wrong)"
    raise AssertionError(f"{what}: {place} {values}")


def naming(what, seen, wrong):
    """`what`, going on with the name of the slip that gives just the picture seen, if one does."""
    for why, values in wrong.items():
        if np.shape(seen) == np.shape(values) and np.allclose(seen, values, atol=1e-3):
            return f"{what}: {why}"
    return what


@points(1, hint="The middle of pixel 0 is the place 0, not 0.5.")
def test_identity(observe, draw):
    """Identity changes nothing."""
    image, matrices = normal(draw, 7, 7), [np.eye(3, dtype=np.float32), shift(2, 0)]
    for mode in ("bilinear", "nearest"):
        still, moved = answers(observe(warp, image, matrices, mode)["out"], 2)
        blurred = "the identity is blurred or shifted: pixel centers are whole numbers here"
        close(still, image, f"mode {mode}: {blurred}", atol=1e-4)
        assert not np.array_equal(moved, still), f"mode {mode}: a shift by two pixels changed nothing either"


@points(2, hint="Read at inverse(matrix) @ target, and put the fill where that lies outside.")
def test_whole_pixel_shift(observe, draw):
    """A whole-pixel shift moves and fills with `fill`."""
    image = normal(draw, 8, 8)
    moves = [(3, 0), (0, -2), (-2, 3), (1, 1)]
    for fill, options in ((0.0, ()), (2.5, ("bilinear", 2.5))):
        seen = observe(warp, image, [shift(*move) for move in moves], *options)
        for (tx, ty), out in zip(moves, answers(seen["out"], 4), strict=True):
            place = np.ix_(np.clip(np.arange(8) - ty, 0, 7), np.clip(np.arange(8) - tx, 0, 7))
            wrong = {
                "the shift went the other way; look up the source with the inverse": shifted(image, -tx, -ty, fill),
                "pixels of the right edge reappear at the left": np.roll(image, (ty, tx), (0, 1)),
                "the edge was smeared outward instead of filled": image[place],
            }
            expected = shifted(image, tx, ty, fill)
            close(out, expected, naming(f"shift by ({tx}, {ty}), fill {fill:g}", out, wrong), atol=1e-4)
        same(seen["image"], image, "the image after the call (it must not be modified)")


@points(1, hint="x comes first in (x, y), but the column is the last index of the tensor.")
def test_hflip(observe, draw):
    """hflip(width) equals image.flip(-1)."""
    image = normal(draw, 8, 8)
    (seen,) = answers(observe(warp, image, [affine(-1, 0, 7, 0, 1, 0)])["out"], 1)
    upside_down = {"it was flipped upside down; x is the column": image[::-1]}
    close(seen, image[:, ::-1], naming("matrix of hflip(8)", seen, upside_down), atol=1e-4)


@points(1, hint="With y pointing down, +90° turns clockwise on the screen.")
def test_quarter_turn(observe, draw):
    """A quarter turn about the center equals rot90."""
    image = normal(draw, 7, 7)
    (seen,) = answers(observe(warp, image, [affine(0, -1, 6, 1, 0, 0)])["out"], 1)
    back = {"it turned counter-clockwise; look up the source with the inverse": np.rot90(image)}
    close(seen, np.rot90(image, -1), naming("turn by 90° about (3, 3)", seen, back), atol=1e-4)


@points(2, hint="Fill every pixel of the result: from the target to the source, never the other way.")
def test_zoom_leaves_no_holes(observe, draw):
    """Zooming in leaves no holes."""
    flat, image = np.full((9, 9), 0.5 + uniform(draw, 1)[0]), normal(draw, 9, 9)
    (seen,) = answers(observe(warp, flat.astype(np.float32), [affine(2, 0, -4, 0, 2, -4)])["out"], 1)
    same(np.shape(seen), (9, 9), "scale 2: shape of the result")
    holes = int((seen == 0).sum())
    told = f"{holes} holes, pixels nobody wrote: go from target to source" if holes else "not constant"
    close(seen, flat, f"scale 2 about the middle, a constant image: {told}", atol=1e-4)
    (seen,) = answers(observe(warp, image, [affine(2, 0, 0, 0, 2, 0)])["out"], 1)
    low, high = np.arange(9) // 2, (np.arange(9) + 1) // 2
    rows = (image[low] + image[high]) / 2
    close(seen, (rows[:, low] + rows[:, high]) / 2, "scale 2 about (0, 0), a random image", atol=1e-4)


@points(2, hint="Bilinear weighs by nearness; nearest rounds the place and reads one pixel.")
def test_half_a_pixel(observe, draw):
    """Half a pixel averages two neighbors; nearest only returns existing values."""
    image = normal(draw, 8, 8)
    right, down, quarter = answers(observe(warp, image, [shift(0.5, 0), shift(0, 0.5), shift(0.25, 0)])["out"], 3)
    for seen in (right, down, quarter):
        same(np.shape(seen), (8, 8), "shape of the result")
    close(right[:, 1:], (image[:, 1:] + image[:, :-1]) / 2, "half a pixel to the right, columns 1 to 7", atol=1e-4)
    close(down[1:], (image[1:] + image[:-1]) / 2, "half a pixel down, rows 1 to 7", atol=1e-4)
    mixed = 0.75 * image[:, 1:] + 0.25 * image[:, :-1]
    close(quarter[:, 1:], mixed, "a quarter of a pixel to the right, columns 1 to 7", atol=1e-4)

    matrices = [turn(draw.uniform(20, 70), 8, 8), shift(0.3, -0.6)]
    for matrix, seen in zip(matrices, answers(observe(warp, image, matrices, "nearest")["out"], 2), strict=True):
        same(np.shape(seen), (8, 8), "nearest: shape of the result")
        x, y, inside, _ = sources(matrix, 8, 8)
        tie = (np.abs(x % 1 - 0.5) < 1e-3) | (np.abs(y % 1 - 0.5) < 1e-3)
        sure = inside & ~tie
        new = ~np.isin(seen[sure], image)
        assert not new.any(), f"nearest returned {seen[sure][new][0]:.4f}, a value that no pixel of the image has"
        nearest = image[np.round(y[sure]).astype(int), np.round(x[sure]).astype(int)]
        close(seen[sure], nearest, "nearest, pixels whose source lies inside")


@points(2, hint="floor, not int(): they differ left of column 0 and above row 0.")
def test_agrees_with_grid_sample(observe, neutral, draw):
    """Agrees with grid_sample for random rotations; a pixel or more outside gives the fill."""
    image, fill = normal(draw, 1, 11, 11), float(1 + uniform(draw, 1)[0])
    matrices = [shift(2.5, 0), shift(0.3, -3.4), *(turn(a, 11, 11) for a in draw.uniform(10, 350, 3))]
    expected = answers(expected_from(neutral, image, matrices), 5)
    seen = answers(observe(warp, image, matrices, "bilinear", fill)["out"], 5)
    whats = ["shift by (2.5, 0)", "shift by (0.3, -3.4)", *["a turn about the middle"] * 3]
    for out, right, matrix, what in zip(seen, expected, matrices, whats, strict=True):
        compare(out, right, matrix, fill, f"{what}, fill {fill:.3f}")


@points(1, hint="image.shape[-2:] is (height, width): x runs to width - 1, y to height - 1.")
def test_channels_shapes_and_refusals(observe, neutral, draw):
    """Channels and non-square images; bad input is refused."""
    for c, h, w in ((3, 7, 7), (3, 8, 6), (2, 6, 9)):
        image = normal(draw, c, h, w)
        matrices = [affine(-1, 0, w - 1, 0, 1, 0), turn(draw.uniform(20, 70), h, w), shift(w - 2, 1), shift(-1, h - 2)]
        expected = answers(expected_from(neutral, image, matrices), 4)
        seen = answers(observe(warp, image, matrices, "bilinear", 0.5)["out"], 4)
        right_on = "" if h == w else f"right on 7×7, wrong on {h}×{w} (x belongs to the width, y to the height): "
        told = f"{right_on}{c} channels"
        for out, right, matrix in zip(seen, expected, matrices, strict=True):
            compare(out, right, matrix, 0.5, told)
    one, flat = np.eye(3).tolist(), [[1.0, 2.0, 0.0], [2.0, 4.0, 0.0], [0.0, 0.0, 1.0]]
    observe.refuses(
        warp_shape,
        bad=[
            ((5, 5), flat, "bilinear"),
            ((5, 5), np.zeros((3, 3)).tolist(), "nearest"),
            ((5, 5), one, "bicubic"),
            ((5, 5), one, "linear"),
            ((5,), one, "bilinear"),
            ((1, 1, 5, 5), one, "bilinear"),
        ],
        good=[((5, 5), one, "bilinear"), ((5, 5), one, "nearest"), ((2, 5, 4), one, "nearest")],
        error=(ValueError, "torch._C._LinAlgError"),  # the latter is what torch.linalg.inv raises by itself
        what="shape of the image, matrix, mode",
    )
