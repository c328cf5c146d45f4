"""What the examiner says of the samples of an epoch."""

import numpy as np

from grader.suite import require, same


def some_codes(draw, n):
    """Different whole numbers in disorder, one for each of n samples."""
    return draw.choice(10000, n, False)


def places(order, codes, what):
    """Which sample each of these codes is."""
    require(isinstance(order, np.ndarray) and order.ndim == 1, f"{what}: no samples came")
    table = {int(code): place for place, code in enumerate(codes)}
    found = np.array([table.get(code, -1) for code in order.tolist()], dtype=int)
    require((found >= 0).all(), f"{what}: numbers came that are none of the data")
    return found


def counted(order, codes, what):
    """Says which samples are missing or come twice."""
    found, n = places(order, codes, what), len(codes)
    missing = sorted(set(range(n)) - set(found.tolist()))
    twice = sorted({k for k in found.tolist() if (found == k).sum() > 1})
    require(not missing, f"{what}: samples missing: {missing[:8]}")
    require(not twice, f"{what}: samples that came more than once: {twice[:8]}")
    same(len(found), n, f"{what}: samples of an epoch")
