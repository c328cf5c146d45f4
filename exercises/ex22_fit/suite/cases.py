"""Trainings for the suite: random ones, one whose validation loss has a single valley, and scripts of losses."""

import numpy as np
from curves import stop

from grader.suite import normal


def some_layer(draw, features=4, classes=3):
    return normal(draw, classes, features), normal(draw, classes)


def some_batches(draw, sizes, features=4, classes=3):
    """Random inputs with labels that a linear model can guess, one in four of them at random."""
    truth = some_layer(draw, features, classes)
    batches = []
    for size in sizes:
        x = normal(draw, size, features)
        y = (x @ truth[0].T + truth[1]).argmax(1)
        batches.append((x, np.where(draw.random(size) < 0.25, draw.integers(0, classes, size), y)))
    return batches


def valley(draw, **options):
    """The case of a training whose val_loss falls for some epochs and then rises forever.

    The only input is 1, all training labels are 0, so each step moves the score of class 0 further ahead; of the
    validation labels only some are 0, so one distance is best. It starts 1 to 2 behind, and 0.4 is gained per epoch.
    """
    behind = draw.uniform(1, 2)
    layer = np.zeros((2, 1), np.float32), np.array([-behind / 2, behind / 2], np.float32)
    ones = np.ones((10, 1), np.float32)
    zeros = int(draw.integers(6, 9))
    val = [(ones, np.array([0] * zeros + [1] * (10 - zeros)))]
    return layer, [(ones, np.zeros(10, np.int64))] * 2, val, {"lr": 0.05, **options}


def jagged(draw, patience, min_delta):
    """25 validation losses that jump: bad epochs in a row decide, not all bad ones, and so does min_delta.

    No loss lies within 0.001 of where an improvement starts, so that rounding decides nothing.
    """
    while True:
        losses = [round(float(value), 3) for value in np.exp(-0.05 * np.arange(25) + 0.25 * draw.standard_normal(25))]
        epochs, best, _ = stop(losses, 25, patience, min_delta)
        lowest, bad, gaps = np.inf, 0, []
        for value in losses[:epochs]:
            gaps += [abs(value - lowest + min_delta), abs(value - lowest)]
            better = value < lowest - min_delta
            lowest, bad = (value, bad) if better else (lowest, bad + 1)
        matters = min_delta == 0 or (epochs, best) != stop(losses, 25, patience, 0.0)[:2]
        if bad > patience and min(gaps) > 1e-3 and matters and best > 1:
            return losses
