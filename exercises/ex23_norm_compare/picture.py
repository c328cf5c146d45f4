"""Every seed's score as a dot, mean and twice its uncertainty as a bar, for small real networks on invented data."""

import torch
from torch import nn

NAMES = ("none", "batch", "layer")


def scene(module):
    """The learner's `compare` on a small real training, and the learner's verdict on it."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(400, 10, generator=generator)
    y = (x[:, :2].prod(1) + 0.5 * x[:, 2] > 0).long()

    def make_model(norm):
        layer = {"none": nn.Identity, "batch": nn.BatchNorm1d, "layer": nn.LayerNorm}[norm]
        middle = layer() if norm == "none" else layer(24)
        return nn.Sequential(nn.Linear(10, 24), middle, nn.ReLU(), nn.Linear(24, 2))

    def train_and_score(model):
        for _ in range(25):
            rows = torch.randperm(200)[:64]
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            grads = torch.autograd.grad(loss, list(model.parameters()))
            with torch.no_grad():
                for weight, grad in zip(model.parameters(), grads, strict=True):
                    weight -= 0.5 * grad
        model.eval()
        return (model(x[200:]).argmax(1) == y[200:]).float().mean().item()

    results = module.compare(make_model, train_and_score, NAMES, tuple(range(6)))
    return results, module.verdict(results)


def draw(submission, reference):
    """Dots per seed, one panel for each of the two that gave an answer."""
    from matplotlib.figure import Figure

    shown = [(name, one) for name, one in (("yours", submission), ("the solution's", reference)) if one is not None]
    figure = Figure(figsize=(4.2 * max(1, len(shown)), 3.6), layout="constrained")
    panels = figure.subplots(1, max(1, len(shown)), squeeze=False, sharey=True)[0]
    for panel, (name, (results, winner)) in zip(panels, shown, strict=False):
        for place, norm in enumerate(NAMES):
            entry = results[norm]
            n = len(entry["scores"])
            panel.plot([place] * n, entry["scores"], "o", alpha=0.6, label="one seed" if place == 0 else None)
            panel.errorbar(
                place + 0.18, entry["mean"], yerr=2 * entry["std"] / n**0.5, fmt="_", color="black", capsize=4,
                label="mean ± 2 standard errors" if place == 0 else None,
            )  # fmt: skip
        panel.set_xticks(range(3), NAMES)
        panel.set_xlabel("norm")
        panel.set_title(f"{name}: winner {winner or 'none'}")
        panel.legend(fontsize=8)
    panels[0].set_ylabel("test accuracy")
    return figure
