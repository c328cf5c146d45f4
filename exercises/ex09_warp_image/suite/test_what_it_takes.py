"""ex09: which images, matrices and modes `warp` takes and refuses, and what it leaves alone."""

import numpy as np
import torch
from calls import call, call_directly
from places import affine, is_right, judge, meant, regions, shift, turn

from grader.suite import Raised, answers, close, points, require, same, shaped, uniform

MODES = ("bilinear", "nearest")
INTO = "Make a new tensor for the result, such as torch.empty_like(image), and write into that one."


# ---- scenarios: run beside the learner's code and only report
def warp_each(module, cases):
    """Each image under each of its matrices, in both modes."""
    modes = ("bilinear", "nearest")
    return [[[call(module, image, m, mode, 0.5) for mode in modes] for m in matrices] for image, matrices in cases]


def warp_apart(module, image, matrix, mode, fill):
    """All channels together, and each for itself."""
    apart = [call_directly(module, channel, matrix, mode, fill) for channel in image]
    return {"together": call_directly(module, image, matrix, mode, fill), "apart": apart}


def warp_in(module, image, matrix, mode):
    """In float32 and in float64, as two equal channels."""
    image = image.expand(2, *image.shape)
    kinds = (torch.float32, torch.float64)
    return [module.warp(image.to(kind).clone(), matrix.to(kind).clone(), mode) for kind in kinds]


def warp_in_turn(module, first, then, matrix):
    """The second image after the first, in float32, or in float64; None if the first can be warped in neither type."""
    for kind in (torch.float32, torch.float64):
        try:
            module.warp(first.to(kind), matrix.to(kind))
        except (RuntimeError, ValueError, IndexError, TypeError, AssertionError):
            continue
        return module.warp(then.to(kind), matrix.to(kind))
    return None


def leave_alone(module, image, matrices, mode):
    """The results for two equal channels, and the arguments afterwards; those of a call with an image (H, W) too."""
    plain, image = image.clone(), image.expand(2, *image.shape).clone()
    try:
        out = [module.warp(image, matrix, mode, 0.5) for matrix in matrices]
    except RuntimeError:
        plain, image, matrices = plain.double(), image.double(), [matrix.double() for matrix in matrices]
        out = [module.warp(image, matrix, mode, 0.5) for matrix in matrices]
    try:
        module.warp(plain, matrices[0], mode, 0.5)
    except (RuntimeError, ValueError, IndexError, TypeError, AssertionError):
        plain = image[0]
    return {"out": out, "image": image, "plain": plain, "matrices": matrices}


def warp_shape(module, shape, mode):
    call_directly(module, torch.ones(shape), torch.eye(3), mode)


def warp_under(module, matrix, mode):
    call(module, torch.ones(5, 5), torch.tensor(matrix), mode)


# ---- the examiner's side
@points(1, hint="The rows and columns are the last two axes; whatever stands before them goes through unchanged.")
def test_channels(observe, draw):
    """Every channel is moved alike, whatever their number."""
    for channels in (1, 3, 4):
        image, matrix = uniform(draw, channels, 7, 7), shift(2, -1)
        for mode in MODES:
            seen, what = observe(warp_apart, image, matrix, mode, 0.5), f"{channels} channels, mode {mode}"
            together = shaped(seen["together"], image.shape, what)
            apart = [shaped(one, (7, 7), f"{what}, one as (H, W)") for one in answers(seen["apart"], channels)]
            judge(together, image, meant(together, image, matrix, "nearest"), "nearest", what)
            close(together, np.stack(apart), f"{what}, beside each of them alone as (H, W)", atol=1e-4)


@points(1, hint="image.shape[-2:] is (height, width): x runs to width - 1, y to height - 1.")
def test_not_square(observe, draw):
    """Images need not be square."""
    cases = []
    for shape in ((7, 7), (6, 9), (9, 6), (5, 8)):
        h, w = shape[-2:]
        moves = [affine(-1, 0, w - 1, 0, 1, 0), turn(draw.uniform(20, 70), h, w), shift(w - 4, 1), shift(-1, h - 4)]
        cases.append((uniform(draw, *shape), moves))
    seen, square = answers(observe(warp_each, cases), 4), True
    for (image, moves), outs in zip(cases, seen, strict=True):
        h, w = image.shape[-2:]
        for matrix, pair in zip(moves, answers(outs, 4), strict=True):
            for mode, out in zip(MODES, answers(pair, 2), strict=True):
                out = shaped(out, image.shape, f"an image of {h}×{w}")
                matrix = meant(out, image, matrix, mode)
                square = square and (h != w or is_right(out, image, matrix, mode))
                told = f"right on 7×7, wrong on {h}×{w}" if square else f"an image of {h}×{w}"
                judge(out, image, matrix, mode, f"{told}, mode {mode}")
    for first, then in (((6, 9), (5, 9)), ((6, 9), (6, 7))):
        what = f"an image of {then[0]}×{then[1]} right after one of {first[0]}×{first[1]}"
        hint = "Whatever is remembered from one call to the next must fit the height and the width of the new image."
        (seen,) = observe.each(warp_in_turn, [(uniform(draw, *first), uniform(draw, *then), shift(0, 0))])
        require(not isinstance(seen, Raised), f"{what}: {getattr(seen, 'message', '')}", hint)
        if seen is not None:  # what cannot be warped at all is judged elsewhere
            shaped(seen, (*np.shape(seen)[:-2], *then), what, hint=hint)


@points(1)
def test_dtype(observe, draw):
    """Float32 and float64 images keep their dtype."""
    image, matrix = draw.random((8, 8)), turn(draw.uniform(20, 70), 8, 8)
    inside, _ = regions(matrix, image.shape, "nearest")
    for mode in MODES:
        seen = answers(observe(warp_in, image, matrix, mode), 2)
        for out, dtype in zip(seen, ("float32", "float64"), strict=True):
            out = shaped(out, (2, 8, 8), f"a {dtype} image and matrix, mode {mode}", dtype)[0]
            require(
                np.isfinite(out).all() and out.std() > 0 and not np.array_equal(out, image),
                f"{dtype}, mode {mode}: the turn moved nothing",
            )
        low = float(seen[0][:, inside].min())
        require(low > -1e-3, f"mode {mode}: {low:.3f} appears, but the image has numbers from 0 to 1 only")
        close(seen[1][:, inside], seen[0][:, inside], f"mode {mode}, float64 beside float32", atol=1e-3)
    values = seen[1][0][inside]
    own = image.ravel()[np.abs(values[:, None] - image.ravel()).argmin(1)]  # nearest only returns existing values
    cut = (np.abs(values - own) < 1e-6) & (np.abs(values - own) > 1e-11)
    pair = " for a pixel of ".join(f"{numbers[cut].sum() / max(cut.sum(), 1):.12f}" for numbers in (values, own))
    told = f"mode nearest, float64: {pair} (mean of {cut.sum()} places): its digits went through float32"
    require(not cut.any(), told, "Calculate in the image's own type: no float() and no float32 in between.")


@points(1)
def test_arguments_stay(observe, draw):
    """The image and the matrix are left as they were."""
    image, matrices = uniform(draw, 7, 7), [shift(2, 1), turn(draw.uniform(20, 70), 7, 7), shift(-0.7, 0.2)]
    for mode in MODES:
        seen = observe(leave_alone, image, matrices, mode)
        same(
            seen["image"],
            np.stack([image, image]),
            f"the image after the call, mode {mode} (it must not be modified)",
            hint=INTO,
        )
        told = f"the image (H, W) after the call, mode {mode} (neither its numbers nor its shape may change)"
        same(seen["plain"], image, told, hint="A method that ends in _, such as unsqueeze_, changes the tensor itself.")
        told = f"the matrices after the call, mode {mode} (they must not be modified)"
        same(np.stack(answers(seen["matrices"], 3)), np.stack(matrices), told, hint="inv() makes a new tensor.")
        for out in answers(seen["out"], 3):
            out = shaped(out, (2, 7, 7), f"mode {mode}")[0]
            require(
                np.isfinite(out).all() and out.std() > 0 and not np.array_equal(out, image),
                f"mode {mode}: nothing was moved at all",
            )


@points(1, hint="Compare the mode with both names as they are written, and look at image.ndim.")
def test_refuses(observe):
    """Another mode and another number of axes are refused."""
    observe.refuses(
        warp_shape,
        bad=[
            ((5, 5), "bicubic"), ((5, 5), "linear"), ((5, 5), "Bilinear"), ((2, 5, 5), "NEAREST"),
            ((5,), "bilinear"), ((1, 1, 5, 5), "bilinear"), ((1, 3, 5, 5), "nearest"),
        ],
        good=[((5, 5), "bilinear"), ((5, 5), "nearest"), ((2, 5, 4), "nearest"), ((1, 4, 6), "bilinear")],
        error=ValueError,
        what="shape of the image, mode",
    )  # fmt: skip


@points(
    1, hint="torch.linalg.inv raises LinAlgError, which is no ValueError; a small determinant is no missing inverse."
)
def test_singular(observe):
    """A matrix without an inverse is refused, one with an inverse is not."""
    flat, line = [[1.0, 2.0, 0.0], [2.0, 4.0, 0.0], [0.0, 0.0, 1.0]], [[1.0, 0, 0], [0, 0, 3.0], [0, 0, 1.0]]
    mirror, quarter = [[-1.0, 0, 4.0], [0, 1.0, 0], [0, 0, 1.0]], [[0.0, -1.0, 4.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    tiny, large = ([[zoom, 0, 0], [0, zoom, 0], [0, 0, 1.0]] for zoom in (0.01, 100.0))
    far = [[1.0, 0, 5000.0], [0, 1.0, 0], [0, 0, 1.0]]
    observe.refuses(
        warp_under,
        bad=[(flat, "bilinear"), (np.zeros((3, 3)).tolist(), "nearest"), (line, "bilinear")],
        good=[(mirror, "bilinear"), (quarter, "nearest"), (tiny, "bilinear"), (large, "nearest"), (far, "nearest")],
        error=ValueError,
        what="matrix, mode",
    )
