"""The reference solution of ex47 against the plain loop and PyTorch's checkpoint, and the README's numbers."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex47_activation_checkpointing" / "activation_checkpointing.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex47_activation_checkpointing" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


class Residual(nn.Module):
    """The README's block."""

    def __init__(self):
        super().__init__()
        self.inside = nn.Sequential(nn.Linear(32, 128), nn.ReLU(), nn.Linear(128, 32), nn.Dropout(0.5))

    def forward(self, x):
        return x + self.inside(x)


def plain(blocks, x):
    for block in blocks:
        x = block(x)
    return x


def by_torch(blocks, x):
    for block in blocks:
        x = checkpoint(block, x, use_reentrant=False)
    return x


def gradients(run, needs=True):
    """Output, gradients of input and weights, and a random number after them."""
    torch.manual_seed(47)
    blocks, x = nn.ModuleList(Residual() for _ in range(6)), torch.randn(16, 32, requires_grad=needs)
    y = run(blocks, x)
    y.square().sum().backward()
    return [y.detach(), *([x.grad] if needs else []), *(p.grad for p in blocks.parameters()), torch.rand(1)]


@pytest.mark.parametrize("needs", [True, False])
@pytest.mark.parametrize("other", [plain, by_torch])
def test_same_to_the_last_bit(ours, other, needs):
    """Dropout included, with and without a gradient for the input."""
    for mine, theirs in zip(gradients(ours.checkpointed, needs), gradients(other, needs), strict=True):
        assert torch.equal(mine, theirs)


@pytest.mark.parametrize(("run", "expected"), [(plain, 73_728), (by_torch, 12_288), (None, 12_288)])
def test_worked_number(ours, run, expected):
    """Six blocks of width 32, a batch of 16."""
    blocks, x = nn.ModuleList(Residual() for _ in range(6)), torch.randn(16, 32)
    run = run or ours.checkpointed
    assert ours.saved_bytes(lambda: run(blocks, x), blocks.parameters()) == expected
    assert (2048 + 8192 + 2048) * 6 == 73_728


def test_known_network(ours):
    """Two times Linear and ReLU, width 64, batch 32, as ex43 counts it; nothing under no_grad."""
    net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU())
    x = torch.randn(32, 64)
    assert ours.saved_bytes(lambda: net(x), net.parameters()) == 24_576
    with torch.no_grad():
        assert ours.saved_bytes(lambda: net(x), net.parameters()) == 0


def test_refuses_nothing(ours):
    """No blocks."""
    with pytest.raises(ValueError, match="at least one"):
        ours.checkpointed([], torch.ones(1))


def test_picture_shows_a_sixth(ours, seen):
    """The claim holds, and fails for the plain loop and for one checkpoint around all blocks."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 4

    def whole(blocks, x):
        return ours.checkpointed([nn.Sequential(*blocks)], x)

    for wrong in (plain, whole):
        with pytest.raises(AssertionError, match="checkpointed keeps"):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | {"checkpointed": wrong}), 0))
