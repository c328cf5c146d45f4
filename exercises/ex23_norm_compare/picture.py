"""Each seed's scores joined by a line, for small real networks on invented data, and what the verdict makes of them."""

import numpy as np
import torch
from torch import nn

NAMES = ("none", "batch", "layer")
SEEDS = (0, 1, 2, 3, 4, 5)


def scene(module):
    """The learner's `compare` on a small real training, and the learner's verdict on it."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(600, 10, generator=generator)
    y = (x[:, :2].prod(1) + 0.5 * x[:, 2] > 0).long()

    def make_model(norm):
        layer = {"none": nn.Identity, "batch": nn.BatchNorm1d, "layer": nn.LayerNorm}[norm]
        middle = layer() if norm == "none" else layer(24)
        return nn.Sequential(nn.Linear(10, 24), middle, nn.ReLU(), nn.Linear(24, 2))

    def train_and_score(model):
        train = torch.randperm(600)[:100]  # the luck that all norms share: which rows there are to learn from
        for step in range(30):
            rows = train[step % 2 :: 2]
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            grads = torch.autograd.grad(loss, list(model.parameters()))
            with torch.no_grad():
                for weight, grad in zip(model.parameters(), grads, strict=True):
                    weight -= 0.5 * grad
        model.eval()
        return (model(x).argmax(1) == y).float().mean().item()

    results = module.compare(make_model, train_and_score, NAMES, SEEDS)
    return results, module.verdict(results)


def claim(reference):
    """The training without a norm is behind in every seed, whatever the seeds' luck; the verdict does not name it."""
    results, winner = reference
    scores = np.array([results[norm]["scores"] for norm in NAMES], dtype=float)
    assert scores.shape == (3, len(SEEDS)), f"scores of shape {scores.shape}"
    assert (scores[0] < scores[1:].max(0)).all(), f"without a norm: {scores[0].round(3)}, with: {scores[1:].round(3)}"
    assert winner in ("batch", "layer", None), f"{winner} is said to be ahead"
    assert np.ptp(scores, axis=1).min() > 0.01, f"no luck to be seen: {scores.round(3)}"


def draw(submission, reference):
    """One line per seed over the norms, one panel for each of the two that gave an answer."""
    from matplotlib.figure import Figure

    shown = [(name, one) for name, one in (("yours", submission), ("the solution's", reference)) if one is not None]
    figure = Figure(figsize=(4.2 * max(1, len(shown)), 3.6), layout="constrained")
    panels = figure.subplots(1, max(1, len(shown)), squeeze=False, sharey=True)[0]
    for panel, (name, (results, winner)) in zip(panels, shown, strict=False):
        for place, seed in enumerate(SEEDS):
            scores = [results[norm]["scores"][place] for norm in NAMES]
            panel.plot(range(3), scores, "o-", alpha=0.7, linewidth=1, label=f"seed {seed}")
        panel.plot(range(3), [results[norm]["mean"] for norm in NAMES], "_", color="black", markersize=24, label="mean")
        panel.set_xticks(range(3), NAMES)
        panel.set_xlim(-0.4, 2.4)
        panel.set_xlabel("norm")
        panel.set_title(f"{name}: {'no clear winner' if winner is None else f'{winner} is ahead'}")
        panel.legend(fontsize=7)
    panels[0].set_ylabel("accuracy")
    return figure
