"""The reference solution of ex29 against autograd and gradcheck, the README's numbers, and the picture's claim."""

import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex29_gradient_check" / "gradient_check.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex29_gradient_check" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


@pytest.mark.parametrize("shape", [(5,), (2, 3), (3, 1, 2), ()])
def test_equals_autograd(ours, shape):
    """A network's smooth function of a tensor of any shape, against autograd's gradient."""
    torch.manual_seed(29)
    x = torch.randn(shape, dtype=torch.float64)
    net = nn.Sequential(nn.Linear(x.numel(), 4), nn.Tanh(), nn.Linear(4, 1)).double()

    def f(z):
        return net(z.reshape(1, -1)).squeeze()

    def grad(z):
        z = z.clone().requires_grad_()
        return torch.autograd.grad(f(z), z)[0]

    def number(z):
        return f(z).item()

    torch.testing.assert_close(ours.numerical_gradient(number, x), grad(x), rtol=1e-7, atol=1e-9)
    assert ours.check_gradient(number, grad, x)
    assert torch.autograd.gradcheck(f, x.clone().requires_grad_())


def test_agrees_with_gradcheck(ours):
    """Both refuse a function whose backward pass forgets a factor."""

    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, z):
            ctx.save_for_backward(z)
            return z.square().sum()

        @staticmethod
        def backward(ctx, grad):
            return grad * ctx.saved_tensors[0]

    x = torch.tensor([1.0, -2.0], dtype=torch.float64)
    assert not torch.autograd.gradcheck(Square.apply, x.clone().requires_grad_(), raise_exception=False)
    assert not ours.check_gradient(Square.apply, lambda z: z, x)
    assert ours.check_gradient(Square.apply, lambda z: 2 * z, x)


def test_worked_number(ours):
    """The slope of sin at 1 from both sides and from one, and a relative error of a half."""
    x = torch.ones((), dtype=torch.float64)
    central = ours.numerical_gradient(torch.sin, x, 1e-3).item()
    one_sided = (math.sin(1.001) - math.sin(1)) / 1e-3
    assert [central, one_sided] == pytest.approx([0.5403022, 0.5398815], abs=5e-8)
    assert abs(central - math.cos(1)) == pytest.approx(9e-8, rel=0.01)
    assert abs(one_sided - math.cos(1)) == pytest.approx(4e-4, rel=0.06)
    assert ours.relative_error(torch.tensor([2, 0.001]), torch.tensor([2, 0.003])) == pytest.approx(0.5)


def test_eps_is_refused(ours):
    """No step, a negative one and nan."""
    for eps in (0.0, -1e-5, math.nan):
        with pytest.raises(ValueError, match="eps"):
            ours.numerical_gradient(torch.sum, torch.ones(2), eps)


def test_picture_shows_a_v(ours, seen):
    """The claim holds, and fails for a difference from one side and for one that rounds to float32."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 2

    def one_sided(f, x, eps):
        return (f(x + eps) - f(x)) / eps

    def rounded(f, x, eps):
        return (f((x + eps).float()) - f((x - eps).float())) / (2 * eps)

    for wrong, says in ((one_sided, "the best eps is .e-09"), (rounded, "the best eps is|from one side")):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(numerical_gradient=wrong), 0))
