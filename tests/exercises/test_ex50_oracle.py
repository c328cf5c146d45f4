"""The reference solution of ex50 by hand, against autograd and a grid; and what a trained network needs."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from grader.suite import digits

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex50_calibration" / "calibration.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex50_calibration" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def groups(*parts):
    """Two-class probabilities and targets of (size, confidence, right ones)."""
    probs = torch.tensor([[c, 1 - c] for size, c, _ in parts for _ in range(size)], dtype=torch.float64)
    targets = torch.tensor([int(i >= hits) for size, _, hits in parts for i in range(size)])
    return probs, targets


def overconfident(seed):
    """Logits three times as large as those that the labels were drawn from."""
    torch.manual_seed(seed)
    z = 2 * torch.randn(2000, 5, dtype=torch.float64)
    return 3 * z, torch.distributions.Categorical(logits=z).sample()


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(10, 0.8, 6)], 0.2),
        ([(10, 0.9, 6), (10, 0.6, 9)], 0.3),
        ([(18, 0.95, 18), (2, 0.55, 0)], 0.1),
        ([(4, 1.0, 3)], 0.25),
    ],
)
def test_error_by_hand(ours, parts, expected):
    """The README's groups; a confidence of 1 stands in the last bin."""
    assert ours.ece(*groups(*parts)) == pytest.approx(expected, abs=1e-12)


def test_error_equals_numpy_histograms(ours):
    """On random rows, with sums by np.histogram."""
    draw = np.random.default_rng(50)
    probs, targets = draw.dirichlet(np.full(6, 0.5), 500), draw.integers(0, 6, 500)
    top, right = probs.max(1), probs.argmax(1) == targets
    for bins in (1, 7, 15):
        gaps = [np.histogram(top, bins, (0, 1), weights=w)[0] for w in (right.astype(float), top)]
        expected = np.abs(gaps[0] - gaps[1]).sum() / 500
        assert ours.ece(torch.tensor(probs), torch.tensor(targets), bins) == pytest.approx(expected, abs=1e-12)


def test_slope_is_zero_at_the_temperature(ours):
    """Autograd through log T; and 3z needs about 3."""
    logits, targets = overconfident(0)
    t = ours.fit_temperature(logits, targets)
    assert t == pytest.approx(3, rel=0.1)
    log_t = torch.tensor(np.log(t), requires_grad=True)
    (slope,) = torch.autograd.grad(F.cross_entropy(logits / log_t.exp(), targets), log_t)
    assert slope.item() == pytest.approx(0, abs=1e-6)


def test_ends(ours):
    """All right reaches the lower end, all wrong the upper one."""
    logits = torch.tensor([[0.3, 0.0], [0.0, 0.4]])
    assert ours.fit_temperature(logits, torch.tensor([0, 1])) == pytest.approx(0.05, rel=1e-6)
    assert ours.fit_temperature(logits, torch.tensor([1, 0])) == pytest.approx(20, rel=1e-6)


def test_large_logits_are_finite(ours):
    """One logit of 10,000 against the target costs 10,000."""
    logits = torch.tensor([[1e4, 0.0]])
    assert ours.nll(logits, torch.tensor([1])) == pytest.approx(1e4)
    assert ours.nll(logits, torch.tensor([0])) == 0


def test_a_trained_network_needs_a_temperature(ours):
    """Smoothed labels leave a network on digits not sure enough: T is below 1, and repairs the test samples."""
    data = digits()
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
    optimizer = torch.optim.Adam(net.parameters(), 1e-2)
    x, y = torch.tensor(data.x_train).reshape(-1, 64), torch.tensor(data.y_train)
    for _ in range(30):
        for rows in torch.randperm(len(x)).split(32):
            optimizer.zero_grad()
            F.cross_entropy(net(x[rows]), y[rows], label_smoothing=0.1).backward()
            optimizer.step()
    with torch.no_grad():
        val, test = (net(torch.tensor(part).reshape(-1, 64)) for part in (data.x_val, data.x_test))
    t = ours.fit_temperature(val, torch.tensor(data.y_val))
    before, after = (ours.ece((test / one).softmax(1), torch.tensor(data.y_test)) for one in (1.0, t))
    assert 0.4 < t < 0.75
    assert before > 0.1 > 0.05 > after


def test_picture_shows_the_repair(ours, seen):
    """The claim holds, and fails for a temperature of 1 and for an error that is never large."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, None).axes) == 2
    for wrong, says in (
        ({"fit_temperature": lambda *_: 1.0}, "after the repair"), ({"ece": lambda *_: 0.0}, "before the repair"),
    ):  # fmt: skip
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | wrong), 0))
