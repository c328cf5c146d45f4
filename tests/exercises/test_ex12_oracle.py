"""The reference solution of ex12 against torchvision's transforms, and the numbers of its README."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torchvision.transforms import InterpolationMode, v2
from torchvision.transforms.v2 import functional as TF

from grader.suite.digits import digits

PICTURE = runpy.run_path(str(Path(__file__).parents[2] / "exercises" / "ex12_digit_augment" / "picture.py"))
SOLUTION = Path(__file__).parents[2] / "solutions" / "ex12_digit_augment" / "digit_augment.py"


@pytest.fixture
def solution():
    """The names of the solution's file."""
    torch.manual_seed(12)
    return runpy.run_path(str(SOLUTION))


def test_shifts_are_torchvisions_padded_crops(solution):
    """Every shifted digit is one of the 25 crops of the padded image, and all 25 occur evenly."""
    image = torch.rand(1, 8, 8)
    padded = v2.Pad(2)(image)
    crops = torch.stack([TF.crop(padded, y, x, 8, 8) for y in range(5) for x in range(5)])
    out = solution["digit_augment"](image.expand(2000, 1, 8, 8), 2, 0.0)
    gaps = (out[:, None] - crops).abs().amax(dim=(2, 3, 4))  # (2000, 25)
    assert gaps.amin(dim=1).max() < 1e-5
    counts = gaps.argmin(dim=1).bincount(minlength=25)
    assert 40 < counts.min() and counts.max() < 130


def test_turns_are_torchvisions_rotations(solution):
    """Each turned image is torchvision's rotation by some angle in range, and the angles fill the range."""
    image = v2.GaussianBlur(5, 1.5)(torch.rand(1, 28, 28))
    angles = torch.linspace(-15, 15, 301)
    known = torch.stack([TF.rotate(image, a.item(), InterpolationMode.BILINEAR) for a in angles])
    out = solution["digit_augment"](image.expand(60, 1, 28, 28), 0, 12.0)
    gaps = (out[:, None] - known).abs().amax(dim=(2, 3, 4))  # (60, 301)
    assert gaps.amin(dim=1).max() < 0.02
    found = angles[gaps.argmin(dim=1)]
    assert found.abs().max() < 12.15 and found.max() > 9 and found.min() < -9


def test_crops_are_torchvisions_resized_windows(solution):
    """Each crop is one of the possible windows, resized as torchvision does, and all windows occur."""
    images = torch.rand(3, 1, 10, 12)
    windows = [TF.crop(images, y, x, 9, 9) for y in range(2) for x in range(4)]
    known = torch.stack([TF.resize(w, [10, 12], antialias=False) for w in windows])  # (8, 3, 1, 10, 12)
    seen = set()
    for _ in range(100):
        gaps = (solution["random_crop_same_size"](images, 9) - known).abs().amax(dim=(1, 2, 3, 4))
        assert gaps.min() < 1e-5
        seen.add(gaps.argmin().item())
    assert seen == set(range(8))
    torch.testing.assert_close(solution["random_crop_same_size"](images[..., :10], 10), images[..., :10])


@pytest.mark.parametrize(("shift", "degrees"), [(-1, 0.0), (0, -1.0)])
def test_negative_strengths_are_refused(solution, shift, degrees):
    """Negative strengths raise ValueError, zero strengths give the images back."""
    images = torch.rand(2, 1, 8, 8)
    with pytest.raises(ValueError, match="negative"):
        solution["digit_augment"](images, shift, degrees)
    torch.testing.assert_close(solution["digit_augment"](images, 0, 0.0), images)


def test_numbers_of_the_readme():
    """Nearest neighbor: 94 % right; mirrored every 0 but no 3 and no 6; moved by one pixel each way 19 %."""
    data = digits()
    train = data.x_train.reshape(200, 64)

    def right(images):
        far = (train**2).sum(1) - 2 * images.reshape(-1, 64) @ train.T
        return data.y_train[far.argmin(1)] == data.y_test

    assert right(data.x_test).mean() == pytest.approx(0.94, abs=5e-3)
    mirrored = right(data.x_test[:, :, ::-1])
    assert mirrored[data.y_test == 0].all()
    assert not mirrored[(data.y_test == 3) | (data.y_test == 6)].any()
    moved = np.pad(data.x_test, ((0, 0), (1, 0), (1, 0)))[:, :8, :8]
    assert right(moved).mean() == pytest.approx(0.19, abs=5e-3)


def test_the_picture_shows_what_it_claims(solution, seen):
    """The claim holds for real digits, and fails if half of the copies are mirrored and if none of them is moved."""
    known = np.array(PICTURE["pixels"](PICTURE["KNOWN"]), dtype=np.float32)[:, 0] * 16
    data, augment = digits(), solution["digit_augment"]
    ours = [np.flatnonzero(data.y_train == digit)[:2] for digit in range(10)]
    assert np.array_equal(known, np.rint(data.x_train[np.concatenate(ours)] * 16))

    def mirrored(x, shift, degrees):
        out = augment(x, shift, degrees)
        return torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, out, out.flip(-1))

    for seed in range(3):
        PICTURE["claim"](seen(SimpleNamespace(digit_augment=augment), seed))
    for wrong in (mirrored, lambda x, shift, degrees: augment(x, 0, degrees)):
        with pytest.raises(AssertionError, match="are read right with copies"):
            PICTURE["claim"](seen(SimpleNamespace(digit_augment=wrong), 0))
