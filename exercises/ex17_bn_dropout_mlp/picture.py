"""The overfitting gap of networks that differ in their dropout rate alone, in ten runs with 30 % wrong labels."""

import numpy as np
import torch
from torch import nn

RATES = (0.0, 0.25, 0.5, 0.75)
RUNS = 10
SAMPLES = 200


def scene(module):
    """Per dropout rate the gaps of ten runs as the learner's function measures them; each run has data of its own."""
    return [[trained_gap(module, run, rate) for run in range(RUNS)] for rate in RATES]


def trained_gap(module, run, rate):
    generator = torch.Generator().manual_seed(run)
    x = torch.randn(SAMPLES + 800, 20, generator=generator)
    y = (x[:, 0] + x[:, 1] > 0).long()
    wrong = torch.rand(SAMPLES, generator=generator) < 0.3
    y[:SAMPLES] = torch.where(wrong, 1 - y[:SAMPLES], y[:SAMPLES])
    torch.manual_seed(run)
    model = module.RegularizedMLP(20, 64, 2, rate)
    for _ in range(40):
        loss = nn.functional.cross_entropy(model(x[:SAMPLES]), y[:SAMPLES])
        grads = torch.autograd.grad(loss, list(model.parameters()))
        with torch.no_grad():
            for weight, grad in zip(model.parameters(), grads, strict=True):
                weight -= 0.5 * grad
    return module.overfit_gap(model, x[:SAMPLES], y[:SAMPLES], x[SAMPLES:], y[SAMPLES:])


def claim(reference):
    """At p = 0.5 the gap is smaller than without dropout in at least nine of ten runs, and it falls with the rate."""
    gaps = dict(zip(RATES, np.array(reference, dtype=float), strict=True))
    smaller = int((gaps[0.5] < gaps[0.0]).sum())
    assert smaller >= 9, f"the gap at p = 0.5 is below that at p = 0 in {smaller} of {RUNS} runs only"
    means = np.array([gaps[rate].mean() for rate in RATES])
    assert means[0] - means[2] > 0.05, f"mean gaps of {means.round(3)}: too close to see"
    assert (np.diff(means) < 0).all(), f"mean gaps of {means.round(3)} do not fall with the rate"


def draw(submission, reference):
    """Bars side by side, yours and the solution's: the mean of the runs, and each run as a dot."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.6), layout="constrained")
    panel = figure.subplots()
    shown = [(name, one) for name, one in (("yours", submission), ("the solution's", reference)) if one is not None]
    for number, (name, gaps) in enumerate(shown):
        places = np.arange(len(RATES)) + 0.4 * number
        panel.bar(places, np.mean(gaps, axis=1), width=0.36, alpha=0.6, label=name)
        spots = places[:, None] + np.linspace(-0.12, 0.12, RUNS)
        panel.plot(spots.ravel(), np.ravel(gaps), ".", color="black", ms=3)
    panel.plot([], [], ".", color="black", ms=3, label="one run")
    panel.set_xticks([place + 0.2 * (len(shown) - 1) for place in range(len(RATES))], [f"{rate:g}" for rate in RATES])
    panel.set_xlabel("dropout rate")
    panel.set_ylabel("train accuracy − test accuracy")
    panel.set_title(f"Overfitting gap after the same training, {RUNS} runs")
    panel.axhline(0, color="grey", linewidth=0.8)
    panel.legend(loc="upper right")
    return figure
