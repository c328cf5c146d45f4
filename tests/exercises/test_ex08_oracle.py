"""The reference solution of ex08 against closed forms: determinants, fixed points, known images of points."""

import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex08_affine_matrices" / "affine_matrices.py"
PICTURE = runpy.run_path(str(Path(__file__).parents[2] / "exercises" / "ex08_affine_matrices" / "picture.py"))


@pytest.fixture(scope="module")
def ours():
    return runpy.run_path(str(SOLUTION))


def exact(*rows):
    return torch.tensor(rows, dtype=torch.float64)


def same(seen, expected):
    torch.testing.assert_close(seen, expected, rtol=0, atol=1e-9)


def test_tables(ours):
    """hflip, translation, shear and the 30° rotation are the matrices of the table, in float64."""
    root = math.sqrt(3) / 2
    same(ours["hflip"](8), exact([-1, 0, 7], [0, 1, 0], [0, 0, 1]))
    same(ours["translation"](3, -2), exact([1, 0, 3], [0, 1, -2], [0, 0, 1]))
    same(ours["shear"](0.5, -0.25), exact([1, 0.5, 0], [-0.25, 1, 0], [0, 0, 1]))
    same(ours["rotation"](30), exact([root, -0.5, 0], [0.5, root, 0], [0, 0, 1]))


def test_determinants(ours):
    """The determinants are -1 for a mirror, 1 for a turn, a shift and a shear in one direction, s² for a scaling."""
    turn, zoom = ours["rotation"](77, (3, 4)), ours["scaling"](2.5, (3, 4))
    rigid = (turn, ours["translation"](2, 1), ours["shear"](1.5))
    for matrix, expected in ((ours["hflip"](9), -1), (zoom, 6.25), *((m, 1) for m in rigid)):
        same(torch.linalg.det(matrix), torch.tensor(expected, dtype=torch.float64))


@pytest.mark.parametrize("center", [(0, 0), (3.5, -2.0)])
def test_center_stays_and_turns_add_up(ours, center):
    """The center is a fixed point, twelve turns by 30° are the identity, and the opposite angle undoes a turn."""
    turn = ours["rotation"](30, center)
    here = exact(center)
    same(ours["apply"](turn, here), here)
    same(ours["apply"](ours["scaling"](3, center), here), here)
    same(ours["compose"](*[turn] * 12), torch.eye(3, dtype=torch.float64))
    same(torch.linalg.inv(turn), ours["rotation"](-30, center))


def test_order_and_worked_numbers(ours):
    """Turn then shift has the last column (3, 0), shift then turn (2.598, 1.5), and (2, 0) moves as the README says."""
    turn, shift = ours["rotation"](30), ours["translation"](3, 0)
    start, root = exact([2, 0]), math.sqrt(3) / 2
    after, before = ours["compose"](turn, shift), ours["compose"](shift, turn)
    same(after, shift @ turn)
    same(after[:2, 2], exact([3, 0])[0])
    same(before[:2, 2], exact([3 * root, 1.5])[0])
    same(ours["apply"](turn, start), exact([2 * root, 1]))
    same(ours["apply"](after, start), exact([2 * root + 3, 1]))
    same(ours["apply"](before, start), exact([5 * root, 2.5]))


def test_refuses(ours):
    """Scaling by 0 and points that are not (K, 2) raise ValueError."""
    with pytest.raises(ValueError, match="0"):
        ours["scaling"](0)
    for shape in ((2,), (3, 3), (2, 2, 2)):
        with pytest.raises(ValueError, match="shape"):
            ours["apply"](ours["compose"](), torch.zeros(shape, dtype=torch.float64))


def test_the_picture_shows_what_it_claims(ours, seen):
    """The claim holds for the solution, and fails for turns the other way, the other order and a wrong center."""
    PICTURE["claim"](seen(SimpleNamespace(**ours), 0))
    for wrong, said in (
        ({"rotation": lambda degrees, center: ours["rotation"](-degrees, center)}, "clockwise"),
        ({"compose": lambda *matrices: ours["compose"](*matrices[::-1])}, "turn first"),
        ({"scaling": lambda s, center: ours["scaling"](s)}, "halve"),
    ):
        with pytest.raises(AssertionError, match=said):
            PICTURE["claim"](seen(SimpleNamespace(**ours | wrong), 0))
