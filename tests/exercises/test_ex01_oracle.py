"""The solution of ex01 against a brute-force search over whole curves, and against a deep copy of the model."""

import copy
import random
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex01_early_stopping" / "early_stopping.py"
PICTURE = runpy.run_path(str(SOLUTION.parents[2] / "exercises" / SOLUTION.parent.name / "picture.py"))
EarlyStopping = runpy.run_path(str(SOLUTION))["EarlyStopping"]
CHAPTER = [2.50, 1.80, 1.20, 0.85, 0.60, 0.48, 0.42, 0.39, 0.38, 0.39, 0.41, 0.44]


def stop(losses, patience, min_delta=0.0):
    stopper, model = EarlyStopping(patience, min_delta), nn.Linear(1, 1)
    return next((epoch for epoch, loss in enumerate(losses) if stopper.step(loss, model)), None)


def best_of(losses, min_delta):
    """The last epoch that improved on the epoch that had improved before it."""
    best = 0
    while (better := [i for i in range(best + 1, len(losses)) if losses[i] < losses[best] - min_delta]) != []:
        best = better[0]
    return best


def brute_force(losses, patience, min_delta):
    """The first epoch that lies `patience` behind the best of the epochs up to it."""
    return next((e for e in range(len(losses)) if e - best_of(losses[: e + 1], min_delta) >= patience), None)


def test_the_chapters_losses():
    """With patience 1, 2, 3 the twelve losses stop at 9, 10, 11; with patience 4 never."""
    assert [stop(CHAPTER, patience, 0.001) for patience in (1, 2, 3, 4)] == [9, 10, 11, None]


def test_agrees_with_brute_force():
    """On a thousand random curves the stop is where a search over the whole curve puts it."""
    chance = random.Random(0)
    stops = set()
    for _ in range(1000):
        losses = [chance.uniform(-1, 1) for _ in range(20)]
        patience, min_delta = chance.randint(1, 8), chance.choice([0.0, 0.1, 0.3])
        expected = brute_force(losses, patience, min_delta)
        assert stop(losses, patience, min_delta) == expected
        stops.add(expected)
    assert len(stops) > 10 and None in stops


def test_restores_the_best_epoch_of_a_real_training():
    """After a training with batch norm, restore gives the best epoch's deep copy, bit for bit, and not the last."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Linear(5, 1))
    stopper, copies = EarlyStopping(patience=100), []
    losses = [0.9, 0.4, 0.6, 0.3, 0.5]
    for loss in losses:
        model(torch.randn(8, 3)).square().mean().backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= 0.1 * parameter.grad
        copies.append(copy.deepcopy(model.state_dict()))
        stopper.step(loss, model)
    stopper.restore(model)
    restored = model.state_dict()
    assert all(torch.equal(restored[name], copies[3][name]) for name in restored)
    assert not any(torch.equal(restored[name], copies[4][name]) for name in ("0.weight", "1.running_mean"))


def test_the_picture_shows_what_it_claims(seen):
    """The claim holds under ten seeds, and fails for a stop that never comes and for weights left as they are."""
    for seed in range(10):
        told = seen(SimpleNamespace(EarlyStopping=EarlyStopping), seed)
        PICTURE["claim"](told)
        assert told["val"][-1] > max(told["restored"] + 0.01, told["train"][-1] + 0.05)

    class Forgetful(EarlyStopping):
        def restore(self, model):
            pass

    for wrong, says in ((lambda patience: EarlyStopping(99), "never stopped"), (Forgetful, "not the best epoch")):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(EarlyStopping=wrong), 0))
