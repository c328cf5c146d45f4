"""The reference solution of ex15 against the enumeration of all centers, and beside torchvision's RandomErasing."""

import runpy
import types
from pathlib import Path

import pytest
import torch
from torchvision.transforms import v2

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex15_cutout" / "cutout.py"


@pytest.fixture
def cutout():
    """The solution's function."""
    torch.manual_seed(15)
    return runpy.run_path(str(SOLUTION))["cutout"]


def holes_of_all_centers(height, width, size):
    """(H * W, H, W): the hole of each center, from the definition |offset| within the square's reach."""
    reach = torch.arange(-(size // 2), size - size // 2)
    rows = torch.stack([torch.isin(torch.arange(height), reach + center) for center in range(height)])
    columns = torch.stack([torch.isin(torch.arange(width), reach + center) for center in range(width)])
    return (rows[:, None, :, None] & columns[None, :, None, :]).reshape(-1, height, width)


@pytest.mark.parametrize(("height", "width", "size"), [(8, 8, 4), (6, 15, 4), (9, 7, 5), (8, 8, 12)])
def test_holes_are_those_of_all_centers(cutout, height, width, size):
    """Every hole belongs to a center, and the hit frequencies are those of uniform centers."""
    seen = cutout(torch.ones(4000, 1, height, width), size)[:, 0] == 0
    known = holes_of_all_centers(height, width, size)
    kinds = {tuple(hole.flatten().tolist()) for hole in known}
    assert {tuple(hole.flatten().tolist()) for hole in seen} == kinds
    torch.testing.assert_close(seen.float().mean(0), known.float().mean(0), rtol=0, atol=0.05)


def test_numbers_of_the_readme():
    """8×8, size 4: 19.1 % hidden on average, 12 pixels for the center (1, 6), 25 % for squares fully inside."""
    known = holes_of_all_centers(8, 8, 4)
    assert known.float().mean().item() == pytest.approx(0.191, abs=5e-4)
    assert known[1 * 8 + 6].nonzero().tolist() == [[y, x] for y in range(3) for x in range(4, 8)]
    inside = v2.RandomErasing(p=1.0, scale=(0.25, 0.25), ratio=(1.0, 1.0))
    assert (inside(torch.ones(1, 8, 8)) == 0).sum() == 16


def test_fill_and_rest(cutout):
    """All channels are painted alike with fill, the rest keeps its values bit for bit, the input stays whole."""
    images = torch.rand(20, 3, 10, 12)
    before = images.clone()
    out = cutout(images, 5, fill=-2.0)
    hidden = out == -2
    assert hidden.any() and (hidden == hidden[:, :1]).all()
    torch.testing.assert_close(torch.where(hidden, images, out), images, rtol=0, atol=0)
    torch.testing.assert_close(images, before, rtol=0, atol=0)


def test_extreme_sizes_and_bad_input(cutout):
    """Size 0 changes nothing, twice the image hides all, a negative size and other shapes are refused."""
    images = torch.rand(3, 2, 6, 7)
    torch.testing.assert_close(cutout(images, 0), images)
    assert (cutout(images, 14) == 0).all()
    for bad in ((images, -1), (images[0], 2), (images[None], 2)):
        with pytest.raises(ValueError, match="must"):
            cutout(*bad)


def test_the_picture_shows_what_it_claims():
    """Holes of the solution pass the claim with ten seeds; holes that wrap around or that a batch shares do not."""
    picture = runpy.run_path(str(SOLUTION.parents[2] / "exercises" / SOLUTION.parent.name / "picture.py"))
    scene, claim = picture["scene"], picture["claim"]
    for seed in range(10):
        torch.manual_seed(seed)
        claim(scene(types.SimpleNamespace(**runpy.run_path(str(SOLUTION)))))
    for mistake, words in (("wraps_around", "corners are hidden"), ("one_hole_for_the_batch", "1 different holes")):
        wrong = types.SimpleNamespace(**runpy.run_path(str(SOLUTION.parent / "mistakes" / f"{mistake}.py")))
        with pytest.raises(AssertionError, match=words):
            claim(scene(wrong))
