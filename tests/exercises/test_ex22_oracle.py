"""The reference solution of ex22 against a training loop in plain tensors, and its early stopping against a script."""

import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn import functional as F

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex22_fit" / "fit.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex22_fit" / "picture.py"))


@pytest.fixture(scope="module")
def fit():
    """The solution's function."""
    return runpy.run_path(str(SOLUTION))["fit"]


@pytest.fixture
def data():
    """Three training batches and two uneven validation batches of a noisy problem with three classes."""
    torch.manual_seed(22)
    sizes = [10, 10, 4, 20, 3]
    batches = [(torch.randn(n, 5), torch.randint(3, (n,))) for n in sizes]
    return batches[:3], batches[3:]


class Scripted(nn.Module):
    """A model whose validation loss in epoch i is losses[i], if every label is 0."""

    def __init__(self, losses):
        super().__init__()
        self.linear = nn.Linear(1, 2)
        self.losses = iter(losses)

    def forward(self, x):
        if self.training:
            return self.linear(x)
        lead = -torch.tensor(next(self.losses)).expm1().log()
        return torch.stack([lead, torch.zeros(())]).expand(len(x), 2)


def test_two_epochs_by_hand(fit, data):
    """Weights, train_loss, val_loss and val_acc equal those of Adam written out, the best of two epochs handed back."""
    train, val = data
    model = nn.Linear(5, 3)
    weights = [p.detach().clone().requires_grad_() for p in model.parameters()]
    history = fit(model, train, val, epochs=2, lr=0.03)
    moments = [(torch.zeros_like(w), torch.zeros_like(w)) for w in weights]
    after, step = [], 0
    for epoch in range(2):
        losses = []
        for x, y in train:
            step += 1
            loss = F.cross_entropy(x @ weights[0].T + weights[1], y)
            losses.append(loss.item() * len(y))
            grads = torch.autograd.grad(loss, weights)
            with torch.no_grad():
                for w, g, (m, v) in zip(weights, grads, moments, strict=True):
                    m.lerp_(g, 0.1)
                    v.lerp_(g * g, 0.001)
                    w -= 0.03 * m / (1 - 0.9**step) / ((v / (1 - 0.999**step)).sqrt() + 1e-8)
        x, y = (torch.cat(part) for part in zip(*val, strict=True))
        scores = x @ weights[0].T + weights[1]
        assert history["train_loss"][epoch] == pytest.approx(sum(losses) / 24, rel=1e-4)
        assert history["val_loss"][epoch] == pytest.approx(F.cross_entropy(scores, y).item(), rel=1e-4)
        assert history["val_acc"][epoch] == pytest.approx((scores.argmax(1) == y).float().mean().item())
        after.append([w.detach().clone() for w in weights])
    assert history["best_epoch"] == min((0, 1), key=history["val_loss"].__getitem__)
    for parameter, expected in zip(model.parameters(), after[history["best_epoch"]], strict=True):
        torch.testing.assert_close(parameter.detach(), expected)


@pytest.mark.parametrize(
    ("patience", "min_delta", "epochs", "best", "early"),
    [
        (3, 0.0, 6, 2, True),
        (1, 0.0, 4, 2, True),
        (5, 0.0, 8, 7, False),
        (None, 0.0, 8, 7, False),
        (3, 0.15, 5, 1, True),
    ],
)
def test_worked_example(fit, patience, min_delta, epochs, best, early):
    """The README's validation losses end after six epochs with patience 3, and elsewhere for other arguments."""
    batch = torch.ones(4, 1), torch.zeros(4, dtype=torch.int64)
    losses = [0.9, 0.7, 0.6, 0.65, 0.62, 0.61, 0.7, 0.5]
    history = fit(Scripted(losses), [batch], [batch], epochs=8, patience=patience, min_delta=min_delta)
    assert history["val_loss"] == pytest.approx(losses[:epochs])
    assert (history["best_epoch"], history["stopped_early"]) == (best, early)


def test_best_model_with_its_buffers(fit, data):
    """With random labels the last model is worse than the best, which comes back with its batch norm."""
    train, val = data
    model = nn.Sequential(nn.Linear(5, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 3))
    history = fit(model, train, val, epochs=25, lr=0.05, patience=None)
    x, y = (torch.cat(part) for part in zip(*val, strict=True))
    returned = F.cross_entropy(model.eval()(x), y).item()
    assert returned == pytest.approx(min(history["val_loss"]), rel=1e-4)
    assert history["val_loss"][-1] > returned + 0.1


def test_no_epochs(fit, data):
    """epochs = 0 raises ValueError, epochs = 1 does not."""
    train, val = data
    with pytest.raises(ValueError, match="epochs"):
        fit(nn.Linear(5, 3), train, val, epochs=0)
    assert len(fit(nn.Linear(5, 3), train, val, epochs=1)["val_loss"]) == 1


def test_nan_epochs(fit):
    """With NaN in place of 0.65 and 0.61 the README's training ends as before, and NaN at first is no best epoch."""
    batch = torch.ones(4, 1), torch.zeros(4, dtype=torch.int64)
    losses = [0.9, 0.7, 0.6, math.nan, 0.62, math.nan, 0.7]
    history = fit(Scripted(losses), [batch], [batch], epochs=7, patience=3)
    assert (len(history["val_loss"]), history["best_epoch"], history["stopped_early"]) == (6, 2, True)
    assert fit(Scripted([math.nan, 0.5, 0.6]), [batch], [batch], epochs=3)["best_epoch"] == 1


@pytest.mark.parametrize("patience", [None, 2, 9])
def test_no_finite_loss(fit, patience):
    """A training without one finite validation loss says so."""
    batch = torch.ones(4, 1), torch.zeros(4, dtype=torch.int64)
    with pytest.raises(RuntimeError, match="NaN or infinite in every epoch"):
        fit(Scripted([math.nan] * 4), [batch], [batch], epochs=4, patience=patience)


def test_rate_too_large(fit, data):
    """A learning rate that makes every weight infinite ends in the same error."""
    train, val = data
    with pytest.raises(RuntimeError, match="NaN or infinite in every epoch"):
        fit(nn.Sequential(nn.Linear(5, 4), nn.Linear(4, 3)), train, val, epochs=3, lr=1e30)


def test_the_picture_shows_what_it_claims(fit, seen):
    """The claim holds under three seeds, and fails for a rate near 0 and if the last model is handed back."""
    for seed in range(3):
        PICTURE["claim"](seen(SimpleNamespace(fit=fit), seed))

    def slow(*args, **options):
        return fit(*args, **options | {"lr": 1e-5, "epochs": 30})

    forgetful = runpy.run_path(str(SOLUTION))
    forgetful["EarlyStopping"].restore = lambda self, model: None
    for wrong, says in ((slow, "falls from"), (forgetful["fit"], "handed back has")):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(fit=wrong), 0))
