"""ex08, the five that make a matrix: each against its closed form, and where it sends the points that matter."""

import numpy as np
import torch
from maps import affine, around, drawn, match, moved, shift, shown, somewhere, turn, zoom

from grader.suite import answers, points, require, same, shaped


# ---- scenarios: run beside the learner's code and only report
def build(module, *calls):
    """The matrix of each call, a function's name and its arguments: as it came, and as it is after the last call."""
    came, kept = [], []
    for name, *arguments in calls:
        kept.append(getattr(module, name)(*arguments))
        came.append(kept[-1].clone() if isinstance(kept[-1], torch.Tensor) else kept[-1])
    return {"came": came, "kept": kept}


def scale(module, *arguments):
    module.scaling(*arguments)


# ---- the examiner's side
def built(observe, calls):
    """One matrix (3, 3) per call, none of which a later call has changed."""
    seen, out = observe(build, *calls), []
    for call, came, kept in zip(
        calls, answers(seen["came"], len(calls)), answers(seen["kept"], len(calls)), strict=True
    ):
        told = f"{call[0]}({', '.join(shown(a) if isinstance(a, tuple) else f'{a:g}' for a in call[1:])})"
        out.append(shaped(came, (3, 3), told))
        same(kept, came, f"the result of {told} after later calls (it must stay what it was)")
    return out


def own_linear_part(matrix, told):
    """What the submission does about (0, 0), judged elsewhere: here only that it does something."""
    nothing = np.allclose(matrix[:2, :2], np.eye(2), atol=0.05) or np.allclose(matrix[:2, :2], 0)
    require(not nothing, f"{told} moves nothing, so that there is no center to keep")
    return matrix


@points(1, hint="Columns are numbered from 0 to width - 1; rows stay where they are.")
def test_hflip(observe, draw):
    """hflip swaps pixel 0 and pixel width-1 and is its own inverse."""
    widths = [5, 8, *(int(w) for w in draw.permutation(np.arange(10, 60))[:3]), 1]
    for width, matrix in zip(widths, built(observe, [("hflip", width) for width in widths]), strict=True):
        slips = {
            f"indices end at {width - 1}": affine(-1, 0, width, 0, 1, 0),
            "indices begin at 0": affine(-1, 0, width + 1, 0, 1, 0),
            "mirrored about column 0 and not moved back into the image": affine(-1, 0, 0, 0, 1, 0),
            "moved back by half the way only": affine(-1, 0, (width - 1) / 2, 0, 1, 0),
            "shifted first and mirrored then": affine(-1, 0, 1 - width, 0, 1, 0),
            "mirrored top to bottom": affine(1, 0, 0, 0, -1, width - 1),
            "the rows were mirrored too": affine(-1, 0, width - 1, 0, -1, 0),
        }
        told = f"hflip({width}) sends pixel 0 to column {(matrix @ [0, 0, 1])[0]:g}"
        match(matrix, affine(-1, 0, width - 1, 0, 1, 0), told, slips)


@points(1, hint="tx moves x to the right, ty moves y down, each by its own number.")
def test_translation(observe, draw):
    """translation moves by tx to the right and by ty down."""
    moves = [(3, 2), *((drawn(draw, 1.1, 4), drawn(draw, 5.1, 9)) for _ in range(3))]
    moves = [(tx * sx, ty * sy) for (tx, ty), (sx, sy) in zip(moves, [(1, 1), (1, -1), (-1, 1), (-1, -1)], strict=True)]
    for (tx, ty), matrix in zip(moves, built(observe, [("translation", *move) for move in moves]), strict=True):
        slips = {
            "positive ty moves down, y points down": shift(tx, -ty),
            "positive tx moves to the right": shift(-tx, ty),
            "this is the way back, both numbers negated": shift(-tx, -ty),
            "tx and ty are exchanged": shift(ty, tx),
            "ty has no effect": shift(tx, 0),
            "tx has no effect": shift(0, ty),
            "cut to whole pixels": shift(int(tx), int(ty)),
            "rounded to whole pixels": shift(round(tx), round(ty)),
            "the shift stands in the last row, points are columns": shift(tx, ty).T,
        }
        match(matrix, shift(tx, ty), f"translation({tx:g}, {ty:g}) sends (0, 0) to {moved(matrix, (0, 0))}", slips)


@points(1, hint="kx stands in the row of x and the column of y, ky in the row of y and the column of x.")
def test_shear(observe, draw):
    """shear moves x by kx times y and y by ky times x: shear(1, 0) maps (0, 1) to (1, 1)."""
    slants = [(1, 0), (0.0, -1.5), (drawn(draw, 0.3, 0.9), drawn(draw, 1.1, 2)), (-drawn(draw, 1.1, 2), 0.4), (0.7,)]
    slants += [(2, 0.5), (-1.0, -1.0)]  # a matrix without an inverse
    for slant, matrix in zip(slants, built(observe, [("shear", *slant) for slant in slants]), strict=True):
        kx, ky = (*slant, 0.0)[:2]
        slips = {
            "kx must move x by y": affine(1, ky, 0, kx, 1, 0),
            "positive numbers slant the other way": affine(1, -kx, 0, -ky, 1, 0),
            "ky has no effect": affine(1, kx, 0, 0, 1, 0),
            "ky was taken to be kx": affine(1, kx, 0, kx, 1, 0),
            "kx and ky are no angles": affine(1, np.tan(np.radians(kx)), 0, np.tan(np.radians(ky)), 1, 0),
            "y moves by ky times the x from before": affine(1, kx, 0, ky, 1 + kx * ky, 0),
            "x moves by kx times the y from before": affine(1 + kx * ky, kx, 0, ky, 1, 0),
            "this is a shift": shift(kx, ky),
        }
        told = f"shear({', '.join(f'{k:g}' for k in slant)}) sends (1, 0) to {moved(matrix, (1, 0))}"
        told = f"{told} and (0, 1) to {moved(matrix, (0, 1))}"
        match(matrix, affine(1, kx, 0, ky, 1, 0), told, slips)


@points(2, hint="x' = x cos - y sin and y' = x sin + y cos; math.cos and math.sin take radians.")
def test_rotation_matrix(observe, draw):
    """The 30° matrix is .866 -.500 / .500 .866."""
    angles = [90, 30.0, drawn(draw, 20, 80), -drawn(draw, 95, 170), drawn(draw, 190, 350), -drawn(draw, 190, 260)]
    seen = built(observe, [("rotation", angle) for angle in angles])
    for angle, matrix in zip(angles, seen, strict=True):
        (cos, sin), _ = turn(-angle)[:2, :2]
        slips = {
            "the angle is in degrees, cos and sin take radians": turn(np.degrees(angle)),
            "turned the other way": turn(-angle),
            "cos and sin are exchanged": affine(sin, -cos, 0, cos, sin, 0),
            "a minus sign is missing": affine(cos, sin, 0, sin, cos, 0),
            "half a turn off": turn(angle + 180),
            "cos and sin were rounded to three digits": np.round(turn(angle), 3),
            "π was taken to be 3.14": turn(angle * 3.14 / np.pi),
            "the degrees behind the point are lost": turn(int(angle)),
        }
        match(matrix, turn(angle), f"rotation({angle:g}) sends (1, 0) to {moved(matrix, (1, 0))}", slips)


@points(1, hint="Move the center to (0, 0), turn, move it back.")
def test_rotation_about_a_center(observe, draw):
    """A rotation about a center leaves the center alone."""
    cases = [(sign * drawn(draw, 20, 160), somewhere(draw)) for sign in (1, -1, 1)]
    calls = [("rotation", angle, *center) for angle, at in cases for center in ((), (at,))]
    seen = built(observe, calls)
    for (angle, center), plain, there in zip(cases, seen[::2], seen[1::2], strict=True):
        told = f"rotation({angle:g}, {shown(center)}) sends its center to {moved(there, center)}"
        compare_about(center, own_linear_part(plain, f"rotation({angle:g})"), there, told, "turns")


def compare_about(center, plain, there, told, does):
    """`there` does about the center what `plain` does about (0, 0); or one of the slips of moving there and back."""
    x, y = center
    right, whole = around(plain, center), (int(x), int(y))
    there_and_back = shift(-x, -y) @ around(plain, (0, 0)) @ shift(x, y)
    slips = {
        f"the center moved: this {does} about the corner": around(plain, (0, 0)),
        "the center was moved to (0, 0) but not back": shift(-x, -y) @ right,
        "the center was added behind the turn or zoom, without moving it to (0, 0) first": shift(x, y)
        @ around(plain, (0, 0)),
        "the two moves of the center are exchanged": there_and_back,
        "the last column has the wrong sign": right * [1, 1, -1] + [[0], [0], [2]] * np.array([0, 0, 1]),
        "the center is (x, y), here it was read as (y, x)": around(plain, (y, x)),
        "the center was cut to whole pixels": around(plain, whole),
        "only the x of the center was used": around(plain, (x, 0)),
        "the row of x is right, the row of y is not": np.vstack([right[:1], there[1:]]),
        "the row of y is right, the row of x is not": np.vstack([there[:1], right[1:]]),
    }
    match(there, right, told, slips)


@points(1, hint="s stands on the diagonal, in the row of x and in that of y.")
def test_scaling(observe, draw):
    """scaling multiplies x and y by s."""
    sizes = [2, 0.5, drawn(draw, 1.2, 1.8), drawn(draw, 2.2, 3), -drawn(draw, 1.2, 3)]
    for s, matrix in zip(sizes, built(observe, [("scaling", s) for s in sizes]), strict=True):
        slips = {
            "divided by s": zoom(1 / s),
            "the area grew by s, not the distance": zoom(abs(s) ** 0.5),
            "y stayed as it was": affine(s, 0, 0, 0, 1, 0),
            "x stayed as it was": affine(1, 0, 0, 0, s, 0),
            "the 1 at the lower right must stay": s * np.eye(3),
            "cut to whole numbers": zoom(int(s)),
        }
        match(matrix, zoom(s), f"scaling({s:g}) sends (1, 1) to {moved(matrix, (1, 1))}", slips)


@points(1, hint="Move the center to (0, 0), scale, move it back.")
def test_scaling_about_a_center(observe, draw):
    """scaling about a center: the center stays fixed."""
    cases = [*((drawn(draw, 1.2, 1.8), somewhere(draw)) for _ in range(2)), (2, somewhere(draw))]
    calls = [("scaling", s, *center) for s, at in cases for center in ((), (at,))]
    seen = built(observe, calls)
    for (s, center), plain, there in zip(cases, seen[::2], seen[1::2], strict=True):
        told = f"scaling({s:g}, {shown(center)}) sends its center to {moved(there, center)}"
        compare_about(center, own_linear_part(plain, f"scaling({s:g})"), there, told, "scales")


@points(1, hint="Only s = 0 sends all points into one; however small s is otherwise, a map leads back.")
def test_scaling_by_zero(observe):
    """scaling: s = 0 is refused, any other s is not."""
    bad = [(0.0,), (0,), (0.0, (2.0, 3.0))]
    good = [(0.001,), (0.5, (2.0, 3.0)), (1.0,), (-0.5,), (1e-9,), (-1e-13,), (1e-30, (2.0, 3.0)), (1e-200,)]
    observe.refuses(scale, bad, good, ValueError, "scaling of")
