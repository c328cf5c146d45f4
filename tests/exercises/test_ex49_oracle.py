"""The reference solution of ex49: the README's numbers, traces of ops, counts by chance, the picture's claim."""

import runpy
from collections import Counter
from math import comb
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex49_rand_augment" / "rand_augment.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex49_rand_augment" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def marks(count, signed=False):
    """Ops whose traces are powers of ten, times their strength of 1 at the last level."""
    return {str(k): (lambda image, s, k=k: image + s * 10.0**k, 1.0, signed) for k in range(count)}


def totals(images):
    """Each image's trace as a whole number."""
    return [round(value) for value in images[:, 0, 0, 0].tolist()]


def test_worked_numbers(ours):
    """Level 10 of 31; 21 pairs of 6 ops; AutoAugment's policies."""
    assert ours.strength(10, 31, 2.0) == pytest.approx(0.667, abs=5e-4)
    assert pytest.approx(0.645, abs=5e-4) == 2 * 10 / 31
    assert (ours.strength(0, 31, 2.0), ours.strength(30, 31, 2.0)) == (0, 2)
    assert comb(6, 2) + 6 == 21
    assert (16 * 10 * 11) ** 10 == pytest.approx(2.9e32, rel=0.02)


def test_pairs_of_six_ops(ours):
    """All 21 come up, one in six with the same op twice."""
    torch.manual_seed(49)
    seen = totals(ours.rand_augment(torch.zeros(3000, 1, 1, 1, dtype=torch.float64), marks(6), 2, 30))
    pairs = Counter(seen)
    assert set(pairs) == {10**i + 10**j for i in range(6) for j in range(6)}
    twice = sum(count for trace, count in pairs.items() if str(trace).strip("0") == "2")
    assert twice / 3000 == pytest.approx(1 / 6, abs=0.04)


def test_sides_and_levels_of_trivial_augment(ours):
    """All of -30 ... 30 thirtieths, 0 from both sides."""
    torch.manual_seed(50)
    seen = ours.trivial_augment(torch.zeros(6000, 1, 1, 1, dtype=torch.float64), marks(1, signed=True))
    steps = Counter(totals(seen * 30))
    assert set(steps) == set(range(-30, 31))
    assert steps[0] / 6000 == pytest.approx(1 / 31, abs=0.012)
    assert steps[30] / 6000 == pytest.approx(1 / 62, abs=0.01)


def test_order_of_application(ours):
    """Halving and adding one do not commute: four different results."""
    torch.manual_seed(51)
    ops = {"half": (lambda image, _: image / 2, 1.0, False), "more": (lambda image, _: image + 1, 1.0, False)}
    seen = ours.rand_augment(torch.full((200, 1, 1, 1), 8.0), ops)
    assert set(seen.flatten().tolist()) == {2.0, 4.5, 5.0, 10.0}


def test_copies_and_refusals(ours):
    """Nothing to do is a copy; bad input is refused."""
    images = torch.ones(2, 1, 1, 1)
    copied = ours.rand_augment(images, marks(1), n=0)
    assert torch.equal(copied, images)
    assert copied.data_ptr() != images.data_ptr()
    assert ours.trivial_augment(images[:0], marks(1)).shape == (0, 1, 1, 1)
    for call in (
        lambda: ours.strength(31, 31, 1.0), lambda: ours.strength(0, 1, 1.0), lambda: ours.rand_augment(images, {}),
        lambda: ours.rand_augment(images, marks(1), n=-1), lambda: ours.trivial_augment(images, marks(1), 1),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="got|no ops"):
            call()


def test_picture_shows_growing_strength(ours, seen):
    """The claim holds, and fails for levels that count for nothing and for the last one taken as none."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 2 * 5 * 4
    for says, other in (
        ("turn: level 0 changes", lambda level: 30),
        ("turn: level 10 changes", lambda level: 0),
        ("do not grow", lambda level: level * (30 - level) // 10),
    ):
        wrong = SimpleNamespace(rand_augment=lambda x, ops, n, level, f=other: ours.rand_augment(x, ops, n, f(level)))
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(wrong, 0))
