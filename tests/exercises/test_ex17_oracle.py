"""ex17's solution against nn.Sequential and against accuracies counted by hand."""

import importlib.util
import runpy
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import nn

PATH = Path(__file__).parents[2] / "solutions" / "ex17_bn_dropout_mlp" / "bn_dropout_mlp.py"


@pytest.fixture(scope="module")
def solution() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ex17_solution", PATH)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def twin(model: nn.Module, p: float) -> nn.Sequential:
    """nn.Sequential with the solution's weights."""
    layers = nn.Sequential(nn.Flatten(), nn.Linear(12, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(p), nn.Linear(8, 3))
    layers.load_state_dict(dict(zip(layers.state_dict(), model.state_dict().values(), strict=True)))
    return layers


def test_equals_sequential_in_both_modes(solution: ModuleType) -> None:
    """Three training passes with equal masks and then evaluation give what nn.Sequential gives."""
    model = solution.RegularizedMLP(12, 8, 3, dropout=0.3)
    other = twin(model, 0.3)
    for seed in range(3):
        x = torch.randn(16, 3, 4)
        outputs = []
        for network in (model, other):
            torch.manual_seed(seed)
            outputs.append(network(x))
        torch.testing.assert_close(*outputs)
    x = torch.randn(5, 12)
    torch.testing.assert_close(model.eval()(x), other.eval()(x))


def test_dropout_before_the_norm_is_different(solution: ModuleType) -> None:
    """The order matters: with dropout first the remembered variance is about twice as large at p = 0.5."""
    torch.manual_seed(0)
    z = torch.randn(4096, 1)
    variance = nn.functional.dropout(z, 0.5).var().item()
    assert 1.7 < variance < 2.3


def test_the_gap_is_a_difference_of_shares(solution: ModuleType) -> None:
    """A model that returns its input has the accuracies that can be counted; its mode comes back."""
    x = torch.eye(4)
    model = nn.Identity().train()
    gap = solution.overfit_gap(model, x, torch.tensor([0, 1, 2, 0]), x[:2], torch.tensor([0, 0]))
    assert gap == pytest.approx(0.75 - 0.5)
    assert model.training


def test_the_picture_shows_what_it_claims(solution: ModuleType) -> None:
    """Dropout narrows the solution's gap in each run; no effect, or one in eight runs of ten, is refused."""
    picture = runpy.run_path(str(PATH.parents[2] / "exercises" / PATH.parent.name / "picture.py"))
    gaps, claim = picture["scene"](solution), picture["claim"]
    claim(gaps)
    assert all(half < none for none, half in zip(gaps[0], gaps[2], strict=True))
    with pytest.raises(AssertionError, match="in 0 of 10 runs only"):
        claim([gaps[0]] * 4)
    with pytest.raises(AssertionError, match="in 8 of 10 runs only"):
        claim([gaps[0], gaps[1], gaps[2][:8] + gaps[0][8:], gaps[3]])
