"""The reference solution of ex45 by hand, against a loop and finite differences; and what the loss is good for."""

import math
import runpy
from operator import mul
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch.nn import functional as F

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex45_contrastive_loss" / "contrastive_loss.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex45_contrastive_loss" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def by_loop(z1, z2, temperature):
    """The definition, with math alone."""
    rows = [[x / math.hypot(*row) for x in row] for row in (*z1.tolist(), *z2.tolist())]
    n, total = len(z1), 0.0
    for i, anchor in enumerate(rows):
        weights = [math.exp(sum(map(mul, anchor, other)) / temperature) for other in rows]
        total -= math.log(weights[(i + n) % (2 * n)] / (sum(weights) - weights[i]))
    return total / (2 * n)


@pytest.mark.parametrize("temperature", [0.2, 0.5, 3.0])
def test_equals_the_loop(ours, temperature):
    """Five images, vectors of different lengths."""
    torch.manual_seed(45)
    z1, z2 = torch.randn(5, 3, dtype=torch.float64), 7 * torch.randn(5, 3, dtype=torch.float64)
    assert ours.nt_xent(z1, z2, temperature).item() == pytest.approx(by_loop(z1, z2, temperature), abs=1e-12)


def test_worked_numbers(ours):
    """Four images: collapsed ln 7, perfect pairs ln(1 + 6 exp(-2)); a diagonal left in would cost ln 8."""
    assert ours.nt_xent(torch.ones(4, 3), 2 * torch.ones(4, 3)).item() == pytest.approx(1.9459, abs=5e-5)
    assert ours.nt_xent(torch.eye(4), torch.eye(4)).item() == pytest.approx(0.5944, abs=5e-5)


def test_gradient_equals_finite_differences(ours):
    """Of both views, in float64."""
    torch.manual_seed(46)
    views = [torch.randn(3, 4, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    assert torch.autograd.gradcheck(ours.nt_xent, views)


def test_small_temperature_in_float32(ours):
    """Finite, although exp(100) is not."""
    torch.manual_seed(47)
    z1, z2 = torch.randn(6, 4, requires_grad=True), torch.randn(6, 4)
    loss = ours.nt_xent(z1, z2, 0.01)
    loss.backward()
    assert loss.isfinite()
    assert z1.grad.isfinite().all()


def test_refusals(ours):
    """Shapes, one image, temperatures."""
    z = torch.ones(3, 2)
    for args in ((z, z[:2]), (z, z[:, :1]), (z[:1], z[:1]), (z, z, 0.0), (z, z, -1.0)):
        with pytest.raises(ValueError, match="got|nobody"):
            ours.nt_xent(*args)


def test_views_and_retrieval(ours):
    """Two calls of the augmentation; two of three images find their own view."""
    calls = iter((10.0, 20.0))
    first, second = ours.two_views(torch.ones(2), lambda x: x + next(calls))
    assert (first.tolist(), second.tolist()) == ([11, 11], [21, 21])
    z1 = torch.tensor([[1.0, 0.1], [0.0, 1.0], [1.0, 0.0]])
    z2 = torch.tensor([[5.0, 5.0], [0.0, 9.0], [0.1, 0.0]])
    assert ours.retrieval_accuracy(z1, z2) == pytest.approx(2 / 3)
    assert F.cosine_similarity(z1[:1], z2).argmax() == 2


def test_picture_shows_that_it_teaches(ours, seen):
    """The claim holds, and fails for a loss without a slope and for one that only pulls partners together."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 6
    for wrong in (
        lambda z1, z2, temperature: 0 * ours.nt_xent(z1, z2, temperature),
        lambda z1, z2, temperature: -F.cosine_similarity(z1, z2).mean(),
    ):
        with pytest.raises(AssertionError, match="find their partner|similarity of strangers"):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | {"nt_xent": wrong}), 0))
