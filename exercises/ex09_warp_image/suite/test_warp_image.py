"""ex09: where the pixels of a warped image come from, and what is read there."""

import numpy as np
import torch.nn.functional as F
from calls import call
from places import affine, judge, judge_outside, meant, regions, shift, slip, turn

from grader.suite import answers, close, normal, points, require, shaped, uniform

MODES = ("bilinear", "nearest")


# ---- scenarios: run beside the learner's code and only report
def warp(module, image, matrices, *options):
    """The image under each matrix."""
    return [call(module, image, matrix, *options) for matrix in matrices]


def grid_sample(image, thetas):
    """PyTorch's own answer for a (C, H, W) image; theta maps target to source, both in coordinates from -1 to 1."""
    out = []
    for theta in thetas:
        grid = F.affine_grid(theta[None, :2], [1, *image.shape], align_corners=True)
        out.append(F.grid_sample(image[None].double(), grid, align_corners=True)[0])
    return out


# ---- the examiner's side
@points(1, hint="With the identity every pixel of the result comes from its own place.")
def test_identity(observe, draw):
    """Identity changes nothing."""
    image, matrices = uniform(draw, 7, 7), [np.eye(3, dtype=np.float32), shift(2, 0)]
    for mode in MODES:
        still, moved = answers(observe(warp, image, matrices, mode), 2)
        still = shaped(still, (7, 7), f"mode {mode}, the identity")
        close(still, image, f"mode {mode}, the identity{slip(still, image, matrices[0], mode)}", atol=1e-4)
        require(not np.array_equal(moved, still), f"mode {mode}: a shift by two pixels changed nothing either")


@points(2, hint="Read at inverse(matrix) @ target: what lies there moves to the target.")
def test_whole_pixel_shift(observe, draw):
    """A whole-pixel shift moves the image to the right and down."""
    image, moves = uniform(draw, 8, 8), [(3, -2), (3, 0), (0, -2), (-2, 3), (1, 1)]
    seen = answers(observe(warp, image, [shift(*move) for move in moves], "nearest"), 5)
    for (tx, ty), out in zip(moves, seen, strict=True):
        what = f"shift by ({tx}, {ty})"
        judge(shaped(out, (8, 8), what), image, shift(tx, ty), "nearest", what)


@points(1, hint="x comes first in (x, y), but the column is the last index of the tensor.")
def test_hflip(observe, draw):
    """hflip(width) equals image.flip(-1)."""
    image, matrix = uniform(draw, 8, 8), affine(-1, 0, 7, 0, 1, 0)
    (seen,) = answers(observe(warp, image, [matrix], "nearest"), 1)
    seen = shaped(seen, (8, 8), "matrix of hflip(8)")
    close(seen, image[:, ::-1], f"matrix of hflip(8){slip(seen, image, matrix, 'nearest')}", atol=1e-4)


@points(1, hint="With y pointing down, +90° turns clockwise on the screen.")
def test_quarter_turn(observe, draw):
    """A quarter turn about the center equals rot90."""
    image, matrix = uniform(draw, 7, 7), affine(0, -1, 6, 1, 0, 0)
    (seen,) = answers(observe(warp, image, [matrix], "nearest"), 1)
    seen = shaped(seen, (7, 7), "turn by 90° about (3, 3)")
    told = slip(seen, image, matrix, "nearest")
    if np.allclose(seen, np.rot90(image), atol=1e-3):
        told = ": it turned counter-clockwise; look up the source with the inverse"
    close(seen, np.rot90(image, -1), f"turn by 90° about (3, 3){told}", atol=1e-4)


@points(1, hint="Every pixel of the result asks where it came from, so that each gets a value.")
def test_zoom_leaves_no_holes(observe, draw):
    """Zooming in leaves no holes."""
    flat, image = np.full((9, 9), 1 + uniform(draw, 1)[0], dtype=np.float32), uniform(draw, 9, 9)
    zoom, written = affine(3, 0, -8, 0, 3, -8), np.zeros((9, 9), dtype=bool)
    written[1::3, 1::3] = True
    for mode in MODES:
        (seen,) = answers(observe(warp, flat, [zoom], mode), 1)
        seen = shaped(seen, (9, 9), f"scale 3, mode {mode}")
        forward = np.allclose(seen, np.where(written, flat, 0), atol=1e-4)
        told = f": {int((~written).sum())} pixels nobody wrote: go from target to source" if forward else ""
        close(seen, flat, f"scale 3 about the middle, mode {mode}, a constant image{told}", atol=1e-4)
    (seen,) = answers(observe(warp, image, [zoom], "nearest"), 1)
    what, hint = "scale 3 about the middle, mode nearest", "round() the place and read one pixel."
    judge(shaped(seen, (9, 9), "scale 3"), image, zoom, "nearest", what, hint)


@points(2, hint="floor gives the pixel to the left and above, what remains gives the weights of the four.")
def test_half_a_pixel(observe, draw):
    """Half a pixel averages two neighbors, by default and in mode bilinear."""
    image = normal(draw, 9, 9)
    a, b = (round(float(v), 2) for v in draw.uniform([0.15, 0.55], [0.4, 0.85]))
    moves = [(a, b), (0.5, 0), (0, 0.5), (0.25, 0), (-b, 0), (0, -a), (b - 1, 2 - a)]
    for options in ((), ("bilinear",)):
        seen = answers(observe(warp, image, [shift(*move) for move in moves], *options), len(moves))
        for move, out in zip(moves, seen, strict=True):
            what = f"shift by ({move[0]:g}, {move[1]:g}), {'mode bilinear' if options else 'no mode given'}"
            matrix = meant(shaped(out, (9, 9), what), image, shift(*move), "bilinear")
            judge(out, image, matrix, "bilinear", what)


@points(1, hint="round() the place and read one pixel.")
def test_nearest(observe, draw):
    """Nearest only returns existing values, those of the nearest pixels."""
    image, matrices = normal(draw, 8, 8), [turn(draw.uniform(20, 70), 8, 8), shift(0.3, -0.6), shift(-0.2, 0.7)]
    for matrix, out in zip(matrices, answers(observe(warp, image, matrices, "nearest"), 3), strict=True):
        out = shaped(out, (8, 8), "mode nearest")
        matrix = meant(out, image, matrix, "nearest")
        inside, _ = regions(matrix, image.shape, "nearest")
        new = ~np.isin(out[inside], image)
        new &= out[inside] != 0  # the fill
        told = f": {out[inside][new][0]:.4f} is a value that no pixel of the image has" if new.any() else ""
        judge(out, image, matrix, "nearest", f"mode nearest{told}")


@points(2, hint="x <= -1, x >= W, y <= -1 and y >= H are outside, each alone and in both modes.")
def test_fill(observe, draw):
    """A place a whole pixel or more outside gives `fill`."""
    image, low = uniform(draw, 8, 8), -1 - float(uniform(draw, 1)[0])
    image[::3, ::2] = 0
    # The half turn about (c / 2, c / 2): target (x', y') comes from (c - x', c - y').
    told = {f"half turn about ({c / 2:g}, {c / 2:g})": affine(-1, 0, c, 0, -1, c) for c in (3, 10, 2.625, 10.375)}
    told |= {f"shift by ({tx}, {ty})": shift(tx, ty) for tx, ty in ((3, 0), (-3, 0), (0, 3), (0, -3))}
    for mode in MODES:
        for fill, options in ((2 - low, (mode, 2 - low)), (low, (mode, low)), (0.0, (mode,))):
            seen = answers(observe(warp, image, list(told.values()), *options), 8)
            for (name, matrix), out in zip(told.items(), seen, strict=True):
                what = f"{name}, mode {mode}, fill {fill:.3f}" + ("" if fill else " by default")
                matrix = meant(shaped(out, (8, 8), what), image, matrix, mode)
                judge_outside(out, image, matrix, mode, fill, what)
                filled = regions(matrix, image.shape, mode)[0] & (out == np.float32(fill))
                require(not fill or not filled.any(), f"{what}: the fill stands in {filled.sum()} places inside too")


@points(2, hint="Compare place by place: where does inverse(matrix) @ target lie, and which four pixels are around it?")
def test_agrees_with_grid_sample(observe, neutral, draw):
    """Agrees with grid_sample for random rotations."""
    image = normal(draw, 11, 11)
    matrices = [*(turn(a, 11, 11) for a in draw.uniform([10, 100, 190], [80, 170, 350]))]
    matrices.append((affine(1.2, 0.3, -1.1, -0.2, 0.9, 0.7) @ shift(*draw.uniform(-1, 1, 2))).astype(np.float32))
    to_pixels = affine(5, 0, 5, 0, 5, 5).astype(np.float64)
    thetas = [np.linalg.inv(to_pixels) @ np.linalg.inv(m.astype(np.float64)) @ to_pixels for m in matrices]
    expected = answers(neutral(grid_sample, image[None], thetas), 4)
    seen = answers(observe(warp, image, matrices, "bilinear"), 4)
    for out, right, matrix, what in zip(seen, expected, matrices, ["a turn"] * 3 + ["zoom and slant"], strict=True):
        out = shaped(out, (11, 11), what)
        judge(out, image, matrix, "bilinear", what)
        inside, _ = regions(matrix, image.shape, "bilinear")
        close(out[inside], right[0][inside], f"{what}, compared with grid_sample", atol=1e-3)
