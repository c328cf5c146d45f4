"""How slow this core is at the moment, so that a suite's budget is no question of the machine.

CPU seconds are not the same everywhere: an old laptop, or a core that shares its cache with a neighbor, takes three
times as many for the same work.
"""

import time

import numpy as np

NOMINAL = 0.010  # CPU seconds that each kind of work takes on a core on which `import torch` takes 2.2
FLOATS = np.linspace(0, 1, 1_000_000, dtype=np.float32)


def pace() -> float:
    """CPU seconds here for one on the nominal core; 1 where this one is faster, for budgets bind everywhere."""
    return max(1.0, *(min(work() for _ in range(3)) / NOMINAL for work in (handle_objects, move_memory)))


def handle_objects() -> float:
    """CPU seconds of a fixed piece of work on numbers and objects."""
    start = time.process_time()
    table: dict[int, int] = {}
    for number in range(60_000):
        table[number & 1023] = table.get(number & 255, 0) + (number ^ 3)
    sorted(map(str, range(8_000)))
    return time.process_time() - start


def move_memory() -> float:
    """CPU seconds of a fixed piece of work on arrays that are larger than a cache."""
    start = time.process_time()
    for _ in range(10):
        float((FLOATS * 1.5 + FLOATS).sum())
    return time.process_time() - start
