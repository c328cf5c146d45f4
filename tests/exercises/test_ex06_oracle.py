"""The reference solution of ex06 against `nn.BatchNorm1d`."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex06_batchnorm" / "batchnorm.py"
PICTURE = runpy.run_path(str(Path(__file__).parents[2] / "exercises" / "ex06_batchnorm" / "picture.py"))


@pytest.fixture
def pair():
    """A solution's layer and PyTorch's, with the same random scale and shift."""
    ours, theirs = runpy.run_path(str(SOLUTION))["BatchNorm"](5), nn.BatchNorm1d(5)
    with torch.no_grad():
        for name in ("weight", "bias"):
            values = torch.randn(5)
            getattr(ours, name).copy_(values)
            getattr(theirs, name).copy_(values)
    return ours, theirs


def test_three_batches_and_eval_agree(pair):
    """Outputs, input gradients and running statistics equal nn.BatchNorm1d's over three batches, then in eval mode."""
    ours, theirs = pair
    for batch in range(4):
        for layer in pair:
            layer.train(batch < 3)
        x = 3 * torch.randn(7, 5) + 1
        upstream = torch.randn(7, 5)
        inputs = [x.clone().requires_grad_() for _ in pair]
        outputs = [layer(one) for layer, one in zip(pair, inputs, strict=True)]
        torch.testing.assert_close(outputs[0], outputs[1])
        for out in outputs:
            (upstream * out).sum().backward()
        torch.testing.assert_close(inputs[0].grad, inputs[1].grad)
        torch.testing.assert_close(ours.running_mean, theirs.running_mean)
        torch.testing.assert_close(ours.running_var, theirs.running_var)
    torch.testing.assert_close(ours.weight.grad, theirs.weight.grad)
    torch.testing.assert_close(ours.bias.grad, theirs.bias.grad)


def test_state_fits_pytorchs_layer(pair):
    """The state_dict loads into nn.BatchNorm1d as it is, and both then agree in eval mode."""
    ours, theirs = pair
    ours(torch.randn(6, 5))
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(4, 5)
    torch.testing.assert_close(ours.eval()(x), theirs.eval()(x))


def test_biased_running_variance_would_be_seen(pair):
    """At seven samples the biased variance lies clearly away from the running variance, so the comparison can tell."""
    ours, _ = pair
    x = 3 * torch.randn(7, 5)
    ours(x)
    gap = (ours.running_var - (0.9 + 0.1 * x.var(0, unbiased=False))).abs()
    torch.testing.assert_close(gap, 0.1 * x.var(0) / 7)
    assert gap.max() > 0.01


def test_worked_number():
    """The README's numbers: batch (1, 3) leaves mean 0.2 and variance 1.1, and eval answers 2.67 for an input of 3."""
    layer = runpy.run_path(str(SOLUTION))["BatchNorm"](1)
    x = torch.tensor([[1.0], [3.0]])
    torch.testing.assert_close(layer(x), torch.tensor([[-1.0], [1.0]]), rtol=0, atol=1e-5)
    torch.testing.assert_close(layer.running_mean, torch.tensor([0.2]))
    torch.testing.assert_close(layer.running_var, torch.tensor([1.1]))
    assert round(layer.eval()(x[1:]).item(), 2) == 2.67


@pytest.mark.parametrize("shape", [(1, 5), (4, 4), (4, 1)])
def test_refuses(pair, shape):
    """One sample in train mode and a wrong number of features raise ValueError; one sample in eval mode does not."""
    ours, _ = pair
    with pytest.raises(ValueError, match=r"two samples|features"):
        ours(torch.zeros(shape))
    assert ours.eval()(torch.zeros(1, 5)).shape == (1, 5)


def test_the_picture_shows_what_it_claims(seen):
    """Under every seed the claim holds for the solution, and fails where the memory follows the last batch at once."""
    layer = runpy.run_path(str(SOLUTION))["BatchNorm"]
    for seed in range(10):
        PICTURE["claim"](seen(SimpleNamespace(BatchNorm=layer), seed))
    with pytest.raises(AssertionError, match="start low"):
        PICTURE["claim"](seen(SimpleNamespace(BatchNorm=lambda features: layer(features, momentum=0.9)), 0))
    with pytest.raises(AssertionError, match="spread of the outputs"):
        PICTURE["claim"](seen(SimpleNamespace(BatchNorm=lambda features: layer(features, eps=4.0)), 0))
