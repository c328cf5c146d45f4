"""The reference solution of ex46 against PyTorch's GradScaler, the README's numbers, the picture's claim."""

import copy
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn import functional as F

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex46_mixed_precision" / "mixed_precision.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex46_mixed_precision" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's class and function."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def setting(seed=0):
    """A network, a batch and its targets."""
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 4))
    return model, torch.randn(12, 6), torch.randint(0, 4, (12,))


def test_numbers_of_the_table():
    """What 16 bits can hold."""
    assert torch.tensor(1.0, dtype=torch.bfloat16) - 0.001 == 1
    assert torch.tensor(1.0, dtype=torch.float16) - 0.001 < 1
    assert torch.tensor(2e-8).half() == 0 < torch.tensor(6e-8).half()
    assert torch.tensor(9.2e-41).bfloat16() > 0
    assert torch.tensor(65504.0).half().isfinite()
    assert torch.tensor(65536.0).half().isinf()
    assert 65536 * torch.tensor(4.0).log().item() == pytest.approx(90852, abs=1)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_equals_grad_scaler(ours, dtype):
    """Three steps of Adam with clipping, against torch.amp."""
    model, x, y = setting()
    twin = copy.deepcopy(model)
    adam, other = (torch.optim.Adam(m.parameters(), lr=0.01) for m in (model, twin))
    mine, theirs = ours.LossScaler(1024.0), torch.amp.GradScaler("cpu", init_scale=1024.0)
    for _ in range(3):
        ours.amp_step(model, adam, x, y, F.cross_entropy, mine, dtype=dtype, max_norm=0.2)
        other.zero_grad()
        with torch.autocast("cpu", dtype=dtype):
            answer = twin(x)
        theirs.scale(F.cross_entropy(answer.float(), y)).backward()
        theirs.unscale_(other)
        nn.utils.clip_grad_norm_(twin.parameters(), 0.2)
        theirs.step(other)
        theirs.update()
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-4, atol=1e-5)


def test_worked_number(ours):
    """max_norm 0.1 and learning rate 1: a step 0.1 long at every scale."""
    for scale in (1.0, 1024.0, 65536.0):
        model, x, y = setting()
        before = nn.utils.parameters_to_vector(model.parameters()).detach().clone()
        sgd = torch.optim.SGD(model.parameters(), lr=1.0)
        told = ours.amp_step(model, sgd, x, y, F.cross_entropy, ours.LossScaler(scale), max_norm=0.1)
        assert told["grad_norm"] > 0.1
        step = nn.utils.parameters_to_vector(model.parameters()).detach() - before
        assert step.norm().item() == pytest.approx(0.1, rel=1e-3)
    assert 0.1 / 1024 == pytest.approx(9.8e-5, rel=1e-2)


def test_overflow_is_skipped(ours):
    """float16 at 2 to the 40: nothing moves, and the scale is halved."""
    model, x, y = setting()
    before, scaler = copy.deepcopy(model.state_dict()), ours.LossScaler(2.0**40)
    adam = torch.optim.Adam(model.parameters())
    assert ours.amp_step(model, adam, x, y, F.cross_entropy, scaler, dtype=torch.float16)["skipped"]
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not adam.state
    assert scaler.scale == 2.0**39


def test_rule(ours):
    """Good good bad good good good, interval 3; and what is refused."""
    scaler, scales = ours.LossScaler(1024, interval=3), []
    for finite in (True, True, False, True, True, True):
        scaler.update(finite)
        scales.append(scaler.scale)
    assert scales == [1024, 1024, 512, 512, 512, 1024]
    for bad in ({"scale": 0}, {"growth": 1}, {"backoff": 1}, {"interval": 0}):
        with pytest.raises(ValueError, match="cannot scale"):
            ours.LossScaler(**bad)


def test_picture_shows_the_window(ours, seen):
    """The claim holds, and fails for a step that ignores the scale and for one in float32."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 4

    def unscaled(model, optimizer, x, y, loss_fn, scaler, dtype):
        return ours.amp_step(model, optimizer, x, y, loss_fn, ours.LossScaler(1.0), dtype=dtype)

    def wide(*args, dtype):
        return ours.amp_step(*args, dtype=torch.bfloat16)

    for wrong, says in ((unscaled, "2.44 the step is not skipped"), (wide, "with the scale 1 the step is off")):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(amp_step=wrong), 0))
