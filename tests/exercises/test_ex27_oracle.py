"""The reference solution of ex27 against numbers by hand, torch.optim.SGD and all batches that can be drawn."""

import itertools
import re
import runpy
import types
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex27_batch_vs_sgd" / "batch_vs_sgd.py"
README = ROOT / "exercises" / "ex27_batch_vs_sgd" / "README.md"


@pytest.fixture(scope="module")
def ours():
    """The solution's functions by name."""
    return runpy.run_path(str(SOLUTION))


def test_worked_number(ours):
    """The README's numbers: 0.6 from both samples, 0.88 and 1.04 from one at a time, noise 4."""
    X, y, w = torch.tensor([[1.0], [2.0]]), torch.tensor([2.0, 2.0]), torch.zeros(1)
    cases = {(2, (0, 1)): (0.6, 1), (1, (0, 1)): (0.88, 2), (1, (1, 0)): (1.04, 2)}
    for (size, order), (end, updates) in cases.items():
        seen, count = ours["sgd_epoch"](w, X, y, 0.1, size, order)
        assert (seen.item(), count) == (pytest.approx(end), updates)
    assert ours["gradient_noise"](w, X, y, 1, 4000)[1] == pytest.approx(4)


def test_measured_distances(ours):
    """The README's table: distances from the best w after 1, 5 and 20 epochs, for three batch sizes."""
    torch.manual_seed(0)
    X = torch.randn(100, 2)
    y = X @ torch.tensor([1.0, -2.0]) + 0.1 * torch.randn(100)
    best = torch.linalg.lstsq(X, y[:, None]).solution[:, 0]
    rows = []
    for size in (100, 10, 1):
        w, found = torch.zeros(2), []
        for epoch in range(1, 21):
            w, _ = ours["sgd_epoch"](w, X, y, 0.05, size, torch.randperm(100).tolist())
            if epoch in (1, 5, 20):
                found.append(f"{(w - best).norm():.3f}")
        rows.append(f"| {size} | {' | '.join(found)} |")
    assert [row for row in README.read_text().splitlines() if re.match(r"\| \d", row)] == rows


@pytest.mark.parametrize("size", [1, 4, 5, 10])
def test_equals_an_optimizer(ours, size):
    """An epoch equals torch.optim.SGD on the same batches, the short one at the end included."""
    torch.manual_seed(27)
    X, y, order = torch.randn(10, 3), torch.randn(10), torch.randperm(10)
    w = torch.nn.Parameter(torch.randn(3))
    optimizer = torch.optim.SGD([w], lr=0.05)
    seen, updates = ours["sgd_epoch"](w.detach().clone(), X, y, 0.05, size, order.tolist())
    batches = order.split(size)
    for batch in batches:
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(X[batch] @ w, y[batch]).backward()
        optimizer.step()
    torch.testing.assert_close(seen, w.detach())
    assert updates == len(batches)


def test_noise_is_that_of_all_batches(ours):
    """The noise of many draws is near the mean over every batch of 2 from 6 samples; their mean gradient is exact."""
    torch.manual_seed(1)
    X, y, w = torch.randn(6, 2), torch.randn(6), torch.randn(2)
    full = ours["gradient"](w, X, y)
    every = torch.stack([ours["gradient"](w, X[list(i)], y[list(i)]) for i in itertools.combinations(range(6), 2)])
    torch.testing.assert_close(every.mean(0), full)
    mean, noise = ours["gradient_noise"](w, X, y, 2, 4000)
    assert noise == pytest.approx(float((every - full).square().sum(1).mean()), rel=0.1)
    torch.testing.assert_close(mean, full, rtol=0.1, atol=0.1)


def test_bad_arguments(ours):
    """Batch sizes of 0 and N + 1 and orders that are no permutation raise ValueError."""
    w, X, y = torch.zeros(1), torch.ones(3, 1), torch.ones(3)
    for size, order in ((0, [0, 1, 2]), (4, [0, 1, 2]), (1, [0, 1]), (1, [0, 1, 1]), (1, [1, 2, 3])):
        with pytest.raises(ValueError, match="must"):
            ours["sgd_epoch"](w, X, y, 0.1, size, order)
    for size in (0, 4):
        with pytest.raises(ValueError, match="batch_size"):
            ours["gradient_noise"](w, X, y, size, 3)


def test_the_picture_shows_what_it_claims(ours):
    """The solution's three paths pass the claim; one path for all sizes, or a climb, does not."""
    picture = runpy.run_path(str(README.with_name("picture.py")))
    scene, claim = picture["scene"], picture["claim"]
    seen = scene(types.SimpleNamespace(**ours))
    claim(seen)
    with pytest.raises(AssertionError, match="distances at the end"):
        claim(seen | {"paths": dict.fromkeys(seen["paths"], seen["paths"]["1"])})
    still = seen["paths"] | {"all": seen["paths"]["all"][:1] * 4}
    with pytest.raises(AssertionError, match="do not come nearer"):
        claim(seen | {"paths": still})
