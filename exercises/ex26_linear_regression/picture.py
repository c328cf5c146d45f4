"""ex26's picture: the line after more and more steps, and the loss before each of them."""

import numpy as np
import torch

COUNTS = (0, 1, 4, 15, 60)
RATE = 0.05


def data():
    """Twelve points near the line y = 1.5 x + 1."""
    x = torch.linspace(-1.5, 2, 12)
    return x[:, None], 1.5 * x + 1 + 0.4 * torch.sin(7 * x)


def scene(module):
    X, y = data()
    fits = [module.fit_linear(X, y, RATE, count) for count in COUNTS]
    return {"x": X[:, 0], "y": y, "w": [float(w[0]) for w, _, _ in fits], "b": [float(b) for _, b, _ in fits],
            "losses": [float(loss) for loss in fits[-1][2]]}  # fmt: skip


def claim(reference):
    """Each count of steps brings the line nearer to the best one; the loss falls fast, then slowly, to the noise."""
    x, y, losses = np.asarray(reference["x"]), np.asarray(reference["y"]), np.array(reference["losses"])
    slope, height = np.polyfit(x, y, 1)
    away = np.hypot(np.array(reference["w"]) - slope, np.array(reference["b"]) - height)
    assert (np.diff(away) < 0).all() and away[-1] < 0.05 * away[0], f"distances from the best line: {away.round(3)}"
    assert (np.diff(losses)[:40] < 0).all() and (np.diff(losses) < 1e-5).all(), "the loss does not fall in each step"
    noise = np.mean((slope * x + height - y) ** 2)
    assert 0.9 * noise < losses[-1] < 1.1 * noise, (
        f"the loss ends at {losses[-1]:.4f}, the points' noise is {noise:.4f}"
    )
    assert losses[0] > 10 * noise, f"the loss begins at {losses[0]:.3f}, too near to the noise"
    assert losses[0] - losses[10] > 10 * (losses[-11] - losses[-1]), "the loss does not fall fast, then slowly"


def draw(submission, reference):
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    shown = submission or reference
    x, y = shown["x"], shown["y"]
    left.plot(x, y, "o", color="black", ms=4)
    for place, count in enumerate(COUNTS):
        color = colormaps["viridis"](0.95 - 0.9 * place / (len(COUNTS) - 1))
        for data_, style in ((reference, "-"), (submission, "--")):
            if data_ is not None:
                label = f"{count} steps" if data_ is shown else None
                left.plot(x, data_["w"][place] * x + data_["b"][place], style, color=color, label=label)
    left.set_title("the line turns into the points", fontsize=10)
    left.set_xlabel("x")
    left.set_ylabel("y")
    left.legend(fontsize=8)
    for name, data_, style in (("reference", reference, "k-"), ("yours", submission, "C1--")):
        if data_ is not None:
            right.semilogy(data_["losses"], style, label=name)
    right.set_title("the loss falls fast, then slowly, to the noise of the points", fontsize=10)
    right.set_xlabel("step")
    right.set_ylabel("mean squared error")
    right.legend(fontsize=8)
    return figure
