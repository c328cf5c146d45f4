"""ex28: bowls and lopsided losses drawn anew, and paths in closed form."""

import math
import numbers

import numpy as np
import torch

from grader.suite import answers, close, form, normal, points, require, shaped

# ---- scenarios: run beside the learner's code and only report


def height(x, y, a):
    """Lopsided, and made for Python floats alone."""
    return a[0] * math.sin(x) + a[1] * y * y + a[2] * x * y + math.exp(a[3] * y)


def grid(module, xs, ys, a):
    return module.loss_grid(lambda x, y: height(float(x), float(y), a), torch.as_tensor(xs), torch.as_tensor(ys))


def bare(module, xs, ys):
    """Of a loss that tells how often it was called, and with which types that are no numbers.

    >>> loss_grid(lambda x, y: (x**2 + y**2)**0.5, torch.as_tensor(xs), torch.as_tensor(ys))
    """
    told = []

    def loss(x, y):
        told.extend(type(one).__name__ for one in (x, y) if not isinstance(one, numbers.Real))
        told.append("")
        return math.hypot(x, y)

    heights = module.loss_grid(loss, torch.as_tensor(xs), torch.as_tensor(ys))
    return heights, told.count(""), sorted(set(told) - {""})


def walled(module, xs, ys):
    """Of a loss that is infinite where x · y is below 1."""

    def loss(x, y):
        return math.inf if x * y < 1 else math.hypot(x, y)

    return module.loss_grid(loss, torch.as_tensor(xs), torch.as_tensor(ys))


def walk(module, matrix, target, start, lr, steps):
    """The path down ½ (p - target)ᵀ matrix (p - target)."""
    a, b = torch.as_tensor(matrix), torch.as_tensor(target)
    return module.descent_path(lambda p: a @ (p - b), torch.as_tensor(start).clone(), lr, steps)


def kept(module, matrix, start, lr, steps):
    """The path, and what has become of the start; without a matrix the gradient of ½ |p|² is the very point."""
    mine = torch.as_tensor(start).clone()
    grad = (lambda p: p) if matrix is None else (lambda p: torch.as_tensor(matrix) @ p)
    return module.descent_path(grad, mine, lr, steps).clone(), mine


def try_walk(module, steps):
    module.descent_path(lambda p: p, torch.ones(2), 0.1, steps)


# ---- the examiner's side


def heights_of(xs, ys, a):
    x, y = xs.astype(float)[None, :], ys.astype(float)[:, None]
    return a[0] * np.sin(x) + a[1] * y * y + a[2] * x * y + np.exp(a[3] * y)


def ticks(draw, n, low=-2.0, high=2.0):
    """Rising numbers that are not evenly spaced."""
    return np.sort(draw.uniform(low, high, n)).astype("float32")


def mirrored(xs, ys, a):
    """Heights of somebody who asks for (x, y) or (y, x), whichever comes first, and remembers it for both."""
    known = {}
    for y in ys:
        for x in xs:
            known.setdefault(frozenset((x, y)), heights_of(np.array([x]), np.array([y]), a)[0, 0])
    return np.array([[known[frozenset((x, y))] for x in xs] for y in ys])


def some_a(draw):
    return [float(v) for v in draw.uniform(0.5, 1.5, 4)]


@points(2, hint="Row j has the y of ys[j], column i the x of xs[i]: the outer loop runs over ys.")
def test_grid(observe, draw):
    """Row j, column i of the grid is loss(xs[i], ys[j])."""
    for nx, ny, order in ((4, 7, ""), (9, 3, ""), (5, 5, ""), (1, 4, ""), (6, 4, "falling"), (5, 5, "shared")):
        xs, ys, a = ticks(draw, nx), ticks(draw, ny), some_a(draw)
        what = f"loss_grid of {nx} xs and {ny} ys"
        if order == "falling":
            xs, ys, what = xs[::-1].copy(), draw.permutation(ys), f"{what} that do not rise"
        if order == "shared":
            ys, what = np.roll(xs, 1), f"{what}, the same numbers in another order"
        right = heights_of(xs, ys, a)
        seen = observe(grid, xs, ys, a)
        if isinstance(seen, np.ndarray) and nx != ny:
            told = ": transposed, rows go with y" if seen.shape == (nx, ny) else ""
            require(seen.shape == (ny, nx), f"{what}: expected shape {(ny, nx)}, saw {form(seen)}{told}")
        found = shaped(seen, (ny, nx), what)
        other = {
            "transposed: rows go with y": heights_of(xs, ys, a).T if nx == ny else None,
            "x and y are swapped: it should be loss(xs[i], ys[j])": heights_of(ys, xs, a).T,
            "the rows are upside down": right[::-1],
            "the xs and ys were sorted": heights_of(np.sort(xs), np.sort(ys), a) if order else None,
            "loss(x, y) was taken for loss(y, x)": mirrored(xs, ys, a) if order == "shared" else None,
        }
        cases = [why for why, one in other.items() if one is not None and one.shape == right.shape]
        named = [why for why in cases if np.allclose(found, other[why], rtol=1e-4, atol=1e-4)]
        off = not np.allclose(found, right, rtol=1e-4, atol=1e-4)
        close(found, right, what + (f" ({named[0]})" if named and off else ""), rtol=1e-4, atol=1e-4)


@points(1, hint="Call the loss with floats, once for each place: `.tolist()` or `.item()`; and keep the type of xs.")
def test_grid_of_any_loss(observe, draw):
    """The loss is called with numbers, and the grid has the type of xs."""
    for dtype in ("float32", "float64"):
        xs, ys = ticks(draw, 3, 0.5, 3.0).astype(dtype), ticks(draw, 6, 0.5, 3.0).astype(dtype)
        values, calls, types = answers(observe(bare, xs, ys), 3)
        what = f"loss_grid of math.hypot, {dtype}"
        require(not types, f"{what}: the loss takes Python floats, and was called with {', '.join(types)}")
        require(calls >= 18, f"{what}: 6 times 3 places, but the loss was called {calls} times")
        require(isinstance(values, np.ndarray) and values.dtype == dtype, f"{what}: expected a tensor of {dtype}")
        require(values.ndim == 2, f"{what}: expected two axes, saw {form(values)}")
        flat = np.sort(np.ravel(values))  # how the places lie is judged elsewhere
        right = np.sort(np.hypot(xs.astype(float)[None, :], ys.astype(float)[:, None]).ravel())
        close(flat, right, f"{what}: all heights, sorted", rtol=1e-5, atol=0)
    xs, ys = np.float32([0.5, 1.5, 0.7]), np.float32([0.25, 3.0, 0.9, 1.8])
    values, what = observe(walled, xs, ys), "a loss that is infinite where x · y < 1"
    require(isinstance(values, np.ndarray) and values.size == 12, f"loss_grid of {what}: expected 12 heights")
    told = f"loss_grid of {what}, xs {xs}, ys {ys}: the first row is {np.ravel(values[0])}"
    require(np.isinf(values).sum() == 6 and np.isfinite(values).sum() == 6, told)


def way(matrix, target, start, lr, steps):
    """The right path in float64."""
    path = [start.astype(float)]
    for _ in range(steps):
        path.append(path[-1] - lr * matrix.astype(float) @ (path[-1] - target))
    return np.array(path)


def special_way(matrix, target, start, lr, steps, kind):
    """The path with steps of length lr ("unit"), with momentum 0.9 ("heavy") or by the gradient one step late."""
    path, v, before = [start.astype(float)], 0.0, start.astype(float)
    for _ in range(steps):
        g = matrix.astype(float) @ ((before if kind == "late" else path[-1]) - target)
        before = path[-1]
        v = 0.9 * v + g if kind == "heavy" else g / np.linalg.norm(g) if kind == "unit" else g
        path.append(path[-1] - lr * v)
    return np.array(path)


def one_by_one(matrix, target, start, lr, steps):
    """The path of somebody who uses new coordinates before the step is complete."""
    path = [start.astype(float)]
    for _ in range(steps):
        p = path[-1].copy()
        for i in range(len(p)):
            p[i] -= lr * (matrix[i].astype(float) @ (p - target))
        path.append(p)
    return np.array(path)


def bowl(draw, d):
    """A symmetric matrix with eigenvalues from 0.5 to 4, and a minimum."""
    q, _ = np.linalg.qr(draw.standard_normal((d, d)))
    return ((q * draw.uniform(0.5, 4, d)) @ q.T).astype("float32"), normal(draw, d)


@points(1, hint="The list begins with the start, before the loop: steps + 1 points.")
def test_begins_with_the_start(observe, draw):
    """The path begins with the start and has steps + 1 points."""
    for d, steps, away in ((2, 5, True), (3, 0, True), (1, 1, True), (2, 4, False)):
        matrix, target = bowl(draw, d)
        start = target + away * (2 + np.abs(normal(draw, d)))
        seen = observe(walk, matrix, target, start, 0.1, steps)
        what = f"{steps} steps with {d} coordinates" + ("" if away else " from the minimum, where the gradient is 0")
        if isinstance(seen, np.ndarray) and seen.ndim == 2:
            missing = ": is one step missing?" if len(seen) == steps else ""
            missing = ": the start is missing" if missing and away and not np.allclose(seen[0], start) else missing
            require(len(seen) == steps + 1, f"{what}: {len(seen)} points, {steps + 1} expected{missing}")
        found = shaped(seen, (steps + 1, d), what)
        close(found[0], start, f"{what}: the first point, against the start")


@points(2, hint="p - lr * grad(p), the whole point at once; the gradient is that of the point before the step.")
def test_steps(observe, draw):
    """Each step follows the gradient at its own beginning, in all coordinates at once."""
    for d, steps in ((2, 8), (4, 5)):
        matrix, target = bowl(draw, d)
        start, lr = target + normal(draw, d) * 2 + 1, round(float(draw.uniform(0.1, 0.4)), 3)
        right = way(matrix, target, start, lr, steps)
        what = f"lr {lr}, {d} coordinates"
        seen = shaped(observe(walk, matrix, target, start, lr, steps), right.shape, what)
        same = [right[-1]] * (steps + 1)
        fixed = right[0] - lr * np.arange(steps + 1)[:, None] * (matrix @ (right[0] - target))
        other = {
            "every row is the last point: append a copy": same,
            "the second coordinate used the new first one": one_by_one(matrix, target, start, lr, steps),
            "it goes uphill": way(matrix, target, start, -lr, steps),
            "always the gradient at the start": fixed,
            "each step has length lr, whatever the gradient": special_way(matrix, target, start, lr, steps, "unit"),
            "earlier steps are still in it, as with momentum": special_way(matrix, target, start, lr, steps, "heavy"),
            "the gradient is that of the point one step before": special_way(matrix, target, start, lr, steps, "late"),
            "lr plays no part": way(matrix, target, start, 1.0, steps),
        }
        moved = np.concatenate([seen[1:], seen[-1:]])
        named = [why for why, one in other.items() if one is not None and np.allclose(seen, one, rtol=1e-3, atol=1e-3)]
        late = " (the start is missing)" if np.allclose(moved[:-1], right[2:].tolist() + [right[-1]], 1e-3) else ""
        off = not np.allclose(seen, right, rtol=1e-3, atol=1e-4)
        close(seen, right, what + (f" ({named[0]})" if named and off else late * off), rtol=1e-3, atol=1e-4)


@points(1, hint="The factor of a coordinate in each step is 1 - lr · λ: nothing is cut off or turned round.")
def test_swings_and_runs_away(observe, draw):
    """Rates between 1/λ and 2/λ swing and come closer, rates above 2/λ run away, as the formula says."""
    curve = round(float(draw.uniform(1.0, 3.0)), 3)
    matrix = np.diag([curve, 0.3 * curve]).astype("float32")
    for share in (1.5, 1.9, 2.3, 3.0):
        lr, start = share / curve, normal(draw, 2) + np.float32([3, 3])
        seen = shaped(observe(walk, matrix, np.zeros(2, "f4"), start, lr, 12), (13, 2), f"lr {share} / λ")
        factors = 1 - lr * np.array([curve, 0.3 * curve])
        right = start * factors ** np.arange(13)[:, None]
        what = f"lr {share} / λ, factor {factors[0]:.2g} in each step: the steep coordinate"
        ratio = seen[1:, 0].astype(float) / np.where(seen[:-1, 0] == 0, np.nan, seen[:-1, 0])
        close(ratio, np.full(12, factors[0]), f"{what}, a point divided by the one before", rtol=1e-2, atol=1e-3)
        close(seen[-1] / right[-1], np.ones(2), f"{what}, the last point over the right one", rtol=1e-2, atol=0)


@points(1, hint="`p -= ...` changes the start and every row that is the same tensor: make a new point in each step.")
def test_start_stays(observe, draw):
    """The start stays as it is, and every row keeps its own point."""
    for dtype in ("float32", "float64"):
        matrix, _ = bowl(draw, 2)
        matrix, start = matrix.astype(dtype), (normal(draw, 2) + 3).astype(dtype)
        path, after = answers(observe(kept, matrix, start, 0.1, 4), 2)
        found = shaped(path, (5, 2), f"4 steps, {dtype}", dtype)
        gaps = np.abs(np.diff(found, axis=0)).max(1)
        require((gaps > 1e-6).all() and found.any(), f"4 steps, {dtype}: some points of the path are the same")
        close(after, start, "the start after the call, against before", rtol=0, atol=0)
    start = normal(draw, 3) + 3
    path, after = answers(observe(kept, None, start, 0.1, 4), 2)
    usual = answers(observe(kept, np.eye(3, dtype="f4"), start, 0.1, 4), 2)[0]
    what = "½ |p|², whose `grad` returns the very point it was given"
    hint = "The gradient may be the point itself: neither is changed, and a step makes a new tensor."
    close(after, start, f"{what}: the start after the call, against before", rtol=0, atol=0, hint=hint)
    close(path, usual, f"{what}: the path, against that of a `grad` that returns a new tensor", hint=hint)


@points(0.5, hint="0 steps are fine: the path is the start alone.")
def test_negative_steps(observe):
    """A negative number of steps is refused."""
    observe.refuses(try_walk, [(-1,), (-7,)], [(0,), (1,), (3,)], ValueError, "descent_path: steps")
