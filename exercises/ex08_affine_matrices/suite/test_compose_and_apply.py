"""ex08, the two that use matrices: the order of composing, the points of apply, and float64 everywhere."""

import numpy as np
import torch
from maps import NEAR, affine, around, drawn, match, shift, shown, somewhere, turn, zoom

from grader.suite import answers, close, normal, points, require, same, shaped

INTO = "out = m @ out makes a new tensor; +=, copy_ and out[...] = ... write into the one that is there."
DIGITS = "Look for a step that rounds or is float32: torch.eye(3), torch.tensor(0.5) and torch.deg2rad of it are."


# ---- scenarios: run beside the learner's code and only report
def in_own_type(function, *tensors):
    """In float64, or in float32 where that is the only type in which the submission can calculate."""
    try:
        return function(*[tensor.clone() for tensor in tensors])
    except RuntimeError:
        return function(*[tensor.float() for tensor in tensors])


def compose_each(module, groups):
    """Each group of matrices composed into one: as it came, and as it is after the last call."""
    came, kept = [], []
    for matrices in groups:
        kept.append(in_own_type(module.compose, *matrices))
        came.append(kept[-1].clone() if isinstance(kept[-1], torch.Tensor) else kept[-1])
    return {"came": came, "kept": kept}


def apply_each(module, pairs):
    """For each matrix and its points: all points at once, as rows and as columns in memory, and one by one."""
    seen = []
    for matrix, places in pairs:
        singles = [in_own_type(module.apply, matrix, places[i : i + 1]) for i in range(len(places))]
        ways = [in_own_type(module.apply, matrix, one) for one in (places, places.t().contiguous().t())]
        seen.append({"all": ways[0], "columns": ways[1], "singles": singles})
    return seen


def apply_to_shape(module, shape):
    in_own_type(module.apply, torch.eye(3, dtype=torch.float64), torch.ones(shape, dtype=torch.float64))


def leave_alone(module, matrices, places):
    """The results of compose and apply, and their arguments afterwards."""
    try:
        results = [module.compose(*matrices), module.apply(matrices[0], places)]
    except RuntimeError:
        matrices, places = [matrix.float() for matrix in matrices], places.float()
        results = [module.compose(*matrices), module.apply(matrices[0], places)]
    return {"results": results, "matrices": matrices, "places": places}


def make(module, calls):
    return [getattr(module, name)(*arguments) for name, *arguments in calls]


def use(module, matrices, places):
    return [module.compose(), module.compose(*matrices), module.apply(matrices[0], places)]


# ---- the examiner's side
def any_map(draw):
    return affine(*draw.standard_normal(6))


def product(matrices):
    """All of them, the first one acting first."""
    out = np.eye(3)
    for matrix in matrices:
        out = matrix @ out
    return out


def composed(observe, groups):
    """One result per group, none of which a later call has changed."""
    seen = observe(compose_each, groups)
    came, kept = (answers(seen[when], len(groups)) for when in ("came", "kept"))
    same(kept, came, "the results of compose after later calls (each must stay what it was)", hint=INTO)
    return came


def backward_rest(matrices):
    return product(matrices[:1:-1])


def added(matrices):
    """The linear parts multiplied and the shifts added, each for itself."""
    out = product(matrices)
    out[:2, 2] = sum(matrix[:2, 2] for matrix in matrices)
    return out


@points(2, hint="For column vectors the matrix that acts first stands on the right of the product.")
def test_compose(observe, draw):
    """compose: rotate then shift is not shift then rotate."""
    rotate, move, given = turn(30), shift(3.0, 0.0), [any_map(draw) for _ in range(4)]
    groups = [[rotate, move], *(given[:count] for count in (2, 3, 4, 1)), [move, rotate]]
    first, *seen, last = composed(observe, groups)
    match(first, move @ rotate, "compose(rotate, shift)", {"shifted first": rotate @ move, "only rotated": rotate})
    for matrices, whole in zip(groups[1:-1], seen, strict=True):
        count, backward = len(matrices), product(matrices[::-1])
        slips = {
            "the last one was applied first": backward,
            "multiplied number by number": np.prod(matrices, axis=0),
            "from the third one on multiplied on the other side": product(matrices[:2]) @ backward_rest(matrices),
            "the shifts were added": added(matrices),
        }
        slips |= {f"only the first {some} of them acted": product(matrices[:some]) for some in range(1, count)}
        match(whole, product(matrices), f"compose of {count} matrices", slips)
    match(last, rotate @ move, "compose(shift, rotate)", {"rotated first": move @ rotate})


@points(1, hint="Start from the identity: whatever is composed with it stays what it is.")
def test_compose_of_none(observe, draw):
    """compose without arguments is the identity."""
    matrix = any_map(draw)
    none, one = composed(observe, [[], [matrix]])
    match(none, np.eye(3), "compose() of no matrices")
    require(np.shape(one) == (3, 3) and not np.allclose(one, none), "compose of one matrix is the identity too")


@points(2, hint="Append a column of ones to (K, 2), multiply, and drop it again.")
def test_apply(observe, draw):
    """apply on many points equals one by one."""
    move = shift(3.0, 0.0)
    cases = [(move, np.array([[0.0, 0.0], [1.0, 5.0]]))]
    cases += [(any_map(draw), 5 * draw.standard_normal((count, 2))) for count in (3, 1, 7, 2)]
    for (matrix, places), seen in zip(cases, answers(observe(apply_each, cases), 5), strict=True):
        expected = places @ matrix[:2, :2].T + matrix[:2, 2]
        flipped = matrix[[1, 0, 2]][:, [1, 0, 2]]
        back = np.linalg.inv(matrix)
        slips = {
            "x is the column, (3, 0) lies to the right": places @ flipped[:2, :2].T + flipped[:2, 2],
            "the last column of the matrix had no effect": places @ matrix[:2, :2].T,
            "this is the way back": places @ back[:2, :2].T + back[:2, 2],
            "the matrix was written for columns (x, y, 1), here it stands right of rows": places @ matrix[:2, :2],
            "the rows of the 2x2 part are taken for its columns": places @ matrix[:2, :2] + matrix[:2, 2],
            "each point is read as (y, x)": places[:, ::-1] @ matrix[:2, :2].T + matrix[:2, 2],
            "the shift comes last, not first": (places + matrix[:2, 2]) @ matrix[:2, :2].T,
            "rounded to whole pixels": np.round(expected),
        }
        if len(places) == 2:
            slips["one point per column, points stand in rows"] = expected.T
        what = f"apply to {len(places)} points"
        if matrix is move:
            what = "translation(3, 0) applied to (0, 0) and (1, 5)"
        match(seen["all"], expected, what, slips)
        singles = [shaped(one, (1, 2), f"{what}, one by one") for one in answers(seen["singles"], len(places))]
        match(np.concatenate(singles), expected, f"{what}, one by one")
        match(seen["columns"], expected, f"{what}, which lie in memory column by column")


@points(1, hint="Look at the number of axes first, then at the length of the second.")
def test_apply_refuses(observe):
    """apply refuses points that are not (K, 2)."""
    observe.refuses(
        apply_to_shape,
        bad=[((2,),), ((3, 3),), ((4, 1),), ((2, 3),), ((2, 2, 2),), ((1, 4, 2),)],
        good=[((1, 2),), ((2, 2),), ((3, 2),), ((5, 2),)],
        error=ValueError,
        what="apply to points of shape",
    )


@points(1)
def test_arguments_stay(observe, draw):
    """compose and apply leave their arguments as they were."""
    # Numbers that are the same in float32.
    matrices = [any_map(draw).astype(np.float32).astype(np.float64) for _ in range(3)]
    places = normal(draw, 4, 2).astype(np.float64)
    seen = observe(leave_alone, matrices, places)
    for result, shape, what in zip(answers(seen["results"], 2), ((3, 3), (4, 2)), ("compose", "apply"), strict=True):
        require(np.any(shaped(result, shape, what) != 0), f"{what} gave nothing but zeros")
    same(np.stack(answers(seen["matrices"], 3)), np.stack(matrices), "the matrices after compose and apply", hint=INTO)
    same(seen["places"], places, "the points after apply", hint=INTO)


@points(2)
def test_float64(observe, draw):
    """All results are float64 and right to nine digits."""
    a, b, angle, center = drawn(draw, 0.1, 0.9), 1 / drawn(draw, 3, 9), drawn(draw, 20, 70), somewhere(draw)
    width, s, matrices = int(draw.integers(5, 30)), drawn(draw, 1.2, 3), [any_map(draw) for _ in range(3)]
    places = normal(draw, 5, 2, dtype="float64")
    told = {
        f"hflip({width})": (("hflip", width), affine(-1, 0, width - 1, 0, 1, 0)),
        f"translation({a:g}, {b:g})": (("translation", a, b), shift(a, b)),
        "translation(3, -2)": (("translation", 3, -2), shift(3, -2)),
        f"shear({a:g}, {b:g})": (("shear", a, b), affine(1, a, 0, b, 1, 0)),
        "shear(1)": (("shear", 1), affine(1, 1, 0, 0, 1, 0)),
        f"rotation({angle:g})": (("rotation", angle), turn(angle)),
        f"rotation({angle:g}, {shown(center)})": (("rotation", angle, center), around(turn(angle), center)),
        "rotation(30)": (("rotation", 30), turn(30)),
        "scaling(2)": (("scaling", 2), zoom(2)),
        f"scaling({s:g}, {shown(center)})": (("scaling", s, center), around(zoom(s), center)),
    }
    landed = places @ matrices[0][:2, :2].T + matrices[0][:2, 2]
    used = {"compose()": np.eye(3), "compose of three matrices": product(matrices), "apply to 5 points": landed}
    made = {what: matrix for what, (_, matrix) in told.items()}
    seen = answers(observe(make, [call for call, _ in told.values()]), len(made))
    compared = to_nine_digits(seen, made) + to_nine_digits(answers(observe(use, matrices, places), 3), used)
    require(compared, "no result is right yet, so that there are no digits to compare")


def to_nine_digits(seen, expected):
    """How many were compared: all are float64, but what is wrong by more than a little is left to the other tests."""
    compared = 0
    for one, (what, right) in zip(seen, expected.items(), strict=True):
        one = shaped(one, right.shape, what, "float64")
        if np.allclose(one, right, rtol=NEAR, atol=NEAR):
            compared += 1
            short = np.array_equal(one, one.astype(np.float32)) and not np.array_equal(right, right.astype(np.float32))
            digits = "float64 only by name, each number is one of float32" if short else "not right to nine digits"
            close(one, right, f"{what}: {digits}", rtol=1e-9, atol=1e-9, hint=DIGITS)
    return compared
