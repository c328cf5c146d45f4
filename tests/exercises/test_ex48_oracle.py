"""The reference solution of ex48 against PyTorch's swa_utils, the README's numbers, and the picture's claim."""

import copy
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.optim import swa_utils

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex48_weight_average" / "weight_average.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex48_weight_average" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's class and function."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def scalar(value=0.0):
    """A model of a single weight."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, value)
    return model


@pytest.mark.parametrize(("decay", "expected"), [(None, 3.0), (0.5, 2.25), (0.98, 3.920784), (0.0, 0.0)])
def test_worked_number(ours, decay, expected):
    """4, 2, 6, 0: plain mean, and three moving averages."""
    average, model = ours.WeightAverage(decay), scalar()
    for value in (4.0, 2.0, 6.0, 0.0):
        nn.init.constant_(model.weight, value)
        average.update(model)
    with average.swapped(model):
        assert model.weight.item() == pytest.approx(expected)
    assert model.weight.item() == 0


@pytest.mark.parametrize("decay", [None, 0.9])
def test_equals_averaged_model(ours, decay):
    """Parameters and running statistics of a small network in training, against AveragedModel."""
    torch.manual_seed(48)
    model = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    rule = swa_utils.get_swa_avg_fn() if decay is None else swa_utils.get_ema_avg_fn(decay)
    theirs, average = swa_utils.AveragedModel(model, avg_fn=rule), ours.WeightAverage(decay)
    for _ in range(6):
        optimizer.zero_grad()
        model(torch.randn(8, 4)).square().mean().backward()
        optimizer.step()
        theirs.update_parameters(model)
        average.update(model)
    own = copy.deepcopy(model.state_dict())
    with average.swapped(model):
        for p, q in zip(model.parameters(), theirs.module.parameters(), strict=True):
            torch.testing.assert_close(p, q)
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, own[name])


def test_update_bn_equals_swa_utils_for_equal_batches(ours):
    """Three batches of 32 through two norms: PyTorch's own update_bn."""
    torch.manual_seed(49)
    model = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 3), nn.BatchNorm1d(3)).eval()
    theirs, batches = copy.deepcopy(model), [3 * torch.randn(32, 4) + 1 for _ in range(3)]
    ours.update_bn(model, iter(batches))
    swa_utils.update_bn(batches, theirs)
    for i in (1, 4):
        torch.testing.assert_close(model[i].running_mean, theirs[i].running_mean)
        torch.testing.assert_close(model[i].running_var, theirs[i].running_var)
        assert model[i].momentum == 0.1
        assert not model[i].training


def test_update_bn_weighs_by_size(ours):
    """40 + 40 + 16 samples: the mean of all 96, which an unweighted mean misses."""
    torch.manual_seed(50)
    batches, norm = [torch.randn(n, 2) + n / 10 for n in (40, 40, 16)], nn.BatchNorm1d(2)
    ours.update_bn(norm, batches)
    torch.testing.assert_close(norm.running_mean, torch.cat(batches).mean(0))
    assert (norm.running_mean - sum(batch.mean(0) for batch in batches) / 3).abs().min() > 0.1


def test_refusals(ours):
    """Bad decays, an exchange before any update, statistics of nothing."""
    for decay in (-0.1, 1.0, 2):
        with pytest.raises(ValueError, match="decay"):
            ours.WeightAverage(decay)
    with pytest.raises(RuntimeError, match="update first"), ours.WeightAverage().swapped(scalar()):
        pass
    with pytest.raises(ValueError, match="no batch"):
        ours.update_bn(nn.BatchNorm1d(2), [])


def test_picture_shows_that_averaging_helps(ours, seen):
    """The claim holds, and fails for an average of the last weights alone."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 4
    with pytest.raises(AssertionError, match="EMA, decay 0.98: 0.05"):
        PICTURE["claim"](seen(SimpleNamespace(WeightAverage=lambda decay=None: ours.WeightAverage(0.0)), 0))
