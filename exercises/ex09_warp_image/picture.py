"""ex09 in one picture: a digit turned step by step, and a zoom beside the one that writes pixels forward."""

import math

import numpy as np
import torch

# One of the course's digits, in sixteenths.
DIGIT = [
    [0, 0, 6, 13, 10, 3, 0, 0],
    [0, 5, 15, 11, 16, 11, 0, 0],
    [0, 2, 6, 0, 16, 12, 0, 0],
    [0, 0, 0, 0, 16, 12, 0, 0],
    [0, 0, 0, 7, 16, 6, 0, 0],
    [0, 0, 5, 15, 10, 0, 0, 0],
    [0, 0, 11, 16, 8, 4, 0, 0],
    [0, 0, 8, 14, 13, 12, 4, 0],
]
ANGLES = (-45, -20, 0, 20, 45)


def scene(module):
    """The digit in the middle of 16×16 black pixels, turned about the middle and zoomed."""
    image = torch.zeros(16, 16)
    image[4:12, 4:12] = torch.tensor(DIGIT) / 16
    middle = 7.5
    turned = []
    for angle in ANGLES:
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        shift = [middle - cos * middle + sin * middle, middle - sin * middle - cos * middle]
        turned.append(module.warp(image, torch.tensor([[cos, -sin, shift[0]], [sin, cos, shift[1]], [0, 0, 1]])))
    zoom = module.warp(image, torch.tensor([[2.0, 0, -middle], [0, 2.0, -middle], [0, 0, 1]]))
    forward = torch.zeros(16, 16)
    for row in range(4, 12):
        for column in range(4, 12):
            forward[2 * row - 8, 2 * column - 8] = image[row, column]
    return {"turned": turned, "zoom": zoom, "forward": forward}


def axis(image):
    """The direction in which the image's brightness extends most, in degrees, clockwise on the screen."""
    y, x = np.mgrid[:16, :16]
    share = image / image.sum()
    x, y = x - (x * share).sum(), y - (y * share).sum()
    return np.degrees(np.arctan2(2 * (x * y * share).sum(), ((x * x - y * y) * share).sum())) / 2


def claim(reference):
    """The digit turns by each angle and keeps its brightness; the zoom has no holes, writing forward leaves 3 of 4."""
    upright = np.pad(np.array(DIGIT) / 16, 4)
    for angle, image in zip(ANGLES, reference["turned"], strict=True):
        assert abs(image.sum() / upright.sum() - 1) < 0.05, f"at {angle}° the brightness is another"
        off = (axis(image) - axis(upright) - angle + 90) % 180 - 90
        assert abs(off) < 5, f"at {angle}° the digit is turned by another angle"
    assert np.abs(reference["turned"][ANGLES.index(0)] - upright).max() < 1e-3, "at 0° the digit changes"
    zoom, forward = reference["zoom"], reference["forward"]
    assert abs(zoom.sum() / upright.sum() - 4) < 0.4, "the zoom has not four times the brightness"
    assert abs(forward.sum() / upright.sum() - 1) < 1e-3, "writing forward has not the brightness of the digit"
    assert (zoom > 0.05).sum() > 3 * (forward > 0).sum(), "the zoom has holes as writing forward has"


def draw(submission, reference):
    """One row for the submission and one for the reference: five turns, the zoom, and the zoom with holes."""
    from matplotlib.figure import Figure

    rows = [(who, seen) for who, seen in (("yours", submission), ("reference", reference)) if seen]
    figure = Figure(figsize=(12, 1 + 1.9 * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), len(ANGLES) + 2, squeeze=False)
    titles = [*(f"{angle:+d}°" if angle else "0°" for angle in ANGLES), "zoom 2×", "written forward"]
    for line, (who, seen) in zip(grid, rows, strict=True):
        for axes, title, image in zip(line, titles, [*seen["turned"], seen["zoom"], seen["forward"]], strict=True):
            axes.imshow(image, cmap="gray", vmin=0, vmax=1)
            axes.set(xticks=[], yticks=[], title=title)
        line[0].set_ylabel(who)
    figure.suptitle("Each pixel of the result asks where it came from; written forward, three of four stay empty")
    return figure
