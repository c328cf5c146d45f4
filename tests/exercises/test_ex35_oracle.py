"""The reference solution of ex35 against torch.optim, the README's numbers, and the picture's claim."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex35_optimizers" / "optimizers.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex35_optimizers" / "picture.py"))
PAIRS = {
    "momentum_step": ({"lr": 0.02, "mu": 0.8}, torch.optim.SGD, {"lr": 0.02, "momentum": 0.8}),
    "rmsprop_step": ({"lr": 0.02, "rho": 0.9}, torch.optim.RMSprop, {"lr": 0.02, "alpha": 0.9}),
    "adam_step": ({"lr": 0.02, "betas": (0.8, 0.95)}, torch.optim.Adam, {"lr": 0.02, "betas": (0.8, 0.95)}),
}


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def compare(step, options, kind, theirs):
    """Ten steps of both, with gradients of many sizes among which are zeros."""
    torch.manual_seed(35)
    p, state = torch.randn(4, 3, dtype=torch.float64), {}
    parameter = torch.nn.Parameter(p.clone())
    optimizer = kind([parameter], **theirs)
    for i in range(10):
        grad = torch.randn(4, 3, dtype=torch.float64) * 10.0 ** torch.randint(-9, 3, (4, 3)) * (i % 3 > 0)
        p = step(p, grad, state, **options)
        parameter.grad = grad.clone()
        optimizer.step()
        torch.testing.assert_close(p, parameter.detach(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", PAIRS)
def test_equals_pytorch(ours, name):
    """SGD with momentum, RMSprop and Adam, with options of their own and with the defaults."""
    options, kind, theirs = PAIRS[name]
    compare(getattr(ours, name), options, kind, theirs)
    plain = {"lr": 0.01, "momentum": 0.9} if name == "momentum_step" else {}
    compare(getattr(ours, name), {}, kind, plain)


def test_decay_equals_adamw(ours):
    """A weight_decay makes AdamW of it."""
    compare(ours.adam_step, {"lr": 0.1, "weight_decay": 0.3}, torch.optim.AdamW, {"lr": 0.1, "weight_decay": 0.3})


def test_worked_number(ours):
    """Two steps of momentum and of Adam with gradient 10, and Adam's first step without corrections."""
    seen, g = [], torch.tensor([10.0])
    for step in (ours.momentum_step, lambda *args: ours.adam_step(*args, lr=0.01)):
        p, state = torch.ones(1), {}
        for _ in range(2):
            p = step(p, g, state)
            seen.append(p.item())
    assert seen == pytest.approx([0.9, 0.71, 0.99, 0.98])
    assert 0.01 * 1 / 0.1**0.5 == pytest.approx(0.0316, abs=5e-5)


def test_bad_numbers_are_refused(ours):
    """A negative rate, and averages that never forget or overshoot."""
    p, g = torch.ones(1), torch.ones(1)
    for name, options in (
        ("momentum_step", {"lr": -1}), ("momentum_step", {"mu": 1}), ("rmsprop_step", {"rho": -0.1}),
        ("adam_step", {"betas": (0.9, 1.0)}), ("adam_step", {"betas": (-0.1, 0.9)}), ("adam_step", {"lr": -1e-3}),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="got"):
            getattr(ours, name)(p, g, {}, **options)


def test_picture_shows_what_momentum_gains(ours, seen):
    """The claim holds, and fails for a momentum that remembers nothing and for an Adam that stands still."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 4
    forgets = {"momentum_step": lambda p, g, state, lr, mu: ours.momentum_step(p, g, {}, lr, mu)}
    stands = {"adam_step": lambda p, g, state, lr: p}
    for wrong, says in ((forgets, "momentum ends at"), (stands, "Adam ends at")):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | wrong), 0))
