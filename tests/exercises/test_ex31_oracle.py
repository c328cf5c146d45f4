"""The reference solution of ex31 against autograd and differences, XOR, and the README's numbers."""

import itertools
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex31_scratch_mlp" / "scratch_mlp.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex31_scratch_mlp" / "picture.py"))
CORNERS = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
NAMES = ("W1", "b1", "W2", "b2")


@pytest.fixture(scope="module")
def ours():
    """The solution's names."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def by_autograd(net, act, X, Y):
    """The four gradients, by PyTorch."""
    leaves = [getattr(net, name).clone().requires_grad_() for name in NAMES]
    p = act(X @ leaves[0] + leaves[1]) @ leaves[2] + leaves[3]
    return torch.autograd.grad((p - Y).square().mean(), leaves)


@pytest.mark.parametrize(("n", "n_out"), [(1, 1), (7, 1), (1, 3), (7, 3)])
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_gradients_are_those_of_autograd(ours, activation, n, n_out):
    """For three activations, one row and several, one output and several."""
    torch.manual_seed(31)
    net, X, Y = ours.ScratchMLP(4, 6, n_out, activation, seed=5), torch.randn(n, 4), torch.randn(n, n_out)
    net.b1, net.b2 = torch.randn(6), torch.randn(n_out)
    right = dict(zip(NAMES, by_autograd(net, getattr(torch, activation), X, Y), strict=True))
    assert set(net.backward(X, Y)) == set(NAMES)
    for name, gradient in net.backward(X, Y).items():
        torch.testing.assert_close(gradient, right[name])


def test_worked_number(ours):
    """One unit with tanh: every number of the README."""
    net = ours.ScratchMLP(1, 1, 1)
    net.W1, net.W2 = torch.tensor([[0.5]]), torch.tensor([[2.0]])
    X, Y = torch.ones(1, 1), torch.zeros(1, 1)
    assert net.forward(X).item() == pytest.approx(0.9242, abs=5e-5)
    assert net.loss(X, Y) == pytest.approx(0.8542, abs=5e-5)
    seen = {name: gradient.item() for name, gradient in net.backward(X, Y).items()}
    assert seen == pytest.approx({"W1": 2.9074, "b1": 2.9074, "W2": 0.8542, "b2": 1.8485}, abs=1e-4)
    assert 2 * 1.8485 == pytest.approx(3.6969, abs=2e-4) and 1 - 0.4621**2 == pytest.approx(0.7864, abs=1e-4)


def test_a_step_lowers_the_loss_by_the_gradients_square(ours):
    """A small step changes the loss by lr times the squared norm of all gradients, and returns the loss before it."""
    torch.manual_seed(31)
    net, X, Y = ours.ScratchMLP(3, 5, 2, seed=1), torch.randn(9, 3), torch.randn(9, 2)
    square, before = sum(g.square().sum().item() for g in net.backward(X, Y).values()), net.loss(X, Y)
    assert net.step(X, Y, 1e-3) == before
    assert before - net.loss(X, Y) == pytest.approx(1e-3 * square, rel=0.02)


def test_learns_xor(ours):
    """Five of five seeds within 3000 steps of 0.1, where the best linear model answers 0.5 everywhere."""
    for seed in range(5):
        net = ours.ScratchMLP(2, 8, 1, "tanh", seed)
        for _ in itertools.repeat(None, 3000):
            net.step(CORNERS, XOR, 0.1)
        assert net.loss(CORNERS, XOR) < 0.01
    inputs = torch.cat([CORNERS, torch.ones(4, 1)], 1)
    answers = inputs @ torch.linalg.lstsq(inputs, XOR).solution
    torch.testing.assert_close(answers, torch.full((4, 1), 0.5))
    assert (answers - XOR).square().mean().item() == pytest.approx(0.25)


def test_refuses_what_does_not_fit(ours):
    """An unknown activation, targets without their second dimension."""
    with pytest.raises(ValueError, match="there is no activation"):
        ours.ScratchMLP(2, 3, 1, "gelu")
    with pytest.raises(ValueError, match="targets"):
        ours.ScratchMLP(2, 3, 1).loss(CORNERS, XOR[:, 0])


def test_picture_shows_the_bend(ours, seen):
    """The claim holds, and fails for a network that stays as it is and for one that climbs."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 10

    class Still(ours.ScratchMLP):
        rate = 0

        def step(self, X, Y, lr):
            return super().step(X, Y, self.rate * lr)

    class Slow(Still):
        rate = 0.1

    for wrong, says in ((Still, "do not fall"), (Slow, "after 300 steps the loss is 0")):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(ScratchMLP=wrong), 0))
