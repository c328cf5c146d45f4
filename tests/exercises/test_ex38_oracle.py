"""The reference solution of ex38 against PyTorch's own gradients, and the README's numbers."""

import itertools
import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex38_gradient_flow" / "gradient_flow.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex38_gradient_flow" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


@pytest.mark.parametrize(("skip", "norm"), list(itertools.product((False, True), repeat=2)))
def test_block_is_its_formula(ours, skip, norm):
    """Against functional calls with the block's own weights."""
    torch.manual_seed(38)
    block, x = ours.Block(6, nn.Tanh(), skip, norm), torch.randn(4, 6)
    (linear,) = [part for part in block.modules() if isinstance(part, nn.Linear)]
    inside = nn.functional.layer_norm(x, (6,)) if norm else x
    branch = torch.tanh(inside @ linear.weight.T + linear.bias)
    torch.testing.assert_close(block(x), x + branch if skip else branch)


def test_net_has_its_parts(ours):
    """Five blocks, a norm, a head, by the numbers of parameters; without norm two less per block and for the last."""
    count = lambda net: sum(p.numel() for p in net.parameters())  # noqa: E731
    assert count(ours.deep_net(5, 8, nn.ReLU, True, False, 3)) == 5 * (64 + 8) + 27
    assert count(ours.deep_net(5, 8, nn.ReLU, True, True, 3)) == 5 * (64 + 8 + 16) + 16 + 27
    with pytest.raises(ValueError, match="at least one"):
        ours.deep_net(0, 8, nn.ReLU, True, True)


def test_norms_are_those_of_backward(ours):
    """Against .grad after loss.backward(), which still works after the measurement and found no .grad before."""
    torch.manual_seed(38)
    net = ours.deep_net(4, 8, nn.Tanh, True, True)
    loss = net(torch.randn(16, 8)).square().mean()
    norms = ours.gradient_norms(net, loss)
    assert all(p.grad is None for p in net.parameters())
    loss.backward()
    assert norms == pytest.approx([m.weight.grad.norm().item() for m in net.modules() if isinstance(m, nn.Linear)])


def medians(ours, skip, norm, activation=nn.ReLU):
    """First layer's norm over the head's, largest norm, and the diagnoses, over five seeds of the README's setting."""
    found = []
    for seed in range(5):
        torch.manual_seed(seed)
        x, y = torch.randn(64, 32), torch.randn(64, 1)
        net = ours.deep_net(50, 32, activation, skip, norm)
        norms = ours.gradient_norms(net, nn.functional.mse_loss(net(x), y))
        found.append((norms[0] / norms[-1], max(norms), ours.diagnose(norms)))
    return sorted(f[0] for f in found)[2], sorted(f[1] for f in found)[2], {f[2] for f in found}


@pytest.mark.parametrize(
    ("skip", "norm", "ratio", "largest", "diagnosis"),
    [
        (False, False, (1e-22, 1e-16), (1e-3, 1), "vanishing"),
        (False, True, (1e3, 3e5), (5e3, 8e5), "exploding"),
        (True, False, (5e-5, 0.1), (5e7, 1e11), "exploding"),
        (True, True, (0.2, 0.9), (1, 5), "healthy"),
    ],
)
def test_four_nets(ours, skip, norm, ratio, largest, diagnosis):
    """The README's table."""
    seen, peak, said = medians(ours, skip, norm)
    assert ratio[0] < seen < ratio[1] and largest[0] < peak < largest[1] and said == {diagnosis}


@pytest.mark.parametrize("activation", [nn.Sigmoid, nn.Tanh])
def test_other_activations(ours, activation):
    """Plain nets vanish, those with skip and norm do not."""
    assert medians(ours, False, False, activation)[2] == {"vanishing"}
    ratio, _, said = medians(ours, True, True, activation)
    assert 0.05 < ratio < 0.7 and said == {"healthy"}


def test_without_the_last_norm_the_head_is_ahead(ours):
    """Depth 20: without the norm before the head its gradient is many times the first layer's, median of five seeds."""
    found = []
    for seed in range(5):
        torch.manual_seed(seed)
        x, y = torch.randn(64, 32), torch.randn(64, 1)
        whole = ours.deep_net(20, 32, nn.ReLU, True, True)
        bare = nn.Sequential(*[part for part in whole if not isinstance(part, nn.LayerNorm)])
        norms = [ours.gradient_norms(net, nn.functional.mse_loss(net(x), y)) for net in (whole, bare)]
        found.append([one[-1] / one[0] for one in norms])
    kept, lost = (sorted(column)[2] for column in zip(*found, strict=True))
    assert kept < 4 and lost > 6


def test_diagnosis(ours):
    """Rules in their order, NaN wherever it stands, a single layer."""
    assert [ours.diagnose(n) for n in ([1, 1], [1e-4, 1], [1e-4, 2e3, 1], [1.0], [1e-9])] == [
        "healthy", "vanishing", "exploding", "healthy", "healthy",
    ]  # fmt: skip
    for place in range(3):
        assert ours.diagnose([math.nan if i == place else 1.0 for i in range(3)]) == "exploding"
    with pytest.raises(ValueError, match="no norms"):
        ours.diagnose([])


def test_picture_shows_four_nets(ours, seen):
    """The claim holds, and fails for networks that never skip and for norms without the head's."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 2
    flat = {"deep_net": lambda depth, width, act, skip, norm: ours.deep_net(depth, width, act, False, norm)}
    headless = {"gradient_norms": lambda net, loss: ours.gradient_norms(net, loss)[:-1]}
    for wrong, says in ((flat, "the diagnoses are"), (headless, "50 norms of 51")):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | wrong), 0))
