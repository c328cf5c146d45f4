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


def claim(reference):
    """The best eps lies near 1e-5, the error grows a thousandfold on either side, and one side is never as good."""
    central = reference["central"]
    best = min(central)
    eps = STEPS[central.index(best)]
    assert 1e-7 < eps < 1e-3, f"the best eps is {eps:.0e}"
    assert central[0] > 1e3 * best, "a large eps is nearly as good as the best"
    assert central[-1] > 1e3 * best, "a tiny eps is nearly as good as the best"
    one, single = min(reference["one-sided"]), min(reference["central in float32"])
    assert one > 10 * best, f"from one side the error is {one:.0e}, from both {best:.0e}"
    assert single > one, f"in float32 the error is {single:.0e}, from one side {one:.0e}"


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
