"""The reference solution of ex36 against PyTorch's schedulers, the README's numbers, and the picture's claim."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR, StepLR

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex36_lr_schedules" / "lr_schedules.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex36_lr_schedules" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def rates(scheduler, base, steps):
    """The rates that a scheduler of PyTorch gives to the first steps; `scheduler` makes it of an optimizer."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=base)
    planned, found = scheduler(optimizer), []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        planned.step()
    return found


def test_step_decay_equals_step_lr(ours):
    """Twenty steps of StepLR."""
    expected = rates(lambda o: StepLR(o, 4, 0.3), 0.2, 20)
    assert [ours.step_decay(s, 0.2, 4, 0.3) for s in range(20)] == pytest.approx(expected, rel=1e-12)


def test_cosine_equals_cosine_annealing(ours):
    """CosineAnnealingLR has its minimum at T_max, as step total has."""
    expected = rates(lambda o: CosineAnnealingLR(o, 15, 0.01), 0.2, 16)
    assert [ours.cosine(s, 0.2, 15, 0.01) for s in range(16)] == pytest.approx(expected, rel=1e-9)


def test_warmup_cosine_equals_linear_and_cosine_in_a_row(ours):
    """LinearLR from a quarter of the rate, and from step 4 on CosineAnnealingLR."""

    def planned(optimizer):
        up, down = LinearLR(optimizer, 0.25, 1.0, 3), CosineAnnealingLR(optimizer, 16, 0.1)
        return SequentialLR(optimizer, [up, down], [4])

    expected = rates(planned, 1.0, 20)
    assert [ours.warmup_cosine(s, 1.0, 4, 20, 0.1) for s in range(20)] == pytest.approx(expected, rel=1e-9)


def test_worked_number(ours):
    """The README's run: warm-up 4, total 20, minimum .1."""
    curve = [ours.warmup_cosine(s, 1.0, 4, 20, 0.1) for s in (0, 1, 2, 3, 4, 12, 19, 20, 21, 400)]
    assert curve == pytest.approx([0.25, 0.5, 0.75, 1, 1, 0.55, 0.1086, 0.1, 0.1, 0.1], abs=5e-5)


def test_edges(ours):
    """No warm-up, nothing but warm-up, and what is refused."""
    assert [ours.warmup_cosine(s, 1.0, 0, 9) for s in range(12)] == [ours.cosine(s, 1.0, 9) for s in range(12)]
    assert [ours.warmup_cosine(s, 1.0, 2, 2, 0.1) for s in range(4)] == [0.5, 1.0, 0.1, 0.1]
    for function, args in (
        (ours.step_decay, (-1, 1, 2, 0.5)), (ours.step_decay, (1, 1, 0, 0.5)), (ours.cosine, (0, 1, 0)),
        (ours.cosine, (-1, 1, 5)), (ours.warmup_cosine, (0, 1, 6, 5)), (ours.warmup_cosine, (0, 1, -1, 5)),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="got"):
            function(*args)


def test_groups_keep_their_ratios(ours):
    """Two groups, one at a tenth of the rate, through a rate of 0 and up again."""
    one, other = torch.nn.Parameter(torch.zeros(1)), torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([{"params": [one]}, {"params": [other], "lr_scale": 0.1}], lr=5.0)
    for lr in (0.0, 0.3):
        ours.set_lr(optimizer, lr)
    assert [group["lr"] for group in optimizer.param_groups] == pytest.approx([0.3, 0.03])


def test_picture_shows_what_a_constant_rate_costs(ours, seen):
    """The claim holds, and fails for a cosine that stays up."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, None).axes) == 2
    with pytest.raises(AssertionError, match="^cosine ends at"):
        PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | {"cosine": lambda step, base, total: base}), 0))
