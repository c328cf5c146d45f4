"""The reference solution of ex30 against PyTorch and autograd, the README's numbers, and the picture's claim."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex30_activations" / "activations.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex30_activations" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


@pytest.mark.parametrize("kind", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_equals_pytorch_and_autograd(ours, kind, dtype):
    """Values and slopes between -30 and 30, and at plus and minus 1000."""
    z = torch.cat([torch.linspace(-30, 30, 400, dtype=dtype), torch.tensor([-1000.0, 1000.0], dtype=dtype)])
    z.requires_grad_()
    theirs = getattr(torch, kind)(z)
    (slopes,) = torch.autograd.grad(theirs.sum(), z)
    torch.testing.assert_close(getattr(ours, kind)(z.detach()), theirs.detach())
    torch.testing.assert_close(getattr(ours, f"d_{kind}")(z.detach()), slopes)


def test_worked_number(ours):
    """Values and slopes at 2, and the saturated shares of four numbers."""
    two = torch.tensor(2.0)
    seen = [getattr(ours, name)(two).item() for name in ("sigmoid", "d_sigmoid", "tanh", "d_tanh")]
    assert seen == pytest.approx([0.8808, 0.1050, 0.9640, 0.0707], abs=5e-5)
    z = torch.tensor([-6.0, -2.0, 0.5, 3.0])
    assert [ours.saturated_share(kind, z) for kind in ("sigmoid", "tanh", "relu")] == [0.25, 0.5, 0.5]
    assert ours.d_sigmoid(z).tolist() == pytest.approx([0.0025, 0.105, 0.235, 0.045], abs=5e-4)
    assert ours.d_tanh(z)[1:].tolist() == pytest.approx([0.071, 0.786, 0.0099], abs=5e-4)


def test_unknown_kind_is_refused(ours):
    """A kind without a slope raises ValueError and is named."""
    with pytest.raises(ValueError, match="gelu"):
        ours.saturated_share("gelu", torch.ones(2))


def test_picture_shows_what_ten_layers_leave(ours, seen):
    """The claim holds, and fails for a slope without its second factor and for shares that are turned round."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 4
    half = {"d_sigmoid": ours.sigmoid}
    turned = {"saturated_share": lambda kind, z: 1 - ours.saturated_share(kind, z)}
    for wrong, says in ((half, "largest slope is 1.000"), (turned, "saturates sooner")):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | wrong), 0))
