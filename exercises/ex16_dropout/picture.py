"""ex16's picture: mean and spread of the output against p, in train and in eval mode, and what one call leaves."""

import math

import numpy as np
import torch

RATES = [step / 20 for step in range(20)]


def scene(module):
    """Mean, standard deviation and dropped share of 4000 ones in train mode, the mean in eval mode, per rate."""
    rows = []
    for p in RATES:
        layer = module.Dropout(p)
        layer.train()
        noisy = layer(torch.ones(4000))
        layer.eval()
        rows.append([noisy.mean(), noisy.std(), (noisy == 0).float().mean(), layer(torch.ones(4000)).mean()])
    layer = module.Dropout(0.3)
    layer.train()
    return {"rows": rows, "one": layer(torch.ones(20, 30))}


def claim(reference):
    """In train mode the mean stays at 1 while the spread grows as the root of p / (1 - p); in eval mode 1 stays 1."""
    mean, std, dropped, in_eval = np.array(reference["rows"], dtype=float).T
    p = np.array(RATES)
    spread = np.sqrt(p / (1 - p))
    assert (abs(mean - 1) <= 0.1 * spread + 1e-5).all(), "the mean does not stay at 1"
    assert (abs(std - spread) <= 0.25 * spread + 1e-5).all(), "the spread does not follow the band"
    assert (abs(dropped - p) < 0.05).all(), "the dropped share is not p"
    assert (abs(in_eval - 1) < 1e-6).all(), "eval mode changes the ones"
    one = np.asarray(reference["one"])
    assert 0.15 < (one == 0).mean() < 0.45, "of the 600 ones not about 30 % are dropped"
    assert np.allclose(one[one != 0], 1 / 0.7), "what is left of the 600 ones is not 1 / 0.7"


def draw(submission, reference):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4), layout="constrained")
    seen = [(name, data) for name, data in (("yours", submission), ("reference", reference)) if data is not None]
    panels = figure.subplots(1, 1 + len(seen), width_ratios=[2] + [1] * len(seen), squeeze=False)[0]
    p = np.array(RATES)
    spread = np.sqrt(p / (1 - p))
    panels[0].fill_between(p, 1 - spread, 1 + spread, alpha=0.15, label=r"$1 \pm \sqrt{p / (1 - p)}$")
    for shift, ((name, data), panel) in enumerate(zip(seen, panels[1:], strict=True)):
        mean, std, _, in_eval = np.array(data["rows"], dtype=float).T
        at = p + 0.008 * shift
        panels[0].errorbar(at, mean, std, fmt="o", markersize=3, capsize=2, label=f"{name}, train: mean ± spread")
        panels[0].plot(at, in_eval, "_", label=f"{name}, eval")
        image = panel.imshow(data["one"], vmin=0, cmap="viridis")
        figure.colorbar(image, ax=panel, shrink=0.6)
        panel.set_title(f"{name}: 600 ones after p = 0.3\nlargest {np.max(data['one']):.4f}", fontsize=9)
        panel.set_axis_off()
    panels[0].set_ylim(-math.sqrt(19), 2 + math.sqrt(19))
    panels[0].set_title("output of dropout for an input of 1", fontsize=9)
    panels[0].set_xlabel("p")
    panels[0].legend(fontsize=8, loc="upper left")
    return figure
