"""ex22's picture: the curves of a training on points with wrong labels, and the epoch whose model is handed back."""

import torch
from torch import nn

EPOCHS = 120


def points(n, stream):
    """(n, 2) points in two classes, inside and outside a circle; one label in ten is wrong."""
    x = torch.rand(n, 2, generator=stream) * 2 - 1
    y = (x.square().sum(1) > 0.5).long()
    return x, torch.where(torch.rand(n, generator=stream) < 0.1, 1 - y, y)


def scene(module):
    stream = torch.Generator().manual_seed(22)
    train, val = points(60, stream), points(400, stream)
    model = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2))
    batches = list(zip(train[0].split(20), train[1].split(20), strict=True))
    history = module.fit(model, batches, [val], epochs=EPOCHS, lr=0.005, patience=25)
    model.eval()
    with torch.no_grad():
        returned = nn.functional.cross_entropy(model(val[0]), val[1])
    return {**{name: history[name] for name in ("train_loss", "val_loss", "best_epoch")}, "returned": returned}


def claim(reference):
    """The training loss falls on, validation is best inside the curve, and that epoch's model is handed back."""
    train, val, best = reference["train_loss"], reference["val_loss"], reference["best_epoch"]
    assert train[-1] < 0.7 * train[0], f"the training loss falls from {train[0]:.2f} to {train[-1]:.2f} only"
    assert 3 <= best <= len(val) - 10, f"the best of {len(val)} epochs is {best}: not inside the curve"
    assert val[best] < val[0] - 0.1, "the best epoch is hardly better than the first"
    assert val[-1] > val[best], "the last epoch is as good as the best"
    returned = float(reference["returned"])
    assert abs(returned - val[best]) < 1e-4, f"the model handed back has {returned:.3f}, the best {val[best]:.3f}"


def draw(submission, reference):
    from matplotlib.figure import Figure

    seen = [(name, data) for name, data in (("yours", submission), ("reference", reference)) if data is not None]
    figure = Figure(figsize=(6 * len(seen), 4.5), layout="constrained")
    for axes, (name, data) in zip(figure.subplots(1, len(seen), squeeze=False)[0], seen, strict=True):
        for curve, color in (("train_loss", "tab:blue"), ("val_loss", "tab:orange")):
            axes.plot(data[curve], color=color, label=curve)
        axes.axvline(data["best_epoch"], color="black", ls=":", label=f"best_epoch {data['best_epoch']}")
        axes.axhline(data["returned"], color="tab:green", ls="--", label=f"returned model: {data['returned']:.3f}")
        axes.set_title(f"{name}: {len(data['val_loss'])} epochs of at most {EPOCHS}")
        axes.set_xlabel("epoch")
        axes.set_ylim(bottom=0)
        axes.legend()
    return figure
