"""The reference solution of ex07 against `nn.LayerNorm`."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex07_layernorm" / "layernorm.py"
PICTURE = runpy.run_path(str(Path(__file__).parents[2] / "exercises" / "ex07_layernorm" / "picture.py"))


def layer_norm(dim, eps=1e-5):
    return runpy.run_path(str(SOLUTION))["LayerNorm"](dim, eps)


@pytest.mark.parametrize("shape", [(5,), (1, 5), (7, 5), (3, 4, 5), (2, 3, 4, 5)])
@pytest.mark.parametrize("training", [True, False])
def test_outputs_and_gradients_agree(shape, training):
    """Outputs and all gradients equal nn.LayerNorm's for any number of axes, in both modes."""
    ours, theirs = layer_norm(5).train(training), nn.LayerNorm(5).train(training)
    theirs.load_state_dict({"weight": torch.randn(5), "bias": torch.randn(5)})
    ours.load_state_dict(theirs.state_dict())
    x, upstream = 3 * torch.randn(shape) + 1, torch.randn(shape)
    inputs = [x.clone().requires_grad_() for _ in range(2)]
    outputs = [layer(one) for layer, one in zip((ours, theirs), inputs, strict=True)]
    torch.testing.assert_close(outputs[0], outputs[1])
    for out in outputs:
        (upstream * out).sum().backward()
    torch.testing.assert_close(inputs[0].grad, inputs[1].grad)
    torch.testing.assert_close(ours.weight.grad, theirs.weight.grad)
    torch.testing.assert_close(ours.bias.grad, theirs.bias.grad)


@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_nearly_constant_rows_agree(eps):
    """Rows of spread 0 and 0.001 give what nn.LayerNorm gives, for a small and a large eps."""
    x = torch.randn(2, 5) * torch.tensor([[0.0], [1e-3]]) + 0.25
    torch.testing.assert_close(layer_norm(5, eps)(x), nn.LayerNorm(5, eps)(x))


def test_worked_number():
    """The README's row (1, 2, 6) becomes (-0.93, -0.46, 1.39); with D - 1 it would be (-0.76, -0.38, 1.13)."""
    x = torch.tensor([1.0, 2.0, 6.0])
    assert [round(v, 2) for v in layer_norm(3)(x).tolist()] == [-0.93, -0.46, 1.39]
    assert [round(v, 2) for v in ((x - x.mean()) / x.std()).tolist()] == [-0.76, -0.38, 1.13]


@pytest.mark.parametrize("shape", [(4, 4), (4, 1), (5, 4)])
def test_refuses(shape):
    """Rows of another length raise ValueError, rows of the right length do not."""
    with pytest.raises(ValueError, match="features"):
        layer_norm(5)(torch.zeros(shape))
    assert layer_norm(5)(torch.zeros(4, 5)).shape == (4, 5)


def test_the_picture_shows_what_it_claims(seen):
    """Under every seed the claim holds for the solution, and fails for a layer that averages over the batch."""
    for seed in range(10):
        PICTURE["claim"](seen(SimpleNamespace(LayerNorm=layer_norm), seed))
    over_batch = SimpleNamespace(LayerNorm=lambda dim: nn.BatchNorm1d(dim))
    with pytest.raises(AssertionError, match="a row's mean is not 0"):
        PICTURE["claim"](seen(over_batch, 0))
