"""ex09 in one picture: a digit turned step by step, and a zoom beside the one that writes pixels forward."""

import math

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
