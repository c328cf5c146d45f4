"""The reference solution of ex10 against np.flip, np.rot90, exact tables and a seeded generator."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex10_array_augment" / "array_augment.py"
PICTURE = runpy.run_path(str(Path(__file__).parents[2] / "exercises" / "ex10_array_augment" / "picture.py"))
LETTER = np.array([[0, 0, 0, 0, 0], [0, 1, 1, 1, 0], [0, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 0, 0]], dtype=float)


@pytest.fixture(scope="module")
def ours():
    return runpy.run_path(str(SOLUTION))


def test_tables_of_the_letter(ours):
    """The F mirrored, turned and brightened by 0.3 equals the tables written out by hand."""
    mirrored = ["00000", "01110", "00010", "00110", "00000"]
    turned = ["00000", "01000", "01010", "01110", "00000"]
    for name, table in (("hflip", mirrored), ("rotate90", turned)):
        assert ["".join(str(int(v)) for v in row) for row in ours[name](LETTER)] == table
    np.testing.assert_array_equal(ours["brighten"](LETTER, 0.3), np.where(LETTER == 1, 1.0, 0.3))


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 3), (5, 5)])
def test_agrees_with_numpy(ours, shape):
    """Mirror and turns equal np.flip and np.rot90 for gray and color images, and torch.from_numpy takes the results."""
    image = np.random.default_rng(0).random(shape)
    np.testing.assert_array_equal(ours["hflip"](image), np.flip(image, 1))
    for k in range(-3, 6):
        turned = ours["rotate90"](image, k)
        np.testing.assert_array_equal(turned, np.rot90(image, k, axes=(0, 1)))
        assert torch.from_numpy(turned).shape == turned.shape
    assert torch.from_numpy(ours["hflip"](image)).shape == shape


def test_a_reversed_slice_is_refused_by_torch():
    """The trap of the README is real: torch.from_numpy refuses the slice without a copy."""
    with pytest.raises(ValueError, match="negative"):
        torch.from_numpy(LETTER[:, ::-1])


def test_noise_is_the_generators(ours):
    """With a given generator the noise is exactly its normal numbers, clipped; without one two calls differ."""
    gray = np.full((50, 50), 0.5)
    expected = np.clip(gray + np.random.default_rng(3).normal(0, 0.2, gray.shape), 0, 1)
    np.testing.assert_array_equal(ours["add_noise"](gray, 0.2, np.random.default_rng(3)), expected)
    assert (ours["add_noise"](gray) != ours["add_noise"](gray)).all()


def test_expand_in_blocks(ours):
    """Five blocks in the order of the images, the first one unchanged, with the labels repeated block by block."""
    images, labels = np.random.default_rng(0).random((100, 6, 6)), np.arange(100)
    more, whose = ours["expand"](images, labels)
    assert more.shape == (500, 6, 6) and whose.tolist() == 5 * labels.tolist()
    np.testing.assert_array_equal(more[:100], images)
    np.testing.assert_array_equal(more[100:200], images[:, :, ::-1])
    np.testing.assert_array_equal(more[200:300], np.rot90(images, axes=(1, 2)))
    assert abs((more[300:400] - images).std() - 0.1) < 0.02
    np.testing.assert_array_equal(more[400:], np.clip(images + 0.3, 0, 1))


def test_worked_number(ours):
    """The README's row (0, 1, 0.8): mirrored (0.8, 1, 0), brightened by 0.3 and clipped (0.3, 1, 1)."""
    row = np.array([[0, 1, 0.8]])
    assert ours["hflip"](row).tolist() == [[0.8, 1, 0]]
    assert ours["brighten"](row, 0.3).tolist() == [[0.3, 1, 1]]


def test_refuses(ours):
    """A negative sigma and images that are not square raise ValueError, sigma 0 does not."""
    with pytest.raises(ValueError, match="scale"):
        ours["add_noise"](LETTER, -0.1)
    np.testing.assert_array_equal(ours["add_noise"](LETTER, 0.0), LETTER)
    with pytest.raises(ValueError, match="dimension"):
        ours["expand"](np.zeros((2, 4, 6)), np.arange(2))


def test_the_picture_shows_what_it_claims(ours, seen):
    """The claim holds for the solution, and fails for a turn to the right, too much noise and no clipping."""
    for seed in range(10):
        PICTURE["claim"](seen(SimpleNamespace(**ours), seed))
    for wrong, said in (
        ({"rotate90": lambda img: np.rot90(img, -1)}, "turn to the left"),
        ({"add_noise": lambda img, sigma: ours["add_noise"](img, 5 * sigma)}, "the noise"),
        ({"brighten": lambda img, delta: img + delta}, "up to white"),
    ):
        with pytest.raises(AssertionError, match=said):
            PICTURE["claim"](seen(SimpleNamespace(**ours | wrong), 0))
