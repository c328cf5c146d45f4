"""ex01's picture: both losses of one training, where the submission stopped, and what it handed back."""

import torch
from torch import nn

PATIENCE = 5


def scene(module):
    """Fits 20 sine waves to 30 noisy points, asks the submission when to stop, and goes on for the curve's sake.

    The points it is judged by are as noisy: otherwise the validation loss would lie below that of the training.
    """
    waves = torch.arange(1.0, 21.0)
    x = torch.linspace(-3, 3, 30).unsqueeze(1)
    x_val = torch.linspace(-2.9, 2.9, 100).unsqueeze(1)
    y, y_val = torch.sin(x) + 0.6 * torch.randn(30, 1), torch.sin(x_val) + 0.6 * torch.randn(100, 1)
    features, features_val = torch.sin(waves * x) / waves**0.2, torch.sin(waves * x_val) / waves**0.2
    model = nn.Linear(20, 1)
    nn.init.zeros_(model.weight)
    stopper = module.EarlyStopping(PATIENCE)
    seen = {"train": [], "val": [], "stop": None, "restored": None}
    for epoch in range(60):
        for batch in torch.randperm(30).split(3):
            loss = nn.functional.mse_loss(model(features[batch]), y[batch])
            gradients = torch.autograd.grad(loss, list(model.parameters()))
            with torch.no_grad():
                for parameter, gradient in zip(model.parameters(), gradients, strict=True):
                    parameter -= 0.012 * gradient
        with torch.no_grad():
            seen["train"].append(nn.functional.mse_loss(model(features), y).item())
            seen["val"].append(nn.functional.mse_loss(model(features_val), y_val).item())
            if seen["stop"] is None and stopper.step(seen["val"][-1], model):
                seen["stop"] = epoch
                goes_on = {name: tensor.clone() for name, tensor in model.state_dict().items()}
                stopper.restore(model)
                seen["restored"] = nn.functional.mse_loss(model(features_val), y_val).item()
                model.load_state_dict(goes_on)
    return seen


def claim(reference):
    """The patience ends behind the best epoch so far, which is handed back; with more training, validation is worse."""
    train, val, stop = reference["train"], reference["val"], reference["stop"]
    assert stop is not None, "the training is never stopped"
    best = val.index(min(val[: stop + 1]))
    assert stop == best + PATIENCE, f"the best epoch is {best}, and the training is stopped in epoch {stop}"
    assert 2 < best and stop < 50, f"the best epoch {best} and the stop {stop} lie at the ends of the curve"
    assert abs(reference["restored"] - val[best]) < 1e-6, f"not the best epoch, {best}, is handed back"
    assert val[-1] > val[best], "validation is as low at the end as in the best epoch"
    assert val[-1] > train[-1], "validation is as low as training at the end"


def draw(submission, reference):
    """One panel per side: both curves, lines at the restored and the stop epoch, the patience between them shaded."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("submission", submission), ("solution", reference)) if seen is not None]
    figure = Figure(figsize=(7 * len(sides), 4), layout="constrained")
    for number, (name, seen) in enumerate(sides, start=1):
        ax = figure.add_subplot(1, len(sides), number)
        ax.plot(seen["train"], color="tab:gray", label="training loss")
        ax.plot(seen["val"], color="tab:blue", label="validation loss")
        title = f"{name}: never stopped"
        if seen["stop"] is not None:
            kept = min(range(len(seen["val"])), key=lambda epoch: abs(seen["val"][epoch] - seen["restored"]))
            ax.axvline(kept, color="tab:green", linestyle="--", label=f"weights handed back: epoch {kept}")
            ax.axvline(seen["stop"], color="tab:red", linestyle="--", label=f"stopped: epoch {seen['stop']}")
            waited = f"{seen['stop'] - kept} epochs waited, patience {PATIENCE}"
            ax.axvspan(kept, seen["stop"], color="tab:orange", alpha=0.2, label=waited)
            title = f"{name}: validation loss {seen['restored']:.3f} handed back, {seen['val'][-1]:.3f} without it"
        ax.set(title=title, xlabel="epoch", ylabel="mean squared error", ylim=(0, None))
        ax.legend()
    return figure
