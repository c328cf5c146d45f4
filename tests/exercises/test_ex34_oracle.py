"""The reference solution of ex34 against PyTorch's optimizers and autograd, the README's numbers, and the picture."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex34_l2_penalty" / "l2_penalty.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex34_l2_penalty" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def stepped(kind, w, grads, lr, lam):
    """The weights after one step of an optimizer of PyTorch for each gradient."""
    parameter, path = torch.nn.Parameter(w.clone()), []
    optimizer = kind([parameter], lr=lr, weight_decay=lam)
    for grad in grads:
        parameter.grad = grad.clone()
        optimizer.step()
        path.append(parameter.detach().clone())
    return path


def test_both_sgd_steps_equal_pytorch(ours):
    """Three steps of SGD with weight_decay, made with the penalty and with decay."""
    torch.manual_seed(34)
    w, grads = torch.randn(4, 3, dtype=torch.float64), torch.randn(3, 4, 3, dtype=torch.float64)
    expected = stepped(torch.optim.SGD, w, grads, 0.1, 0.3)
    for step in (ours.sgd_step_penalty, ours.sgd_step_decay):
        now = w
        for grad, right in zip(grads, expected, strict=True):
            now = step(now, grad, 0.1, 0.3)
            torch.testing.assert_close(now, right, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e3])
def test_adam_and_adamw_equal_pytorch(ours, scale):
    """The first steps of Adam and of AdamW, for gradients of three sizes."""
    torch.manual_seed(35)
    w, grad = torch.randn(5, dtype=torch.float64), scale * torch.randn(5, dtype=torch.float64)
    for kind, decoupled in ((torch.optim.Adam, False), (torch.optim.AdamW, True)):
        (right,) = stepped(kind, w, [grad], 0.1, 0.3)
        torch.testing.assert_close(ours.adam_first_step(w, grad, 0.1, 0.3, decoupled), right, rtol=1e-9, atol=1e-9)


def test_gradient_of_the_penalty(ours):
    """Autograd finds lam times each tensor, numerically checked, and 0 for zeros."""
    params = [torch.randn(shape, dtype=torch.float64, requires_grad=True) for shape in ((2, 3), (4,), ())]
    params.append(torch.zeros(2, dtype=torch.float64, requires_grad=True))
    assert torch.autograd.gradcheck(lambda *tensors: ours.l2_penalty(tensors, 0.7), params)
    for grad, param in zip(torch.autograd.grad(ours.l2_penalty(iter(params), 0.7), params), params, strict=True):
        torch.testing.assert_close(grad, 0.7 * param.detach())


def test_worked_number(ours):
    """w = 2, g = .5, lr and lam .1: .2, 1.93 twice, 1.9 and 1.88."""
    w, g = torch.tensor(2.0), torch.tensor(0.5)
    seen = [
        ours.l2_penalty([w], 0.1), ours.sgd_step_penalty(w, g, 0.1, 0.1), ours.sgd_step_decay(w, g, 0.1, 0.1),
        ours.adam_first_step(w, g, 0.1, 0.1, False), ours.adam_first_step(w, g, 0.1, 0.0, False),
        ours.adam_first_step(w, g, 0.1, 0.1, True),
    ]  # fmt: skip
    assert [value.item() for value in seen] == pytest.approx([0.2, 1.93, 1.93, 1.9, 1.9, 1.88])


def test_negative_is_refused(ours):
    """All four raise ValueError for a negative lam."""
    one = torch.ones(2)
    for call in (
        lambda: ours.l2_penalty([one], -0.1), lambda: ours.sgd_step_penalty(one, one, 0.1, -0.1),
        lambda: ours.sgd_step_decay(one, one, 0.1, -0.1), lambda: ours.adam_first_step(one, one, 0.1, -0.1, True),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="must not be negative"):
            call()


def test_picture_shows_that_adam_hides_the_penalty(ours, seen):
    """The claim holds, and fails for an Adam that decays either way and for decay without the rate."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 4
    always = {"adam_first_step": lambda w, grad, lr, lam, _: ours.adam_first_step(w, grad, lr, lam, True)}
    whole = {"sgd_step_decay": lambda w, grad, lr, lam: ours.sgd_step_decay(w, grad, lr, lam / lr)}
    for wrong, says in ((always, "Adam, penalty: λ moves"), (whole, "SGD, decay: λ moves")):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | wrong), 0))
