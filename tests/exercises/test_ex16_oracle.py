"""The reference solution of ex16 against `nn.Dropout`."""

import runpy
import types
from pathlib import Path

import pytest
import torch
from torch import nn

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex16_dropout" / "dropout.py"


@pytest.fixture
def dropout():
    """The solution's class."""
    torch.manual_seed(16)
    return runpy.run_path(str(SOLUTION))["Dropout"]


@pytest.mark.parametrize("p", [0.1, 0.25, 0.5, 0.9])
def test_statistics_are_pytorchs(dropout, p):
    """Dropped share, mean, variance and the two values agree with nn.Dropout's and with their closed forms."""
    x = torch.full((400_000,), 2.0)
    for layer in (dropout(p), nn.Dropout(p)):
        out = layer.train()(x)
        assert (out == 0).double().mean().item() == pytest.approx(p, abs=0.005)
        assert out.double().mean().item() == pytest.approx(2, abs=0.05)
        assert out.double().var().item() == pytest.approx(4 * p / (1 - p), rel=0.03)
        torch.testing.assert_close(out[out != 0].unique(), torch.tensor([2 / (1 - p)]))


def test_edges_are_pytorchs(dropout):
    """p = 0 and p = 1 in train mode, and eval mode, give what nn.Dropout gives, gradients included."""
    for p, train in ((0.0, True), (1.0, True), (0.4, False)):
        x = torch.randn(8, 5)
        results = []
        for layer in (dropout(p), nn.Dropout(p)):
            leaf = x.clone().requires_grad_()
            out = layer.train(train)(leaf)
            out.backward(torch.ones_like(out))
            results.append((out.detach(), leaf.grad))
        torch.testing.assert_close(*results)


def test_gradient_is_the_scaled_mask(dropout):
    """The gradient of the sum is output / input wherever the input is not 0."""
    x = (torch.rand(50, 40) + 0.5).requires_grad_()
    out = dropout(0.3).train()(x)
    out.sum().backward()
    torch.testing.assert_close(x.grad, (out / x).detach())


@pytest.mark.parametrize("p", [-0.01, 1.01])
def test_same_rates_are_refused(dropout, p):
    """Rates outside [0, 1] are refused as nn.Dropout refuses them."""
    for layer in (dropout, nn.Dropout):
        with pytest.raises(ValueError, match="."):
            layer(p)


def test_numbers_of_the_readme():
    """2 / 0.75 = 2.667, mean 2, variance 1.333."""
    survivor = 2 / 0.75
    assert survivor == pytest.approx(2.667, abs=5e-4)
    assert 0.75 * survivor == pytest.approx(2)
    assert 0.75 * survivor**2 - 2**2 == pytest.approx(1.333, abs=5e-4)


def test_the_picture_shows_what_it_claims():
    """The solution passes the claim with ten seeds; without scaling, or with dropout in eval mode, it fails."""
    picture = runpy.run_path(str(SOLUTION.parents[2] / "exercises" / SOLUTION.parent.name / "picture.py"))
    scene, claim = picture["scene"], picture["claim"]
    for seed in range(10):
        torch.manual_seed(seed)
        claim(scene(types.SimpleNamespace(**runpy.run_path(str(SOLUTION)))))
    for mistake, words in (("survivors_not_scaled", "mean does not stay at 1"), ("active_in_eval", "eval mode")):
        wrong = types.SimpleNamespace(**runpy.run_path(str(SOLUTION.parent / "mistakes" / f"{mistake}.py")))
        with pytest.raises(AssertionError, match=words):
            claim(scene(wrong))
