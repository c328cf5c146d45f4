"""The overfitting gap of four networks that differ in their dropout rate alone; 30 % of the labels are wrong."""

import torch
from torch import nn

RATES = (0.0, 0.25, 0.5, 0.75)


def scene(module):
    """Per dropout rate the gap as the learner's function measures it, after the same short training."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(500, 30, generator=generator)
    y = (x[:, 0] + x[:, 1] > 0).long()
    wrong = torch.rand(100, generator=generator) < 0.3
    y[:100] = torch.where(wrong, 1 - y[:100], y[:100])
    gaps = []
    for rate in RATES:
        torch.manual_seed(0)
        model = module.RegularizedMLP(30, 64, 2, rate)
        for _ in range(80):
            loss = nn.functional.cross_entropy(model(x[:100]), y[:100])
            grads = torch.autograd.grad(loss, list(model.parameters()))
            with torch.no_grad():
                for weight, grad in zip(model.parameters(), grads, strict=True):
                    weight -= 0.5 * grad
        gaps.append(module.overfit_gap(model, x[:100], y[:100], x[100:], y[100:]))
    return gaps


def draw(submission, reference):
    """Bars side by side: yours and the solution's."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.6), layout="constrained")
    panel = figure.subplots()
    shown = [(name, one) for name, one in (("yours", submission), ("the solution's", reference)) if one is not None]
    for number, (name, gaps) in enumerate(shown):
        panel.bar([place + 0.4 * number for place in range(len(RATES))], gaps, width=0.36, label=name)
    panel.set_xticks([place + 0.2 * (len(shown) - 1) for place in range(len(RATES))], [f"{rate:g}" for rate in RATES])
    panel.set_xlabel("dropout rate")
    panel.set_ylabel("train accuracy − test accuracy")
    panel.set_title("Overfitting gap after the same training")
    panel.axhline(0, color="grey", linewidth=0.8)
    panel.legend(loc="lower left")
    return figure
