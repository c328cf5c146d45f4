"""ex35's picture: four rules walk down a ravine, each with the rate that suits it."""

import numpy as np
import torch

STEPS, START = 80, (-4.0, 1.5)
CURVES = (1.0, 100.0)  # of the loss ½(x² + 100 y²): plain descent is stable below a rate of 0.02
RULES = {
    "gradient descent": ("momentum_step", {"lr": 0.015, "mu": 0.0}),
    "momentum": ("momentum_step", {"lr": 0.015, "mu": 0.9}),
    "RMSProp": ("rmsprop_step", {"lr": 0.1}),
    "Adam": ("adam_step", {"lr": 0.3}),
}


def scene(module):
    """Per rule the points that it passes, and the loss at each."""
    curves = torch.tensor(CURVES)
    told = {}
    for name, (function, options) in RULES.items():
        p, state, path = torch.tensor(START), {}, [START]
        for _ in range(STEPS):
            p = getattr(module, function)(p, curves * p, state, **options)
            path.append(tuple(p.tolist()))
        told[name] = path, [0.5 * sum(c * x * x for c, x in zip(CURVES, point, strict=True)) for point in path]
    return told


def claim(reference):
    """With the same stable rate momentum ends ten times as low as plain descent; the others get down as well."""
    ends = {name: losses[-1] for name, (_, losses) in reference.items()}
    plain, momentum = ends["gradient descent"], ends["momentum"]
    assert 10 * momentum < plain, f"momentum ends at {momentum:.2g}, plain descent at {plain:.2g}"
    for name in ("RMSProp", "Adam"):
        assert ends[name] < plain, f"{name} ends at {ends[name]:.2g}, plain descent at {plain:.2g}"


def draw(submission, reference):
    """A row for each side: the paths over the contours of the ravine, and the losses on a logarithmic axis."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(11, 3.8 * len(sides)), layout="constrained")
    xs, ys = np.linspace(-4.6, 2.2, 120), np.linspace(-2, 2, 120)
    heights = 0.5 * (CURVES[0] * xs[None] ** 2 + CURVES[1] * ys[:, None] ** 2)
    for row, (name, told) in zip(figure.subplots(len(sides), 2, squeeze=False), sides, strict=True):
        levels = [0.1, 1, 4, 12, 30, 70, 150]
        row[0].contour(xs, ys, heights, levels=levels, colors="tab:gray", linewidths=0.6)
        for rule, (path, losses) in told.items():
            row[0].plot(*zip(*path, strict=True), marker=".", ms=3, lw=1, label=rule)
            row[1].semilogy([loss + 1e-9 for loss in losses], label=f"{rule}: {losses[-1]:.2g}")
        row[0].set(title=f"{name}: {STEPS} steps in a ravine", xlim=(-4.6, 2.2), ylim=(-2, 2))
        row[1].set(title="who remembers, arrives", xlabel="step", ylabel="loss")
        row[1].legend(fontsize=8, loc="lower left")
    return figure
