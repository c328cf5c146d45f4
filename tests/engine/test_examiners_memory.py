"""The examiner's memory is bounded: an answer that makes a suite compute something huge costs its own points alone."""

import resource
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from grader.base.isolation import limit_memory

from .conftest import RIGHT, Grade, outcomes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a limit of Linux")
BROADCASTS = '''
import numpy as np
import torch

from grader.suite import points


def column(module, n):
    return module.double(torch.ones(n))


@points(1)
def test_column(observe):
    """Twice as many, all of them 2."""
    seen = np.asarray(observe(column, 20_000))
    assert np.abs(seen - np.full(20_000, 2.0)).max() < 1e-6, "expected 2 everywhere"
'''
BOMB = "def double(x):\n    return 2 * x.reshape(-1, 1)\n"  # (n, 1) against (n,): 3 GB from 80 kB


@pytest.fixture
def bounded() -> Iterator[None]:
    """This process as an examiner of a report: it may grow by so much."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    limit_memory(1024)
    yield
    resource.setrlimit(resource.RLIMIT_DATA, before)


def test_more_than_the_bound_is_refused(bounded: None) -> None:
    """Python raises MemoryError for an allocation beyond the bound, and goes on."""
    with pytest.raises(MemoryError):
        np.ones(3 << 27)
    assert np.ones(1 << 20).sum() == 1 << 20


def test_a_broadcast_bomb_earns_nothing_and_is_not_ungraded(grade: Grade, bounded: None) -> None:
    """A suite that forgot to look at the shape runs out of memory: 0 points for this file, the next one is judged."""
    assert outcomes(grade(RIGHT, BROADCASTS)) == ["passed"]
    bomb = grade(BOMB, BROADCASTS)
    assert bomb.outcome == "failed" and bomb.earned == 0, bomb.verdicts[0].message
    assert outcomes(grade(RIGHT, BROADCASTS)) == ["passed"]
