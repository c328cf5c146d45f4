"""The reference solution of ex33 against numbers by hand and a second autograd computation."""

import runpy
import types
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex33_train_step" / "train_step.py"


@pytest.fixture(scope="module")
def ours():
    """The solution's functions by name."""
    return runpy.run_path(str(SOLUTION))


def one_weight(w):
    """The model w * x, and plain SGD with rate 0.01."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, w)
    return model, torch.optim.SGD(model.parameters(), lr=0.01)


def test_worked_number(ours):
    """The README's numbers: from w = 2 to 1.7 and 1.454, with losses 25 and 16.81."""
    model, optimizer = one_weight(2.0)
    x, y = torch.tensor([[3.0]]), torch.tensor([[1.0]])
    seen = []
    for _ in range(2):
        seen += [ours["train_step"](model, x, y, F.mse_loss, optimizer), model.weight.item()]
    assert seen == pytest.approx([25, 1.7, 16.81, 1.454], rel=1e-6)
    assert 1.7 - 0.01 * (30 + 24.6) == pytest.approx(1.154)


@pytest.mark.parametrize("kind", [torch.optim.SGD, torch.optim.Adam, torch.optim.RMSprop])
def test_equals_autograd_and_the_optimizer(ours, kind):
    """Four steps of a two-layer network equal those with gradients from torch.autograd.grad."""
    torch.manual_seed(33)
    model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3))
    twin = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3))
    twin.load_state_dict(model.state_dict())
    optimizer, theirs = (kind(one.parameters(), lr=0.05) for one in (model, twin))
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 1000.0)
    for _ in range(4):
        x, y = torch.randn(7, 4), torch.randint(3, (7,))
        loss = F.cross_entropy(twin(x), y)
        grads = torch.autograd.grad(loss, list(twin.parameters()))
        for parameter, grad in zip(twin.parameters(), grads, strict=True):
            parameter.grad = grad
        theirs.step()
        assert ours["train_step"](model, x, y, F.cross_entropy, optimizer) == pytest.approx(loss.item())
    for one, other in zip(model.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(one, other)


def test_train_mode_and_one_call(ours):
    """A dropout of 1 that is on leaves a prediction of 0, so the loss is the mean of y squared; one call is made."""
    model = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Dropout(1.0))).eval()
    calls = []
    model.register_forward_hook(lambda *_: calls.append(1))
    y = torch.tensor([[1.0, 3.0]])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    assert ours["train_step"](model, torch.ones(1, 2), y, F.mse_loss, optimizer) == pytest.approx(5)
    assert len(calls) == 1


def test_epoch_by_hand(ours):
    """Batches of 2 and 1: each loss before its update, (2 * first + second) / 3, and both updates made."""
    model, optimizer = one_weight(1.0)
    batches = [(torch.tensor([[1.0], [2.0]]), torch.zeros(2, 1)), (torch.tensor([[3.0]]), torch.zeros(1, 1))]
    after_first = 1 - 0.01 * 2 * 2.5  # the mean of x squared is 2.5
    seen = ours["train_epoch"](model, iter(batches), F.mse_loss, optimizer)
    assert seen == pytest.approx((2 * 2.5 + 9 * after_first**2) / 3)
    assert model.weight.item() == pytest.approx(after_first * (1 - 0.01 * 2 * 9))


def test_empty_loader(ours):
    """A loader without batches raises ValueError and moves nothing."""
    model, optimizer = one_weight(1.0)
    for loader in ([], iter(())):
        with pytest.raises(ValueError, match="empty"):
            ours["train_epoch"](model, loader, F.mse_loss, optimizer)
    assert model.weight.item() == 1


def test_the_picture_shows_what_it_claims(ours):
    """The solution's path passes the claim, one with gradients that are never cleared or without a step does not."""
    picture = runpy.run_path(str(SOLUTION.parents[2] / "exercises" / SOLUTION.parent.name / "picture.py"))
    scene, claim = picture["scene"], picture["claim"]
    claim(scene(types.SimpleNamespace(**ours)))
    for mistake in ("no_zero_grad", "no_step"):
        wrong = types.SimpleNamespace(**runpy.run_path(str(SOLUTION.parent / "mistakes" / f"{mistake}.py")))
        with pytest.raises(AssertionError, match="do not walk"):
            claim(scene(wrong))
