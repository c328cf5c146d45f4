"""ex08: each matrix against its closed form, and where it sends the points that matter."""

import numpy as np
import torch

from grader.suite import answers, close, points


# ---- scenarios: run beside the learner's code and only report
def build(module, *calls):
    """The learner's matrices, a call being the name of a function and its arguments."""
    return [getattr(module, name)(*arguments) for name, *arguments in calls]


def compose_built(module, *calls):
    """The same matrices composed into one."""
    return module.compose(*build(module, *calls))


def compose_given(module, matrices):
    """All of the given matrices composed, then all but the last, and so on; and the matrices afterwards."""
    # The learner's own float type: float32 matrices are allowed.
    kind = module.translation(0.0, 0.0).dtype
    own = [matrix.to(kind) for matrix in matrices]
    return {"wholes": [module.compose(*own[:count]) for count in range(len(own), 0, -1)], "parts": own}


def apply_given(module, pairs):
    """For each matrix and its points: all points at once, one by one, and the points afterwards."""
    kind, seen = module.translation(0.0, 0.0).dtype, []
    for matrix, places in pairs:
        matrix, places = matrix.to(kind), places.to(kind)
        singles = [module.apply(matrix, places[i : i + 1]) for i in range(len(places))]
        seen.append({"all": module.apply(matrix, places), "singles": singles, "places": places})
    return seen


def apply_to_shape(module, shape):
    matrix = module.translation(1.0, 2.0)
    module.apply(matrix, torch.ones(shape, dtype=matrix.dtype))


# ---- the examiner's side
def affine(a, b, tx, c, d, ty):
    return np.array([[a, b, tx], [c, d, ty], [0, 0, 1.0]])


def turn(degrees, center=(0.0, 0.0)):
    cos, sin = np.round([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], 12)
    return around(affine(cos, -sin, 0, sin, cos, 0), center)


def around(matrix, center):
    """The map that does about `center` what `matrix` does about (0, 0)."""
    out = matrix.copy()
    out[:2, 2] = center - matrix[:2, :2] @ center
    return out


def somewhere(draw):
    """A center, at least 2 away from the corner in both directions."""
    return tuple(float(v) for v in np.round(2 + 8 * draw.random(2), 2))


def shown(place):
    return f"({place[0]:g}, {place[1]:g})"


def moved(matrix, place):
    """Where a (3, 3) matrix sends one point, as plain text; empty if it is no such matrix."""
    if np.shape(matrix) != (3, 3):
        return ""
    return shown(np.round((np.asarray(matrix) @ [*place, 1.0])[:2], 3) + 0.0)


def match(seen, expected, what, wrong=None):
    """`seen` is what was expected; `wrong` goes on with the sentence for what a known slip would give."""
    for why, values in (wrong or {}).items():
        if np.shape(seen) == np.shape(values) and np.allclose(seen, values, rtol=1e-4, atol=1e-4):
            what = f"{what} {why}"
    close(seen, expected, what, rtol=1e-4, atol=1e-4)


@points(2, hint="math.cos and math.sin want radians; the minus sign stands in the first row.")
def test_rotation_matrix(observe, draw):
    """The 30° matrix is .866 -.500 / .500 .866."""
    angles = [90.0, 30.0, *(float(a) for a in np.round(draw.uniform(-170, 170, 3), 1))]
    seen = observe(build, *[("rotation", angle) for angle in angles])
    for angle, matrix in zip(angles, answers(seen, 5), strict=True):
        quarter = "is not a quarter turn; the angle is in degrees, cos and sin take radians"
        wrong = {quarter: turn(np.degrees(angle)), "turns the other way": turn(-angle)}
        match(matrix, turn(angle), f"rotation({angle:g})", wrong)


@points(2, hint="Move the center to (0, 0), turn, move it back.")
def test_rotation_about_a_center(observe, draw):
    """A rotation about a center leaves the center alone, and the inverse angle undoes it."""
    cases = [(round(draw.uniform(20, 160), 1), somewhere(draw)) for _ in range(3)]
    calls = [("rotation", sign * angle, center) for angle, center in cases for sign in (1, -1)]
    seen = answers(observe(build, *calls), 6)
    for (angle, center), there, back in zip(cases, seen[::2], seen[1::2], strict=True):
        told = f"rotation({angle:g}, {shown(center)})"
        corner = {"(the center moved: this turns about the corner)": turn(angle)}
        match(there, turn(angle, center), f"{told} sends its center to {moved(there, center)}", corner)
        match(back @ there, np.eye(3), f"{told}, then the same with -{angle:g}")


@points(1, hint="The last column has the number width - 1.")
def test_hflip(observe, draw):
    """hflip swaps pixel 0 and pixel width-1 and is its own inverse."""
    widths = [5, 8, *(int(w) for w in draw.integers(10, 60, 2))]
    seen = observe(build, *[("hflip", width) for width in widths])
    for width, matrix in zip(widths, answers(seen, 4), strict=True):
        beyond = {f"sends pixel 0 to column {width}; indices end at {width - 1}": affine(-1, 0, width, 0, 1, 0)}
        match(matrix, affine(-1, 0, width - 1, 0, 1, 0), f"hflip({width})", beyond)
        match(matrix @ matrix, np.eye(3), f"hflip({width}) twice")


@points(3, hint="out = m @ out: what acts later stands further left.")
def test_compose(observe, draw):
    """compose: rotate then shift is not shift then rotate."""
    rotate, shift = ("rotation", 30.0), ("translation", 3.0, 0.0)
    first, second = observe(compose_built, rotate, shift), observe(compose_built, shift, rotate)
    turned, shifted = turn(30.0), affine(1, 0, 3, 0, 1, 0)
    match(first, shifted @ turned, "compose(rotate, shift)", {"shifted first": turned @ shifted})
    match(second, turned @ shifted, "compose(shift, rotate)")
    given = [affine(*draw.standard_normal(6)) for _ in range(4)]
    seen, expected = observe(compose_given, given), np.eye(3)
    match(np.stack(seen["parts"]), np.stack(given), "the matrices after compose (they must not be modified)")
    for matrix, whole in zip(given, reversed(answers(seen["wholes"], 4)), strict=True):
        expected = matrix @ expected
        match(whole, expected, "compose of one to four matrices")


@points(2, hint="Scaling: s on the diagonal, about the center. Shear: kx stands in the row of x and the column of y.")
def test_scaling_and_shear(observe, draw):
    """scaling and shear: the center stays fixed, s = 0 is refused, shear(1, 0) maps (0, 1) to (1, 1)."""
    slants = [(1.0, 0.0), (0.0, -1.5), *((round(a, 2), round(b, 2)) for a, b in draw.uniform(0.5, 2, (2, 2)))]
    sizes = [(0.5, (0.0, 0.0)), *((round(draw.uniform(1.2, 3), 1), somewhere(draw)) for _ in range(2))]
    cases = [*(("shear", *s) for s in slants), ("shear", 0.7), *(("scaling", *s) for s in sizes), ("scaling", 2.0)]
    seen = answers(observe(build, *cases), 9)
    for (kx, ky), matrix in zip([*slants, (0.7, 0.0)], seen[:5], strict=True):
        why = f"sends (0, 1) to {moved(matrix, (0, 1))}; kx must move x by y"
        match(matrix, affine(1, kx, 0, ky, 1, 0), f"shear({kx:g}, {ky:g})", {why: affine(1, ky, 0, kx, 1, 0)})
    for (s, center), matrix in zip([*sizes, (2.0, (0.0, 0.0))], seen[5:], strict=True):
        zoom = affine(s, 0, 0, 0, s, 0)
        told = f"scaling({s:g}, {shown(center)}) sends its center to {moved(matrix, center)}"
        match(matrix, around(zoom, center), told, {"(the center moved: this scales about the corner)": zoom})
    bad = [(("scaling", 0.0),), (("scaling", 0.0, (2.0, 3.0)),)]
    observe.refuses(build, bad, [(("scaling", 0.01),), (("scaling", 1.0, (2.0, 3.0)),)], ValueError, "call of")


@points(2, hint="Append a column of ones to (K, 2), multiply, and drop it again.")
def test_apply(observe, draw):
    """apply on many points equals one by one; compose of none is the identity; bad shapes are refused."""
    shift = affine(1, 0, 3, 0, 1, 0)
    cases = [(shift, np.array([[0.0, 0.0], [1.0, 5.0]]))]
    cases += [(affine(*draw.standard_normal(6)), 5 * draw.standard_normal((count, 2))) for count in (3, 1, 6)]
    for (matrix, places), seen in zip(cases, answers(observe(apply_given, cases), 4), strict=True):
        expected = places @ matrix[:2, :2].T + matrix[:2, 2]
        flipped = matrix[[1, 0, 2]][:, [1, 0, 2]]
        swapped = places @ flipped[:2, :2].T + flipped[:2, 2]
        what = f"apply to {len(places)} points"
        if matrix is shift:
            what = "translation(3, 0) applied to (0, 0) and (1, 5)"
        match(seen["all"], expected, what, {"went the wrong way: x is the column, (3, 0) lies to the right": swapped})
        match(np.concatenate(answers(seen["singles"], len(places))), expected, f"{what}, one by one")
        match(seen["places"], places, "the points after apply (they must not be modified)")
    match(observe(compose_built), np.eye(3), "compose() of no matrices")
    observe.refuses(
        apply_to_shape,
        bad=[((2,),), ((3, 3),), ((4, 1),), ((2, 3),), ((2, 2, 2),)],
        good=[((1, 2),), ((2, 2),), ((5, 2),)],
        error=ValueError,
        what="apply to points of shape",
    )
