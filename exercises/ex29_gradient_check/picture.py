"""ex29's picture: the error of a difference against eps, on logarithmic axes, has the shape of a V."""

import math

import torch

STEPS = [10.0 ** (-k / 4) for k in range(4, 49)]


def scene(module):
    """Per eps the error at sin(1) of the submission in float64, and of a one-sided difference and of float32."""
    one = torch.ones((), dtype=torch.float64)
    single = torch.ones((), dtype=torch.float32)
    told = {"central": [], "one-sided": [], "central in float32": []}
    for eps in STEPS:
        found = float(module.numerical_gradient(torch.sin, one, eps))
        half = (torch.sin(single + eps) - torch.sin(single - eps)).item() / (2 * eps)
        side = (math.sin(1 + eps) - math.sin(1)) / eps
        for name, slope in (("central", found), ("one-sided", side), ("central in float32", half)):
            told[name].append(abs(slope - math.cos(1)))
    return told


def draw(submission, reference):
    """A panel for each side, with the eps of the smallest error marked."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(7, 3.8 * len(sides)), layout="constrained")
    for axes, (name, told) in zip(figure.subplots(len(sides), 1, squeeze=False)[:, 0], sides, strict=True):
        for kind, errors in told.items():
            best = min(range(len(STEPS)), key=errors.__getitem__)
            label = f"{kind}: best near eps = {STEPS[best]:.0e}"
            (line,) = axes.loglog(STEPS, [error + 1e-17 for error in errors], label=label)
            axes.plot(STEPS[best], errors[best] + 1e-17, "o", color=line.get_color())
        axes.set(title=f"{name}: slope of sin at 1", xlabel="eps", ylabel="error", ylim=(1e-13, 30))
        axes.legend(fontsize=8, loc="lower left")
    return figure
