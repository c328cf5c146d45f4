"""ex27's picture: the same number of epochs with batches of all, some and one sample, on the contours of the loss."""

import numpy as np
import torch

SIZES = {"all": 64, "16": 16, "1": 1}
EPOCHS = 3
RATE = 0.06
START = (-2.2, 2.2)


def data():
    """64 samples whose best weights are (1, -1), with noise."""
    t = torch.arange(64.0)
    X = torch.stack([torch.sin(2.1 * t), 0.6 * torch.cos(3.7 * t + 1)], dim=1) * 1.4
    return X, X @ torch.tensor([1.0, -1.0]) + 0.8 * torch.sin(5.3 * t**1.5)


def scene(module):
    X, y = data()
    paths = {}
    for name, size in SIZES.items():
        w = torch.tensor(START)
        path = [w.tolist()]
        for _ in range(EPOCHS):
            for i in torch.arange(64).split(size):  # an epoch over these samples alone is one update
                w, _ = module.sgd_epoch(w, X[i], y[i], RATE, len(i), list(range(len(i))))
                path.append(w.tolist())
        paths[name] = path
    return {"X": X, "y": y, "paths": paths}


def claim(reference):
    """After equal epochs smaller batches end nearer to the best w; all samples go straight down, single ones wander."""
    X, y = np.asarray(reference["X"], dtype=float), np.asarray(reference["y"], dtype=float)
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    paths = {name: np.array(path) for name, path in reference["paths"].items()}
    away = {name: np.linalg.norm(path - best, axis=1) for name, path in paths.items()}
    ends = np.array([away[name][-1] for name in SIZES])
    assert (ends[:-1] > 1.3 * ends[1:]).all(), f"distances at the end: {ends.round(3)}"
    assert (np.diff(away["all"]) < 0).all(), "all samples at once do not come nearer in each update"
    back = (np.diff(away["1"]) > 0).mean()
    assert back > 0.2, f"single samples lead away from the best w in {back:.0%} of the updates only"


def draw(submission, reference):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.2), layout="constrained")
    shown = submission or reference
    X, y = np.asarray(shown["X"]), np.asarray(shown["y"])
    first, second = np.meshgrid(np.linspace(-3, 3, 61), np.linspace(-3, 3, 61))
    weights = np.stack([first.ravel(), second.ravel()])
    loss = ((X @ weights - y[:, None]) ** 2).mean(0).reshape(first.shape)
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    for axes, name in zip(figure.subplots(1, len(SIZES), sharey=True), SIZES, strict=True):
        axes.contour(first, second, loss, levels=12, colors="lightgray", linewidths=0.8)
        axes.plot(*best, "*", color="tab:green", ms=12, label="best w")
        for who, data_, style in (("reference", reference, "k.-"), ("yours", submission, "C1.--")):
            if data_ is not None:
                axes.plot(*np.array(data_["paths"][name]).T, style, lw=0.9, ms=3, label=who)
        updates = EPOCHS * (64 // SIZES[name])
        axes.set_title(f"batch_size {SIZES[name]}: {EPOCHS} epochs, {updates} updates", fontsize=10)
        axes.set_xlabel("first weight")
    figure.axes[0].set_ylabel("second weight")
    figure.axes[0].legend(fontsize=8, loc="lower left")
    return figure
