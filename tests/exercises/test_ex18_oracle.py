"""The reference solution of ex18 against PyTorch's optimizers and a list of the parameters by hand."""

import runpy
import types
from pathlib import Path

import pytest
import torch
from torch import nn

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex18_decay_groups" / "decay_groups.py"


@pytest.fixture(scope="module")
def param_groups():
    """The solution's function."""
    return runpy.run_path(str(SOLUTION))["param_groups"]


@pytest.fixture
def model():
    """A small network of all kinds of layers, one of its weights shared, with every number at 1."""
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2)), nn.Linear(2, 2)
    )
    model[3].weight = model[2][0].weight
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1)
    return model


def test_groups_are_those_sorted_by_hand(param_groups, model):
    """The decaying group holds the two weights, the other one all biases and norms, and nothing comes twice."""
    decay, rest = param_groups(model, 0.1)
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    assert [names[id(p)] for p in decay["params"]] == ["0.weight", "2.0.weight"]
    expected = ["0.bias", "1.weight", "1.bias", "2.0.bias", "2.1.weight", "2.1.bias", "3.bias"]
    assert [names[id(p)] for p in rest["params"]] == expected
    assert (decay["weight_decay"], rest["weight_decay"]) == (0.1, 0.0)


@pytest.mark.parametrize("kind", [torch.optim.AdamW, torch.optim.SGD])
def test_one_step_without_gradient(param_groups, model, kind):
    """The README's numbers: lr 0.1, decay 0.1, gradient 0 turn a weight of 1 into 0.99, 0.366 after 100 steps."""
    optimizer = kind(param_groups(model, 0.1), lr=0.1)
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    for steps, expected in ((1, 0.99), (99, 0.366)):
        for _ in range(steps):
            optimizer.step()
        for parameter in model.parameters():
            value = torch.tensor(expected if parameter.ndim > 1 else 1.0)
            torch.testing.assert_close(parameter.detach(), value.expand_as(parameter), rtol=0, atol=5e-4)


@pytest.mark.parametrize(("kind", "expected", "bias"), [(torch.optim.SGD, 0.94, 0.95), (torch.optim.AdamW, 0.89, 0.9)])
def test_one_step_with_a_gradient(param_groups, model, kind, expected, bias):
    """The README's numbers of both rules: a gradient of 0.5 turns a weight of 1 into 0.94 by SGD, 0.89 by AdamW."""
    optimizer = kind(param_groups(model, 0.1), lr=0.1)
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 0.5)
    optimizer.step()
    for parameter in model.parameters():
        value = torch.tensor(expected if parameter.ndim > 1 else bias)
        torch.testing.assert_close(parameter.detach(), value.expand_as(parameter), rtol=0, atol=1e-6)


def test_without_groups_all_would_decay(model):
    """The same step over model.parameters() moves biases and norms too, so the comparison can tell."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1, weight_decay=0.1)
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    assert all(parameter.max() < 0.995 for parameter in model.parameters())


def test_frozen_and_negative(param_groups, model):
    """A frozen weight is in no group; a negative decay raises ValueError and zero does not."""
    model[0].weight.requires_grad_(False)
    held = [p for group in param_groups(model, 0.0) for p in group["params"]]
    assert len(held) == 8 and all(p is not model[0].weight for p in held)
    with pytest.raises(ValueError, match="-0.1"):
        param_groups(model, -0.1)


def test_the_picture_shows_what_it_claims(param_groups):
    """The solution's groups pass the claim; with one group for everything all ten parameters decay and it fails."""
    picture = runpy.run_path(str(SOLUTION.parents[2] / "exercises" / SOLUTION.parent.name / "picture.py"))
    scene, claim = picture["scene"], picture["claim"]
    claim(scene(types.SimpleNamespace(param_groups=param_groups)))
    everything = runpy.run_path(str(SOLUTION.parent / "mistakes" / "everything_decays.py"))
    with pytest.raises(AssertionError, match=r"these decay: .*bias"):
        claim(scene(types.SimpleNamespace(**everything)))
