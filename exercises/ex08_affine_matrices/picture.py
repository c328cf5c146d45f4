"""ex08 in one picture: a letter F in a square before and after each matrix, y pointing down as on a screen."""

import numpy as np
import torch

SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)]
LETTER = [(3, 8), (3, 2), (7, 2), (3, 2), (3, 5), (6, 5)]


def scene(module):
    """Where each matrix sends the corners of the square and of the letter."""
    center = (5.0, 5.0)
    turn, shift = module.rotation(30.0, center), module.translation(4.0, 2.0)
    matrices = {
        "hflip(11)": module.hflip(11),
        "rotation(30, (5, 5))": turn,
        "translation(4, 2)": shift,
        "scaling(0.5, (5, 5))": module.scaling(0.5, center),
        "shear(0.5)": module.shear(0.5),
        "compose(rotation, translation)": module.compose(turn, shift),
    }
    lines = [torch.tensor(line, dtype=turn.dtype) for line in (SQUARE, LETTER)]
    return {name: [module.apply(matrix, line) for line in lines] for name, matrix in matrices.items()}


def claim(reference):
    """Each matrix moves square and letter as its name says: +30° turns clockwise on the screen, order counts."""
    before = np.concatenate([SQUARE, LETTER]).astype(float)
    after = {name: np.concatenate(lines) for name, lines in reference.items()}
    flipped, turned, moved, scaled, sheared, both = after.values()
    assert np.allclose(flipped, before * [-1, 1] + [10, 0]), "hflip does not mirror left and right in place"
    spokes, new = before - 5, turned - 5
    radii = np.hypot(*spokes.T)
    assert np.allclose(np.hypot(*new.T), radii), "rotation changes the distance from the center"
    sines = (spokes[:, 0] * new[:, 1] - spokes[:, 1] * new[:, 0]) / np.maximum(radii, 1) ** 2
    assert np.allclose(sines[radii > 1], 0.5), "rotation does not turn by 30° clockwise"
    assert np.allclose(moved - before, [4, 2]), "translation does not move by (4, 2)"
    assert np.allclose(scaled - 5, spokes / 2), "scaling does not halve the distances from the center"
    assert np.allclose(sheared - before, before[:, 1:] * [0.5, 0]), "shear does not slide rows in proportion to y"
    assert np.allclose(both, turned + [4, 2]), "compose does not turn first and move then"
    corners = np.concatenate(list(after.values()))
    assert (corners > -4).all() and (corners < 16).all(), "a figure leaves its panel"


def draw(submission, reference):
    """One panel per matrix: gray before, blue after, dashed where the reference lies."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 6.6), layout="constrained")
    shown = submission or reference
    for axes, name in zip(figure.subplots(2, 3).flat, shown, strict=True):
        for line in (SQUARE, LETTER):
            axes.plot(*zip(*line, strict=True), color="lightgray", linewidth=3)
        for lines, style in ((submission, "tab:blue"), (reference, "k--")):
            for line in lines[name] if lines else []:
                axes.plot(line[:, 0], line[:, 1], style)
        axes.set(title=name, xlim=(-4, 16), ylim=(16, -4), aspect="equal")
    figure.suptitle("Before (gray), after (blue) and the reference (dashed); y points down, so +30° is clockwise")
    return figure
