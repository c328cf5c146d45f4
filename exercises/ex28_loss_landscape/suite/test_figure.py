"""ex28: what the figure holds."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure

from grader.suite import answers, close, normal, points, require

# ---- scenarios: run beside the learner's code and only report


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
            image = None
            if one in axes.images and np.ndim(values) == 2:  # as it lies, the lowest row first
                image = np.asarray(values, float)[:: -1 if one.origin == "upper" else 1]
                image = image[:: -1 if box[2] > box[3] else 1, :: -1 if box[0] > box[1] else 1].copy()
            maps.append(([float(v) for v in box], float(np.min(values)), float(np.max(values)), image))
        told.append(([np.asarray(line.get_xydata(), float) for line in axes.lines], maps))
    return "Figure", told, len(windows)


def bounds(collection):
    """Left, right, bottom, top of what a collection covers."""
    box = collection.get_datalim(collection.axes.transData)
    return box.x0, box.x1, box.y0, box.y1


# ---- the examiner's side


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
        path[0] += (nx == 24) * np.float32([-9, 5])  # begins outside the map
        kind, axes, windows = answers(observe(drawn, xs, ys, heights, path), 3)
        require(kind == "Figure", f"expected a matplotlib figure, saw {kind}")
        require(windows == 0, "plt.show was called: return the figure, and leave showing it to the caller")
        maps = [one for one in axes if answers(one, 2)[1]]
        require(maps, "no contours, mesh or image of the grid in the figure")
        lines = [line for lines, _ in maps for line in lines if isinstance(line, np.ndarray) and line.shape == (6, 2)]
        require(lines, f"no line through {len(path)} points in the axes of the grid")
        best = min(lines, key=lambda line: np.abs(line - path).max())
        swapped = " (x and y are swapped)" if np.allclose(best, path[:, ::-1], atol=1e-4) else ""
        if np.allclose(best, np.clip(path, [-3, 4], [1, 9]), atol=1e-4):
            swapped = " (a point outside the map was moved to its border)"
        close(best, path, f"the line's points, against the path{swapped}")
        place, low, high, image = answers(maps[0][1][0], 4)
        left, right, bottom, top = answers(place, 4)
        where = f"the grid is drawn from x = {left:.3g} to {right:.3g}, y = {bottom:.3g} to {top:.3g}"
        ok = -3.4 < min(left, right) < max(left, right) < 1.4 and 3.5 < min(bottom, top) < max(bottom, top) < 9.5
        require(ok and abs(right - left) > 1 and abs(top - bottom) > 1, f"{where}; xs go from -3 to 1, ys from 4 to 9")
        turned = {"upside down: row 0 belongs to ys[0]": heights[::-1], "mirrored left to right": heights[:, ::-1]}
        turned |= {"upside down and mirrored": heights[::-1, ::-1]}
        for why, other in turned.items():
            flipped = isinstance(image, np.ndarray) and image.shape == other.shape and np.allclose(image, other)
            require(not flipped, f"the image of the grid is {why}", "imshow puts row 0 on top, unless origin='lower'.")
        spread = float(np.ptp(heights))
        told = f"the drawn heights go from {low:.3g} to {high:.3g}, those of the grid from "
        inside = heights.min() - 0.2 * spread <= low < high <= heights.max() + 0.2 * spread
        require(inside, f"{told}{heights.min():.3g} to {heights.max():.3g}")
