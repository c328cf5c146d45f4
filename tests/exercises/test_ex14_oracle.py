"""The reference solution of ex14 against `F.cross_entropy`, torchvision's MixUp and the Beta distribution."""

import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch.nn import functional as F
from torchvision.transforms import v2

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex14_mixup" / "mixup.py"
PICTURE = runpy.run_path(str(Path(__file__).parents[2] / "exercises" / "ex14_mixup" / "picture.py"))


@pytest.fixture(scope="module")
def solution():
    """The names of the solution's file."""
    return runpy.run_path(str(SOLUTION))


@pytest.fixture(autouse=True)
def seeded():
    """The same draws in every run."""
    torch.manual_seed(14)


def test_loss_and_gradient_are_pytorchs(solution):
    """Value and gradient equal F.cross_entropy with class probabilities, for small and huge logits."""
    for scale in (1.0, 1e4):
        logits = scale * torch.randn(9, 6)
        target = torch.rand(9, 6).softmax(dim=1)
        inputs = [logits.clone().requires_grad_() for _ in range(2)]
        losses = [solution["soft_cross_entropy"](inputs[0], target), F.cross_entropy(inputs[1], target)]
        for loss in losses:
            loss.backward()
        torch.testing.assert_close(*losses)
        torch.testing.assert_close(inputs[0].grad, inputs[1].grad)


def test_mixed_target_is_the_mixture_of_two_losses(solution):
    """lam * CE(a) + (1 - lam) * CE(b) equals the loss of the mixed target, and plain CE that of a one-hot target."""
    logits, a, b = torch.randn(9, 6), torch.randint(6, (9,)), torch.randint(6, (9,))
    target = 0.7 * F.one_hot(a, 6) + 0.3 * F.one_hot(b, 6)
    mixture = 0.7 * F.cross_entropy(logits, a) + 0.3 * F.cross_entropy(logits, b)
    torch.testing.assert_close(solution["soft_cross_entropy"](logits, target), mixture)
    torch.testing.assert_close(
        solution["soft_cross_entropy"](logits, F.one_hot(a, 6).float()), F.cross_entropy(logits, a)
    )


def test_one_weight_and_one_pairing_explain_both_results(solution):
    """With the weight and the partners read off the labels, torchvision's formula gives the images."""
    images, eye = torch.rand(6, 3, 5, 7), torch.eye(6)
    for _ in range(50):
        mixed, soft = solution["mixup"](images, eye, 1.0)
        own = soft.diagonal()
        partner = torch.where(own < 1, (soft - torch.diag(own)).argmax(dim=1), torch.arange(6))
        lam = own.min() if (own < 1).any() else torch.tensor(1.0)
        torch.testing.assert_close(mixed, images[partner].mul(1 - lam).add(images.mul(lam)))
        torch.testing.assert_close(soft, eye[partner].mul(1 - lam).add(eye.mul(lam)))


def spread(weights):
    """Mean distance of the two weights of a blend."""
    return (2 * torch.tensor(weights) - 1).abs().mean().item()


@pytest.mark.parametrize(("alpha", "expected"), [(0.2, 0.7976), (1.0, 0.5), (100.0, 0.0563)])
def test_spread_of_the_weights(solution, alpha, expected):
    """E|2w - 1| has its closed form, torchvision's MixUp agrees with it, and so does the solution."""
    beta = math.exp(2 * math.lgamma(alpha) - math.lgamma(2 * alpha))
    assert 2 * 4**-alpha / (alpha * beta) == pytest.approx(expected, abs=5e-5)
    images, labels = torch.eye(2)[:, :, None, None], torch.eye(2)
    theirs = [v2.MixUp(alpha=alpha)(images, labels)[1][0, 0].item() for _ in range(1000)]
    ours = [w for w in (solution["mixup"](images, labels, alpha)[1][0, 0].item() for _ in range(2000)) if w < 1]
    assert spread(theirs) == pytest.approx(expected, abs=0.04)
    assert spread(ours) == pytest.approx(expected, abs=0.04)


def test_numbers_of_the_readme():
    """Pixel 0.75, loss 0.639, and two weights of three outside [0.1, 0.9] at alpha 0.2."""
    assert 0.7 * 0.9 + 0.3 * 0.4 == pytest.approx(0.75)
    target, p = torch.tensor([[0.7, 0.3]]), torch.tensor([[0.8, 0.2]])
    assert F.cross_entropy(p.log(), target).item() == pytest.approx(0.639, abs=5e-4)
    # P(w < 0.1) by the substitution t = w ** 0.2, which removes the density's pole at 0.
    t = torch.linspace(0, 0.1**0.2, 20_001, dtype=torch.float64)
    beta = math.exp(2 * math.lgamma(0.2) - math.lgamma(0.4))
    tail = torch.trapezoid(5 * (1 - t**5) ** (0.2 - 1), t) / beta
    assert 2 * tail.item() == pytest.approx(2 / 3, abs=0.01)


def test_the_picture_shows_what_it_claims(solution, seen):
    """Under every seed the claim holds for the solution, and fails for weights of one alpha and swapped labels."""
    mixup = solution["mixup"]
    for seed in range(5):
        PICTURE["claim"](seen(SimpleNamespace(mixup=mixup), seed))
    with pytest.raises(AssertionError, match="not mostly near 0 and 1"):
        PICTURE["claim"](seen(SimpleNamespace(mixup=lambda x, y, alpha: mixup(x, y, 1.0)), 0))
    with pytest.raises(AssertionError, match="disagree"):
        PICTURE["claim"](seen(SimpleNamespace(mixup=lambda x, y, alpha: (x, mixup(x, y, alpha)[1])), 0))
