"""The reference solution of ex19 against `F.cross_entropy(label_smoothing=...)` and the closed form of the best gap."""

import math
import runpy
import types
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex19_label_smoothing" / "label_smoothing.py"


@pytest.fixture(scope="module")
def solution():
    """The names of the solution's file."""
    return runpy.run_path(str(SOLUTION))


def gap_loss(solution, gap, epsilon=0.1):
    """The loss of one sample of ten classes whose right score lies `gap` above the others."""
    logits = torch.zeros(1, 10, dtype=torch.float64)
    logits[0, 3] = gap
    return solution["smoothed_cross_entropy"](logits, torch.tensor([3]), epsilon).item()


@pytest.mark.parametrize("epsilon", [0.0, 0.1, 0.7])
@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_loss_and_gradient_are_pytorchs(solution, epsilon, scale):
    """Value and gradient equal PyTorch's label_smoothing, for small and huge logits."""
    torch.manual_seed(19)
    logits, targets = scale * torch.randn(9, 6), torch.randint(6, (9,))
    inputs = [logits.clone().requires_grad_() for _ in range(2)]
    losses = [
        solution["smoothed_cross_entropy"](inputs[0], targets, epsilon),
        F.cross_entropy(inputs[1], targets, label_smoothing=epsilon),
    ]
    for loss in losses:
        loss.backward()
    torch.testing.assert_close(*losses)
    torch.testing.assert_close(inputs[0].grad, inputs[1].grad)


def test_rows(solution):
    """K = 4 and epsilon 0.1 give 0.925 and 0.025, epsilon 0 gives one-hot rows."""
    rows = solution["smooth_labels"](torch.tensor([2, 0]), 4)
    torch.testing.assert_close(rows, torch.tensor([[0.025, 0.025, 0.925, 0.025], [0.925, 0.025, 0.025, 0.025]]))
    targets = torch.arange(5)
    assert torch.equal(solution["smooth_labels"](targets, 7, 0.0), F.one_hot(targets, 7).float())


def test_best_gap(solution):
    """The README's numbers: the loss is least, 0.5003, at a gap of 4.511, and 0.640 at 3 and 0.723 at 8."""
    best = math.log(0.91 / 0.01)
    assert best == pytest.approx(4.511, abs=5e-4)
    grid = [gap_loss(solution, step / 100) for step in range(1000)]
    assert grid.index(min(grid)) == round(100 * best)
    for gap, loss in ((best, 0.5003), (3, 0.640), (8, 0.723)):
        assert gap_loss(solution, gap) == pytest.approx(loss, abs=5e-4)


def test_without_smoothing_there_is_no_best_gap(solution):
    """With epsilon 0 the loss falls with every step, so the comparison can tell."""
    losses = [gap_loss(solution, gap, 0.0) for gap in range(12)]
    assert losses == sorted(losses, reverse=True)


@pytest.mark.parametrize(("targets", "epsilon"), [([0, 3], 0.1), ([-1], 0.1), ([0], 1.0), ([0], -0.1)])
def test_refuses(solution, targets, epsilon):
    """Targets outside 0..K-1 and epsilon outside [0, 1) raise ValueError, valid ones do not."""
    assert solution["smooth_labels"](torch.tensor([0, 2]), 3, 0.99).shape == (2, 3)
    with pytest.raises(ValueError, match="must lie in"):
        solution["smooth_labels"](torch.tensor(targets), 3, epsilon)


def test_the_picture_shows_what_it_claims(solution):
    """The solution's two curves pass the claim; the same without smoothing, or without the curve that falls, do not."""
    picture = runpy.run_path(str(SOLUTION.parents[2] / "exercises" / SOLUTION.parent.name / "picture.py"))
    scene, claim = picture["scene"], picture["claim"]
    seen = scene(types.SimpleNamespace(**solution))
    claim(seen)
    for plain, smooth, words in ((0.0, 0.0, "lowest at 12"), (0.1, 0.1, "does not always fall")):
        with pytest.raises(AssertionError, match=words):
            claim({0.0: seen[plain], 0.1: seen[smooth]})
