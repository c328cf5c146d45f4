"""Rotations, shears, shifts: one matrix each

A point $(x, y)$ becomes a column $(x, y, 1)^\\top$, and each of these moves is a $3 \\times 3$ matrix. Doing one after
the other is the product of the matrices, the first one rightmost, and the order matters.

A picture is warped by asking for every *target* pixel where it came from: the **inverse** matrix. Sending every source
pixel forward looks simpler, and leaves holes wherever the picture grows or turns.
"""

import numpy as np
import torch
from matplotlib.figure import Figure

from grader.demo import Choice, Prediction, Shown, Slider

EXERCISES = ("ex08", "ex09")
SIZE = 48
PARAMETERS = (
    Slider("angle", "rotation", -180, 180, 30, step=5, unit="°"),
    Slider("scale", "scale", 0.5, 2, 1, step=0.05),
    Slider("shear", "shear", -1, 1, 0, step=0.05),
    Slider("dx", "shift to the right", -20, 20, 0, unit="px"),
    Slider("dy", "shift down", -20, 20, 0, unit="px"),
    Choice("flip", "flip", ("none", "left and right", "up and down"), "none"),
    Choice("order", "order", ("turn, then shift", "shift, then turn"), "turn, then shift"),
    Choice("method", "pixels", ("inverse matrix", "forward"), "inverse matrix"),
)
PREDICTION = Prediction(
    "The picture is enlarged to 1.5 times its width and height, sending every pixel forward. Which share of the target "
    "pixels that should be painted stays a hole, in percent?", of="holes, in percent",
    at={"angle": 0, "scale": 1.5, "method": "forward"}, tolerance=6,
)  # fmt: skip


def picture():
    """A house in gray, (SIZE, SIZE)."""
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    image = np.full((SIZE, SIZE), 0.08)
    image[(y > 22) & (y < 42) & (x > 10) & (x < 38)] = 0.55
    image[(y > 8) & (y <= 22) & (abs(x - 24) < (y - 6) * 1.1)] = 0.85
    image[(y > 30) & (y < 42) & (x > 14) & (x < 21)] = 0.2
    image[(y > 26) & (y < 33) & (x > 27) & (x < 34)] = 1.0
    return image


def matrices(angle, scale, shear, dx, dy, flip):
    """The turning part (all but the shift) and the shift, about the center of the picture."""
    turn = np.deg2rad(angle)
    rotation = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    shears = np.array([[1, shear, 0], [0, 1, 0], [0, 0, 1.0]])
    mirror = np.diag({"none": (1, 1, 1), "left and right": (-1, 1, 1), "up and down": (1, -1, 1)}[flip])
    shift = np.array([[1, 0, dx], [0, 1, dy], [0, 0, 1.0]])
    return rotation @ shears @ mirror @ np.diag((scale, scale, 1)), shift


def warped(image, matrix, method):
    """(picture, share of the covered target pixels that got no value)."""
    middle = (SIZE - 1) / 2
    center = np.array([[1, 0, middle], [0, 1, middle], [0, 0, 1]])
    whole = center @ matrix @ np.linalg.inv(center)
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    points = np.stack([x.ravel(), y.ravel(), np.ones(SIZE * SIZE)])
    back = (np.linalg.inv(whole) @ points)[:2]
    covered = ((back > -0.5) & (back < SIZE - 0.5)).all(0)
    if method == "forward":
        out = np.full((SIZE, SIZE), np.nan)
        to_x, to_y = np.rint(whole @ points)[:2].astype(int)
        inside = (to_x >= 0) & (to_x < SIZE) & (to_y >= 0) & (to_y < SIZE)
        out[to_y[inside], to_x[inside]] = image.ravel()[inside]
        return out, float(np.isnan(out.ravel()[covered]).mean()) if covered.any() else 0.0
    grid = torch.from_numpy((2 * back.T / (SIZE - 1) - 1).reshape(1, SIZE, SIZE, 2))
    source = torch.from_numpy(image)[None, None]
    out = torch.nn.functional.grid_sample(source, grid, align_corners=True)[0, 0].numpy()
    return np.where(covered.reshape(SIZE, SIZE), out, np.nan), 0.0


def draw(angle, scale, shear, dx, dy, flip, order, method):
    turn, shift = matrices(angle, scale, shear, dx, dy, flip)
    matrix = shift @ turn if order == "turn, then shift" else turn @ shift
    image = picture()
    out, holes = warped(image, matrix, method)
    figure = Figure(figsize=(7.4, 3.6))
    figure.subplots_adjust(left=0.06, right=0.98, top=0.92, bottom=0.08)
    for ax, shown, title in zip(figure.subplots(1, 2), (image, out), ("before", "after"), strict=True):
        ax.set_facecolor("tab:red")
        ax.imshow(shown, cmap="gray", vmin=0, vmax=1, interpolation="nearest", extent=(-24, 24, 24, -24))
        arrows = np.eye(2) if title == "before" else matrix[:2, :2].T
        origin = np.zeros(2) if title == "before" else matrix[:2, 2]
        for arrow, color in zip(arrows, ("tab:orange", "tab:cyan"), strict=True):
            ax.annotate(
                "", origin + 14 * arrow, origin, arrowprops={"arrowstyle": "->", "color": color, "lw": 2.5},
                annotation_clip=True,
            )  # fmt: skip
        ax.set(title=title, xlim=(-24, 24), ylim=(24, -24), xticks=(-20, 0, 20), yticks=(-20, 0, 20))
    numbers = {"determinant: what an area is multiplied by": round(float(np.linalg.det(matrix)), 3)}
    if method == "forward":
        numbers["holes, in percent"] = round(100 * holes, 1)
    table = (
        ("", "x", "y", "1"),
        *((name, *(f"{v + 0.0:.2f}" for v in row)) for name, row in zip(("x'", "y'", "1"), matrix, strict=True)),
    )
    return Shown(figure, numbers, table)
