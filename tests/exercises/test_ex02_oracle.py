"""The solution of ex02 against an nn.Sequential with the same numbers, in training and in evaluation."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex02_norm_mlp" / "norm_mlp.py"
PICTURE = runpy.run_path(str(Path(__file__).parents[2] / "exercises" / "ex02_norm_mlp" / "picture.py"))
NormMLP = runpy.run_path(str(SOLUTION))["NormMLP"]
LAYERS = {"none": nn.Identity, "batch": nn.BatchNorm1d, "layer": nn.LayerNorm}


def pair(norm):
    """The solution and a plain stack of torch's own layers that holds copies of its numbers."""
    torch.manual_seed(0)
    model = NormMLP(12, 16, 4, norm)
    oracle = nn.Sequential(nn.Flatten(), nn.Linear(12, 16), LAYERS[norm](16), nn.ReLU(), nn.Linear(16, 4))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    oracle.load_state_dict(dict(zip(oracle.state_dict(), model.state_dict().values(), strict=True)))
    return model, oracle


@pytest.mark.parametrize("norm", LAYERS)
def test_equals_torch_layers(norm):
    """Logits and gradients equal those of torch's layers through three training batches and in evaluation."""
    model, oracle = pair(norm)
    for _ in range(3):
        x = 2 + torch.randn(8, 3, 4)
        for network in (model, oracle):
            network.zero_grad()
            network(x).square().sum().backward()
        for ours, theirs in zip(model.parameters(), oracle.parameters(), strict=True):
            torch.testing.assert_close(ours.grad, theirs.grad)
    x = torch.randn(5, 12)
    torch.testing.assert_close(model.eval()(x), oracle.eval()(x))
    assert not torch.equal(model(x), model(x + 1))


@pytest.mark.parametrize(("norm", "numbers"), [("none", 101_770), ("batch", 102_026), ("layer", 102_026)])
def test_counts_of_the_default_network(norm, numbers):
    """The default network has 101,770 learnable numbers, and 256 more with a norm."""
    assert sum(parameter.numel() for parameter in NormMLP(norm=norm).parameters()) == numbers


def test_batch_norm_needs_two_samples():
    """A single sample is refused by batch norm in training and answered in evaluation."""
    model = NormMLP(12, 16, 4, "batch")
    with pytest.raises(ValueError, match="more than 1 value"):
        model(torch.randn(1, 12))
    assert model.eval()(torch.randn(1, 12)).shape == (1, 4)


def test_wrong_order_is_visible():
    """With the norm behind the ReLU, training logits would change under x -> 5x + 3; those of the solution do not."""
    torch.manual_seed(0)
    x = torch.randn(16, 12)
    model = NormMLP(12, 16, 4, "batch")
    torch.testing.assert_close(model(x), model(5 * x + 3), atol=1e-3, rtol=0)
    wrong = nn.Sequential(model.fc1, nn.ReLU(), model.norm, model.fc2)
    assert (wrong(x) - wrong(5 * x + 3)).abs().max() > 0.1


def test_the_picture_shows_what_it_claims(seen):
    """Under every seed the claim holds for the solution, and fails for a network that always has the same norm."""
    for seed in range(10):
        PICTURE["claim"](seen(SimpleNamespace(NormMLP=NormMLP), seed))
    for norm, said in (("layer", "batch.* hardly move"), ("batch", "none.* answers move")):
        with pytest.raises(AssertionError, match=said):
            PICTURE["claim"](seen(SimpleNamespace(NormMLP=lambda *args, norm=norm: NormMLP(*args[:3], norm)), 0))
