"""The solution of ex03 against probe images, torchvision's CutMix and the closed form of the clipped box."""

import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torchvision.transforms import v2

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex03_cutmix" / "cutmix.py"
PICTURE = runpy.run_path(str(Path(__file__).parents[2] / "exercises" / "ex03_cutmix" / "picture.py"))
cutmix = runpy.run_path(str(SOLUTION))["cutmix"]


def probe(n, c, h, w):
    """Image i holds the constant 10 i + channel."""
    values = 10 * torch.arange(n).view(n, 1, 1, 1) + torch.arange(c).view(1, c, 1, 1)
    return values.expand(n, c, h, w).float()


def shares(mixed):
    """(N, N): how much of each mixed probe image comes from each image."""
    source = mixed.div(10, rounding_mode="floor").long()
    return torch.nn.functional.one_hot(source, len(mixed)).float().mean((1, 2, 3))


def label_error(mix, draws=100):
    """The largest difference between a label and the pixels it names, over wide, odd and square batches."""
    worst, pasted = 0.0, 0.0
    for shape in ((5, 3, 12, 20), (4, 1, 15, 9), (6, 2, 16, 16)):
        images, labels = probe(*shape), torch.eye(shape[0])
        for _ in range(draws):
            mixed, soft = mix(images.clone(), labels.clone())
            assert mixed.shape == images.shape and torch.equal(mixed % 10, images % 10)
            worst = max(worst, (soft - shares(mixed)).abs().max().item())
            pasted = max(pasted, (mixed != images).float().mean().item())
    assert pasted > 0.3
    return worst


def test_labels_name_the_pixels():
    """Decoded from probe images, every label of the solution and of torchvision is the share of pixels."""
    torch.manual_seed(0)
    assert label_error(cutmix) < 1e-6
    assert label_error(v2.CutMix(alpha=1.0)) < 1e-6


def test_drawn_lambda_would_be_wrong():
    """The share that is kept differs from the drawn one: half a box is clipped away often."""
    torch.manual_seed(0)
    images, labels = probe(2, 1, 32, 32), torch.eye(2)
    kept = [cutmix(images, labels, 1e6)[1].max().item() for _ in range(200)]
    assert min(kept) < 0.52 and max(kept) > 0.8


def test_mean_share_has_the_closed_form():
    """A box of side s around a uniform center keeps s - s²/4 of its side inside, on average and in each direction."""
    torch.manual_seed(0)
    images, labels = probe(2, 1, 128, 128).roll(1, 0), torch.eye(2)
    side = math.sqrt(0.5)
    mixes = (cutmix(images, labels, 1e6)[0] for _ in range(1000))
    pasted = [share for mixed in mixes if (share := (mixed != images).float().mean().item()) > 0]
    assert abs(sum(pasted) / len(pasted) - (side - side**2 / 4) ** 2) < 0.02


def test_spread_agrees_with_torchvision():
    """For small, middle and large alpha an image keeps as much on average as under torchvision's transform."""
    torch.manual_seed(0)
    images, labels = probe(8, 1, 24, 24), torch.eye(8)
    for alpha in (0.1, 1.0, 100.0):
        ours, theirs = (
            [mix(images, labels)[1].diagonal().min().item() for _ in range(500)]
            for mix in (lambda x, y, alpha=alpha: cutmix(x, y, alpha), v2.CutMix(alpha=alpha))
        )
        assert abs(sum(ours) - sum(theirs)) / 500 < 0.1


def test_the_picture_shows_what_it_claims(seen):
    """Under every seed the claim holds for the solution, and fails if the labels are those before the pasting."""
    for seed in range(10):
        PICTURE["claim"](seen(SimpleNamespace(cutmix=cutmix), seed))
    with pytest.raises(AssertionError, match="labels are not the shares"):
        PICTURE["claim"](seen(SimpleNamespace(cutmix=lambda x, y: (cutmix(x, y)[0], y)), 0))
    with pytest.raises(AssertionError, match="nothing was pasted"):
        PICTURE["claim"](seen(SimpleNamespace(cutmix=lambda x, y: (x, y)), 0))
