"""The reference solution of ex32 against numbers by hand and PyTorch's DataLoader."""

import runpy
import types
from pathlib import Path

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex32_minibatches" / "minibatches.py"


@pytest.fixture(scope="module")
def minibatches():
    """The solution's class."""
    return runpy.run_path(str(SOLUTION))["Minibatches"]


def sizes(batches):
    return [len(yb) for _, yb in batches]


def test_worked_number(minibatches):
    """The README's numbers: 10 by 4 is 4, 4, 2 or 4, 4; 1797 by 64 is 29 batches, the last one of 5."""
    ten, digits = torch.arange(10), torch.arange(1797)
    assert sizes(minibatches(ten, ten, 4)) == [4, 4, 2] and len(minibatches(ten, ten, 4)) == 3
    assert (
        sizes(minibatches(ten, ten, 4, drop_last=True)) == [4, 4] and len(minibatches(ten, ten, 4, drop_last=True)) == 2
    )
    assert sizes(minibatches(digits, digits, 64)) == [64] * 28 + [5] and len(minibatches(digits, digits, 64)) == 29


@pytest.mark.parametrize("n", [1, 3, 8, 10])
@pytest.mark.parametrize("drop_last", [True, False])
def test_counts_are_those_of_the_dataloader(minibatches, n, drop_last):
    """Sizes and length equal those of torch.utils.data.DataLoader; unshuffled batches are equal."""
    X, y = torch.randn(n, 2), torch.arange(n)
    theirs = DataLoader(TensorDataset(X, y), batch_size=4, drop_last=drop_last)
    ours = minibatches(X, y, 4, shuffle=False, drop_last=drop_last)
    assert len(ours) == len(theirs)
    for (xb, yb), (x_theirs, y_theirs) in zip(ours, theirs, strict=True):
        assert torch.equal(xb, x_theirs) and torch.equal(yb, y_theirs)


def test_pairs_and_orders(minibatches):
    """Shuffled epochs hold each sample once beside its own target, and no two of them are alike."""
    X, y = torch.arange(50.0)[:, None] * torch.ones(3), torch.arange(50)
    batches, orders = minibatches(X, y, 8, seed=0), []
    for _ in range(3):
        rows = list(batches)
        assert all(torch.equal(xb[:, 0], yb.float()) for xb, yb in rows)
        orders.append(torch.cat([yb for _, yb in rows]).tolist())
    assert all(sorted(order) == list(range(50)) for order in orders)
    assert len({tuple(order) for order in orders}) == 3
    assert torch.equal(y, torch.arange(50))


def test_seed_and_loops_at_once(minibatches):
    """Two objects with one seed agree epoch by epoch; two loops in turns each hold every sample."""
    y = torch.arange(20)
    one, other = (minibatches(y, y, 3, seed=7) for _ in range(2))
    for _ in range(2):
        for (_, a), (_, b) in zip(one, other, strict=True):
            assert torch.equal(a, b)
    turns = list(zip(one, one, strict=True))
    for side in (0, 1):
        assert sorted(torch.cat([pair[side][1] for pair in turns]).tolist()) == list(range(20))


def test_bad_arguments(minibatches):
    """Different sizes and a batch size of 0 raise ValueError."""
    for n, size in ((3, 2), (4, 0)):
        with pytest.raises(ValueError, match="batch_size"):
            minibatches(torch.zeros(4), torch.zeros(n), size)


def test_the_picture_shows_what_it_claims(minibatches):
    """The solution's epochs pass the claim; without a shuffle, or without the short last batch, it fails."""
    picture = runpy.run_path(str(SOLUTION.parents[2] / "exercises" / SOLUTION.parent.name / "picture.py"))
    scene, claim = picture["scene"], picture["claim"]
    claim(scene(types.SimpleNamespace(Minibatches=minibatches)))
    for mistake, words in (("never_shuffles", "the same order"), ("loses_the_rest", "as given is not the order")):
        wrong = types.SimpleNamespace(**runpy.run_path(str(SOLUTION.parent / "mistakes" / f"{mistake}.py")))
        with pytest.raises(AssertionError, match=words):
            claim(scene(wrong))
