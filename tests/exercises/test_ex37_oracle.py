"""The reference solution of ex37 against nn.init, the theory of one layer, and the README's numbers."""

import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex37_weight_init" / "weight_init.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex37_weight_init" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


@pytest.fixture(autouse=True)
def seeded():
    """The same numbers in every run."""
    torch.manual_seed(37)


def normal(std):
    return lambda fan_in, fan_out: std * torch.randn(fan_out, fan_in)


def test_worked_number(ours):
    """From 256 to 512: a bound and a standard deviation of .0884 each, and the two factors per layer."""
    xavier, he = ours.xavier_uniform(256, 512), ours.he_normal(256, 512)
    assert xavier.shape == he.shape == (512, 256)
    assert 0.0883 < xavier.abs().max() <= 0.08839
    assert he.std() == pytest.approx(0.0884, rel=0.01)
    assert 0.01 * math.sqrt(128) == pytest.approx(0.113, abs=5e-4)
    assert math.log10(0.113**20) == pytest.approx(-19, abs=0.1) and math.log10(11.3**20) == pytest.approx(21, abs=0.1)


def test_scales_equal_those_of_torch(ours):
    """Deviations equal those of nn.init over 100,000 numbers, for layers that are not square."""
    for fan_in, fan_out in ((1000, 100), (100, 1000)):
        for mine, theirs in (
            (ours.xavier_uniform, nn.init.xavier_uniform_),
            (ours.he_normal, lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu")),
        ):
            expected = theirs(torch.empty(fan_out, fan_in)).std()
            assert mine(fan_in, fan_out).std() == pytest.approx(expected.item(), rel=0.02)


def test_model_equals_kaiming(ours):
    """Deviations of a convolution in groups and of a linear layer; the norm and the optimizer's tensors stay."""
    model = nn.Sequential(nn.Conv2d(32, 64, (3, 5), groups=2), nn.BatchNorm2d(64), nn.Linear(300, 200, bias=False))
    before = list(model.parameters())
    ours.init_model(model)
    for layer in (model[0], model[2]):
        twin = nn.init.kaiming_normal_(torch.empty_like(layer.weight), nonlinearity="relu")
        assert layer.weight.std().item() == pytest.approx(twin.std().item(), rel=0.03)
    assert not model[0].bias.any()
    assert (model[1].weight == 1).all()
    assert all(a is b for a, b in zip(before, model.parameters(), strict=True))


def test_one_layer_by_hand(ours):
    """Standard normal inputs through the identity and a ReLU have the rms √½; each factor then counts as it is."""
    layers = iter([torch.eye(500), 3 * torch.eye(500), torch.eye(500)])
    first, second, third = ours.signal_rms(lambda *_: next(layers), 3, 500, 400)
    assert first == pytest.approx(0.5**0.5, rel=0.01)
    assert (second, third) == pytest.approx((3 * first, 3 * first))


def test_the_experiment(ours):
    """He survives 20 layers, .01 dies, 1 explodes, 1/√fan_in fades to about (1/√2)²⁰ = 1e-3."""
    ends = {name: ours.signal_rms(init)[-1] for name, init in (
        ("he", ours.he_normal), ("dies", normal(0.01)), ("explodes", normal(1.0)), ("fades", normal(1 / 16))
    )}  # fmt: skip
    assert 0.3 < ends["he"] < 3
    assert 1e-20 < ends["dies"] < 1e-18
    assert ends["explodes"] > 1e19
    assert 1e-4 < ends["fades"] < 1e-2


def test_default_of_torch_is_smaller(ours):
    """nn.Linear starts with the standard deviation 1 / √(3 · 256) = .0361, He with .0884."""
    assert nn.Linear(256, 256).weight.std().item() == pytest.approx(0.0361, rel=0.02)
    assert ours.he_normal(256, 256).std().item() == pytest.approx(0.0884, rel=0.02)


def test_picture_shows_who_survives(ours, seen):
    """The claim holds, and fails if He is as small as Xavier and if both are one."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, None).axes) == 1
    for wrong, says in (
        ({"he_normal": ours.xavier_uniform}, "survives with none"),
        ({"xavier_uniform": ours.he_normal}, "survives with he_normal and xavier_uniform"),
    ):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | wrong), 0))
