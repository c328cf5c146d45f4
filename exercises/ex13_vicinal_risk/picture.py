"""ex13's picture: what input noise adds to three losses, measured and predicted, against the noise's variance."""

import numpy as np
import torch

VARIANCES = [step / 20 for step in range(11)]
LOSSES = ("mse", "half_mse", "logistic")


def scene(module):
    """The predicted penalties for one linear model: a list per loss, in the order of the variances."""
    w = torch.tensor([0.9, -1.1, 0.5])
    x = torch.linspace(-2, 2, 60).reshape(20, 3)
    penalties = [[module.noise_penalty(w, x, v**0.5, loss) for v in VARIANCES] for loss in LOSSES]
    return {"w": w, "x": x, "penalties": penalties}


def measured(w, x, variance):
    """Mean extra losses, one per loss, over 2000 noisy copies of x; the labels are sign(x @ w)."""
    clean = x @ w
    y = np.sign(clean)
    noise = np.random.default_rng(0).standard_normal((2000, *x.shape)) * np.sqrt(variance)
    noisy = clean + noise @ w
    losses = (lambda f: (f - y) ** 2, lambda f: (f - y) ** 2 / 2, lambda f: np.logaddexp(0, -y * f))
    return [np.mean(loss(noisy) - loss(clean)) for loss in losses]


def claim(reference):
    """Noise adds what is predicted: within 3 % for the squared losses, for the logistic one at small variances only."""
    w, x = reference["w"].astype(float), reference["x"].astype(float)
    extra = np.array([measured(w, x, v) for v in VARIANCES[1:]]).T
    ratios = dict(zip(LOSSES, np.array(reference["penalties"])[:, 1:] / extra, strict=True))
    for loss in ("mse", "half_mse"):
        assert np.abs(ratios[loss] - 1).max() < 0.03, f"{loss}: the prediction is off"
    assert np.abs(ratios["logistic"][:2] - 1).max() < 0.03, "logistic: the prediction is off at small variances"
    assert 1.05 < ratios["logistic"][-1] < 1.15, "logistic: the prediction does not part from what is measured"


def draw(submission, reference):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 3.8), layout="constrained")
    seen = [(name, data) for name, data in (("yours", submission), ("reference", reference)) if data is not None]
    for column, (loss, axes) in enumerate(zip(LOSSES, figure.subplots(1, 3), strict=True)):
        axes.set_title(f"{loss}: loss added by input noise", fontsize=10)
        axes.set_xlabel("variance of the noise")
        for (name, data), line in zip(seen, ("o-", "--"), strict=False):
            axes.plot(VARIANCES, data["penalties"][column], line, label=f"{name}: prediction")
        if seen:
            w, x = seen[-1][1]["w"].astype(float), seen[-1][1]["x"].astype(float)
            extra = [measured(w, x, v)[column] for v in VARIANCES]
            axes.plot(VARIANCES, extra, "kx", label="measured with 2000 noisy copies")
            axes.legend(fontsize=8)
    return figure
