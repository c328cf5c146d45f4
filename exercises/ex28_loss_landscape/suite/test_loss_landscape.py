"""ex28: bowls, saddles and lopsided losses drawn anew, their paths in closed form, and what a figure holds."""

import math

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure

from grader.suite import answers, close, normal, points, require, shaped

# ---- scenarios: run beside the learner's code and only report


def height(x, y, a):
    """Lopsided, and made for Python floats alone."""
    return a[0] * math.sin(x) + a[1] * y * y + a[2] * x * y + math.exp(a[3] * y)


def grid(module, xs, ys, a):
    return module.loss_grid(lambda x, y: height(float(x), float(y), a), torch.as_tensor(xs), torch.as_tensor(ys))


def bare(module, xs, ys):
    """Of a loss that tells what it was called with, and how often."""
    told = []

    def loss(x, y):
        told.append((type(x).__name__, type(y).__name__))
        return math.hypot(x, y)

    return module.loss_grid(loss, torch.as_tensor(xs), torch.as_tensor(ys)), len(told)


def walk(module, matrix, target, start, lr, steps):
    """The path down ½ (p - target)ᵀ matrix (p - target)."""
    a, b = torch.as_tensor(matrix), torch.as_tensor(target)
    return module.descent_path(lambda p: a @ (p - b), torch.as_tensor(start).clone(), lr, steps)


def kept(module, matrix, start, lr, steps):
    """The path, and what has become of the start."""
    a, mine = torch.as_tensor(matrix), torch.as_tensor(start).clone()
    return module.descent_path(lambda p: a @ p, mine, lr, steps).clone(), mine


def try_walk(module, steps):
    module.descent_path(lambda p: p, torch.ones(2), 0.1, steps)


def drawn(load, xs, ys, heights, path):
    """What the figure holds: per axes its lines, the ranges of what is drawn of the grid; and opened windows."""
    windows = []
    matplotlib.use("Agg")
    plt.show = Figure.show = lambda *args, **more: windows.append(1)
    given = [torch.as_tensor(one).clone() for one in (xs, ys, heights, path)]
    figure = load().plot_path(*given)
    if not isinstance(figure, Figure):
        return type(figure).__name__, [], 0
    told = []
    for axes in figure.axes:
        maps = []
        for one in (*axes.collections, *axes.images):
            values = one.get_array()
            if values is None or not np.size(values):
                continue
            box = one.get_extent() if one in axes.images else bounds(one)
            maps.append(([float(v) for v in box], float(np.min(values)), float(np.max(values))))
        told.append(([np.asarray(line.get_xydata(), float) for line in axes.lines], maps))
    return "Figure", told, len(windows)


def bounds(collection):
    """Left, right, bottom, top of what a collection covers."""
    box = collection.get_datalim(collection.axes.transData)
    return box.x0, box.x1, box.y0, box.y1


# ---- the examiner's side


def heights_of(xs, ys, a):
    x, y = xs.astype(float)[None, :], ys.astype(float)[:, None]
    return a[0] * np.sin(x) + a[1] * y * y + a[2] * x * y + np.exp(a[3] * y)


def ticks(draw, n, low=-2.0, high=2.0):
    """Rising numbers that are not evenly spaced."""
    return np.sort(draw.uniform(low, high, n)).astype("float32")


def some_a(draw):
    return [float(v) for v in draw.uniform(0.5, 1.5, 4)]


@points(2, hint="Row j has the y of ys[j], column i the x of xs[i]: the outer loop runs over ys.")
def test_grid(observe, draw):
    """Row j, column i of the grid is loss(xs[i], ys[j])."""
    for nx, ny in ((4, 7), (9, 3), (5, 5), (1, 4)):
        xs, ys, a = ticks(draw, nx), ticks(draw, ny), some_a(draw)
        right, what = heights_of(xs, ys, a), f"loss_grid of {nx} xs and {ny} ys"
        seen = observe(grid, xs, ys, a)
        if isinstance(seen, np.ndarray) and nx != ny:
            told = ": transposed, rows go with y" if seen.shape == (nx, ny) else ""
            require(seen.shape == (ny, nx), f"{what}: expected shape {(ny, nx)}, saw {seen.shape}{told}")
        found = shaped(seen, (ny, nx), what)
        other = {
            "transposed: rows go with y": heights_of(xs, ys, a).T if nx == ny else None,
            "x and y are swapped: it should be loss(xs[i], ys[j])": heights_of(ys, xs, a).T,
            "the rows are upside down": right[::-1],
            "the diagonal alone": None,
        }
        cases = [why for why, one in other.items() if one is not None and one.shape == right.shape]
        named = [why for why in cases if np.allclose(found, other[why], rtol=1e-4, atol=1e-4)]
        off = not np.allclose(found, right, rtol=1e-4, atol=1e-4)
        close(found, right, what + (f" ({named[0]})" if named and off else ""), 1e-4, 1e-4)


@points(1, hint="Call the loss with floats, once for each place: `.tolist()` or `.item()`; and keep the type of xs.")
def test_grid_of_any_loss(observe, draw):
    """The loss is called with numbers, and the grid has the type of xs."""
    for dtype in ("float32", "float64"):
        xs, ys = ticks(draw, 3, 0.5, 3.0).astype(dtype), ticks(draw, 6, 0.5, 3.0).astype(dtype)
        values, calls = answers(observe(bare, xs, ys), 2)
        what = f"loss_grid of math.hypot, {dtype}"
        require(calls >= 18, f"{what}: 6 times 3 places, but the loss was called {calls} times")
        require(isinstance(values, np.ndarray) and values.dtype == dtype, f"{what}: expected a tensor of {dtype}")
        require(values.ndim == 2, f"{what}: expected two axes, saw shape {values.shape}")
        flat = np.sort(np.ravel(values))  # how the places lie is judged elsewhere
        right = np.sort(np.hypot(xs.astype(float)[None, :], ys.astype(float)[:, None]).ravel())
        close(flat, right, f"{what}: all heights, sorted", 1e-5, 0)


def way(matrix, target, start, lr, steps):
    """The right path in float64."""
    path = [start.astype(float)]
    for _ in range(steps):
        path.append(path[-1] - lr * matrix.astype(float) @ (path[-1] - target))
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
    for d, steps in ((2, 5), (3, 0), (1, 1)):
        matrix, target = bowl(draw, d)
        start = target + 2 + np.abs(normal(draw, d))
        seen = observe(walk, matrix, target, start, 0.1, steps)
        what = f"{steps} steps with {d} coordinates"
        if isinstance(seen, np.ndarray) and seen.ndim == 2:
            missing = ": the start is missing" if len(seen) == steps else ""
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
            "the gradient is made to length 1": None,
            "lr plays no part": way(matrix, target, start, 1.0, steps),
        }
        moved = np.concatenate([seen[1:], seen[-1:]])
        named = [why for why, one in other.items() if one is not None and np.allclose(seen, one, rtol=1e-3, atol=1e-3)]
        late = " (the start is missing)" if np.allclose(moved[:-1], right[2:].tolist() + [right[-1]], 1e-3) else ""
        off = not np.allclose(seen, right, rtol=1e-3, atol=1e-4)
        close(seen, right, what + (f" ({named[0]})" if named and off else late * off), 1e-3, 1e-4)


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
        close(ratio, np.full(12, factors[0]), f"{what}, a point divided by the one before", 1e-2, 1e-3)
        close(seen[-1] / right[-1], np.ones(2), f"{what}, the last point over the right one", 1e-2, 0)


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
        close(after, start, "the start after the call, against before", 0, 0)


@points(0.5, hint="0 steps are fine: the path is the start alone.")
def test_negative_steps(observe):
    """A negative number of steps is refused."""
    observe.refuses(try_walk, [(-1,), (-7,)], [(0,), (1,), (3,)], ValueError, "descent_path: steps")


@points(
    3,
    hint="`contour(xs, ys, grid)` takes the coordinates first; then `plot(path[:, 0], path[:, 1])`, in the same axes.",
)
def test_figure(observe, draw):
    """The figure holds the heights in the coordinates of xs and ys, and the path as a line."""
    for nx, ny in ((15, 21), (24, 12)):
        xs, ys = np.linspace(-3, 1, nx, dtype="f4"), np.linspace(4, 9, ny, dtype="f4")
        heights = (xs[None] ** 2 + 3 * (ys[:, None] - 6) ** 2 + normal(draw, 1)).astype("f4")
        path = (np.array([-1, 6]) + 0.6 * normal(draw, 6, 2)).astype("f4")
        kind, axes, windows = answers(observe(drawn, xs, ys, heights, path), 3)
        require(kind == "Figure", f"expected a matplotlib figure, saw {kind}")
        require(windows == 0, "plt.show was called: return the figure, and leave showing it to the caller")
        maps = [one for one in axes if answers(one, 2)[1]]
        require(maps, "no contours, mesh or image of the grid in the figure")
        lines = [line for lines, _ in maps for line in lines if isinstance(line, np.ndarray) and line.shape == (6, 2)]
        require(lines, f"no line through {len(path)} points in the axes of the grid")
        best = min(lines, key=lambda line: np.abs(line - path).max())
        swapped = " (x and y are swapped)" if np.allclose(best, path[:, ::-1], atol=1e-4) else ""
        close(best, path, f"the line's points, against the path{swapped}")
        place, low, high = answers(maps[0][1][0], 3)
        left, right, bottom, top = answers(place, 4)
        where = f"the grid is drawn from x = {left:.3g} to {right:.3g}, y = {bottom:.3g} to {top:.3g}"
        ok = -3.4 < min(left, right) < max(left, right) < 1.4 and 3.5 < min(bottom, top) < max(bottom, top) < 9.5
        require(ok and abs(right - left) > 1 and abs(top - bottom) > 1, f"{where}; xs go from -3 to 1, ys from 4 to 9")
        spread = float(np.ptp(heights))
        told = f"the drawn heights go from {low:.3g} to {high:.3g}, those of the grid from "
        inside = heights.min() - 0.2 * spread <= low < high <= heights.max() + 0.2 * spread
        require(inside, f"{told}{heights.min():.3g} to {heights.max():.3g}")
