"""The reference solution of ex20 against the truth table and PyTorch's own walk over nested containers."""

import runpy
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch.utils._pytree import tree_flatten, tree_map

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex20_pick_device" / "pick_device.py"


@pytest.fixture(scope="module")
def solution():
    """The names of the solution's file."""
    return runpy.run_path(str(SOLUTION))


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (True, False, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_truth_table(solution, monkeypatch, cuda, mps, expected):
    """Each line of the README's table, on a machine that pretends."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert solution["pick_device"]() == torch.device(expected)


def test_this_machine(solution):
    """On the machine as it is, a tensor can be made on the answer."""
    device = solution["pick_device"]()
    assert torch.ones(2, device=device).sum().item() == 2


def test_without_mps(solution, monkeypatch):
    """Where torch.backends has no mps, the answer is cuda or cpu."""
    monkeypatch.setattr(torch, "backends", SimpleNamespace(cuda=torch.backends.cuda))
    for cuda, expected in ((True, "cuda"), (False, "cpu")):
        monkeypatch.setattr(torch.cuda, "is_available", lambda cuda=cuda: cuda)
        assert solution["pick_device"]() == torch.device(expected)


Pair = namedtuple("Pair", "x y")


def test_agrees_with_the_accelerator(solution):
    """On the machine as it is, the chain names the device that torch.accelerator names, if it knows of one."""
    known = torch.accelerator.current_accelerator(check_available=True)
    if known is None or known.type in ("cuda", "mps"):
        assert solution["pick_device"]().type == (known.type if known else "cpu")


def test_moves_as_tree_map_does(solution):
    """Structure and leaves equal those of PyTorch's tree_map, and the batch keeps its own tensors."""
    a, b = torch.ones(2, 3), torch.arange(4)
    batch = {
        "image": a,
        "size": (3, b),
        "file": "cat.png",
        "more": [[], {"a": (a, None)}],
        "pair": Pair(b, [Pair(a, 1)]),
    }
    moved = solution["to_device"](batch, torch.device("meta"))
    expected = tree_map(lambda part: part.to("meta") if isinstance(part, torch.Tensor) else part, batch)
    leaves, structure = tree_flatten(moved)
    wanted, wanted_structure = tree_flatten(expected)
    assert structure == wanted_structure
    for leaf, want in zip(leaves, wanted, strict=True):
        if isinstance(want, torch.Tensor):
            assert (leaf.device, leaf.shape, leaf.dtype) == (want.device, want.shape, want.dtype)
        else:
            assert leaf == want
    assert batch["image"] is a and batch["size"] == (3, b) and a.device.type == "cpu"
