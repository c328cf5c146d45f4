"""The reference solution of ex28 against torch.optim and closed forms, README's numbers, the picture."""

import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from matplotlib.figure import Figure

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex28_loss_landscape" / "loss_landscape.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex28_loss_landscape" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def test_grid_has_y_in_its_rows(ours):
    """A grid with three columns and five rows, entry by entry, and its minimum at the known place."""
    xs, ys = torch.tensor([-1.0, 0.5, 2.0]), torch.linspace(0, 4, 5)
    grid = ours.loss_grid(lambda x, y: (x - 0.5) ** 2 + math.fabs(y - 3), xs, ys)
    assert grid.shape == (5, 3)
    for j in range(5):
        for i in range(3):
            assert grid[j, i] == (xs[i] - 0.5) ** 2 + (ys[j] - 3).abs()
    assert divmod(int(grid.argmin()), 3) == (3, 1)


def test_path_equals_sgd(ours):
    """Six steps of torch.optim.SGD on a bumpy loss, gradients by autograd."""

    def loss(p):
        return p.square().sum() + torch.sin(3 * p[0]) * p[1]

    start = torch.tensor([1.0, -2.0], dtype=torch.float64)
    parameter, expected = torch.nn.Parameter(start.clone()), [start]
    optimizer = torch.optim.SGD([parameter], lr=0.07)
    for _ in range(6):
        optimizer.zero_grad()
        loss(parameter).backward()
        optimizer.step()
        expected.append(parameter.detach().clone())
    path = ours.descent_path(torch.func.grad(loss), start, 0.07, 6)
    torch.testing.assert_close(path, torch.stack(expected))


def test_worked_number(ours):
    """x walks and y swings with rate 0.4; with 0.6 y runs away."""
    curves, start = torch.tensor([1.0, 4.0]), torch.tensor([2.0, 1.0])
    path = ours.descent_path(lambda p: curves * p, start, 0.4, 2)
    torch.testing.assert_close(path, torch.tensor([[2.0, 1.0], [1.2, -0.6], [0.72, 0.36]]))
    away = ours.descent_path(lambda p: curves * p, start, 0.6, 2)[:, 1]
    assert away.tolist() == pytest.approx([1, -1.4, 1.96])


def test_negative_steps_are_refused(ours):
    """No step is fine, less than none is not."""
    assert ours.descent_path(lambda p: p, torch.ones(3), 0.1, 0).shape == (1, 3)
    with pytest.raises(ValueError, match="-1"):
        ours.descent_path(lambda p: p, torch.ones(3), 0.1, -1)


def test_picture_shows_that_a_ravine_is_slow(ours, seen):
    """The claim holds, and fails for a path uphill, for one with half the rate and for an empty figure."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 6

    def walk(factor):
        return {"descent_path": lambda grad, start, lr, steps: ours.descent_path(grad, start, factor * lr, steps)}

    empty = {"plot_path": lambda *_: Figure(figsize=(4, 3))}
    for wrong, says in ((walk(-1), "bowl's path ends"), (walk(0.5), "bowl's path ends 0"), (empty, "bowl is empty")):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | wrong), 0))
