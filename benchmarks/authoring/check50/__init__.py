import importlib
import sys

import check50
import torch


def submitted():
    sys.path.insert(0, "")
    return importlib.import_module("nearest").nearest


@check50.check()
def exists():
    """nearest.py exists."""
    check50.exists("nearest.py")


@check50.check(exists)
def each_point():
    """Each point gets the index of the center that is nearest."""
    nearest = submitted()
    for n, k, d in ((9, 4, 2), (30, 3, 5), (1, 6, 1), (5, 1, 3)):
        points, centers = torch.randn(n, d), torch.randn(k, d)
        expected = ((points[:, None] - centers[None]) ** 2).sum(-1).argmin(1)
        if nearest(points, centers).tolist() != expected.tolist():
            raise check50.Failure(f"indices of {n} points, {k} centers are wrong", help="The smallest in each row.")


@check50.check(exists)
def no_center():
    """No center is refused."""
    nearest = submitted()
    for count in (1, 2):
        nearest(torch.ones(4, 2), torch.ones(count, 2))
    try:
        nearest(torch.ones(4, 2), torch.ones(0, 2))
    except ValueError:
        return
    raise check50.Failure("no center must raise ValueError")
