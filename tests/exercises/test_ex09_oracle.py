"""The reference solution of ex09 against `F.affine_grid` with `F.grid_sample`, and against known moves."""

import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex09_warp_image" / "warp_image.py"
PICTURE = runpy.run_path(str(Path(__file__).parents[2] / "exercises" / "ex09_warp_image" / "picture.py"))


@pytest.fixture(scope="module")
def warp():
    return runpy.run_path(str(SOLUTION))["warp"]


def exact(*rows):
    return torch.tensor(rows, dtype=torch.float64)


def turn(degrees, height, width):
    cos, sin, x, y = math.cos(math.radians(degrees)), math.sin(math.radians(degrees)), (width - 1) / 2, (height - 1) / 2
    return exact([cos, -sin, x - cos * x + sin * y], [sin, cos, y - sin * x - cos * y], [0, 0, 1])


def by_grid_sample(image, matrix, mode="bilinear"):
    """PyTorch's answer (C, H, W) with zeros outside: theta is the inverse matrix in coordinates from -1 to 1."""
    h, w = image.shape[-2:]
    pixels = exact([(w - 1) / 2, 0, (w - 1) / 2], [0, (h - 1) / 2, (h - 1) / 2], [0, 0, 1])
    theta = torch.linalg.inv(pixels) @ torch.linalg.inv(matrix) @ pixels
    grid = F.affine_grid(theta[None, :2], [1, *image.shape], align_corners=True)
    return F.grid_sample(image[None], grid, mode=mode, align_corners=True)[0]


@pytest.mark.parametrize("shape", [(1, 9, 9), (3, 6, 11), (2, 12, 5)])
@pytest.mark.parametrize("mode", ["bilinear", "nearest"])
def test_agrees_with_grid_sample(warp, shape, mode):
    """Random turns, zooms and shifts equal grid_sample with zero padding in every pixel, ring included."""
    image = torch.randn(shape, dtype=torch.float64)
    for _ in range(10):
        matrix = turn(float(torch.rand(1)) * 360, *shape[1:])
        matrix[:2] *= 0.5 + float(torch.rand(1))
        matrix[:2, 2] += torch.randn(2, dtype=torch.float64)
        torch.testing.assert_close(warp(image, matrix, mode), by_grid_sample(image, matrix, mode), rtol=0, atol=1e-9)


def test_known_moves(warp):
    """The identity, a shift, a mirror and a quarter turn equal what slicing, flip and rot90 make, in both modes."""
    image = torch.randn(7, 7, dtype=torch.float64)
    shifted = torch.full_like(image, 0.5)
    shifted[2:, :4] = image[:5, 3:]
    moves = {
        "identity": (torch.eye(3, dtype=torch.float64), image),
        "shift": (exact([1, 0, -3], [0, 1, 2], [0, 0, 1]), shifted),
        "hflip": (exact([-1, 0, 6], [0, 1, 0], [0, 0, 1]), image.flip(-1)),
        "quarter turn": (turn(90, 7, 7), torch.rot90(image, k=-1)),
    }
    for mode in ("bilinear", "nearest"):
        for matrix, expected in moves.values():
            torch.testing.assert_close(warp(image, matrix.round(), mode, 0.5), expected, rtol=0, atol=0)


def test_worked_number(warp):
    """The README's row (10, 20, 40): shifted by half a pixel it shows 15 and 30, shifted by 3 it shows the fill."""
    row = exact([10, 20, 40])
    assert warp(row, exact([1, 0, 0.5], [0, 1, 0], [0, 0, 1]))[0, 1:].tolist() == [15, 30]
    assert warp(row, exact([1, 0, 3], [0, 1, 0], [0, 0, 1]), fill=7.0).tolist() == [[7, 7, 7]]


def test_forward_writing_leaves_three_of_four_pixels_empty(warp):
    """Zooming 2× leaves no hole by inverse mapping, while writing forward reaches one pixel in four."""
    zoom = exact([2, 0, 0], [0, 2, 0], [0, 0, 1])
    assert (warp(torch.ones(8, 8, dtype=torch.float64), zoom) == 1).all()
    written = torch.zeros(8, 8)
    written[::2, ::2] = 1
    assert written.mean() == 0.25


@pytest.mark.parametrize(
    ("shape", "matrix", "mode"),
    [
        ((5, 5), torch.eye(3), "bicubic"),
        ((5,), torch.eye(3), "bilinear"),
        ((1, 1, 5, 5), torch.eye(3), "nearest"),
        ((5, 5), torch.zeros(3, 3), "bilinear"),
    ],
)
def test_refuses(warp, shape, matrix, mode):
    """Another mode, a wrong number of axes and a matrix without inverse raise ValueError."""
    with pytest.raises(ValueError, match=r"mode|shape|inverse"):
        warp(torch.ones(shape), matrix, mode)


def test_the_picture_shows_what_it_claims(warp, seen):
    """The claim holds for the solution, and fails for turns the other way and for a zoom written forward."""
    right = seen(SimpleNamespace(warp=warp), 0)
    PICTURE["claim"](right)
    with pytest.raises(AssertionError, match="another angle"):
        PICTURE["claim"](seen(SimpleNamespace(warp=lambda image, matrix: warp(image, matrix.inverse())), 0))
    with pytest.raises(AssertionError, match="four times the brightness"):
        PICTURE["claim"](right | {"zoom": right["forward"]})
