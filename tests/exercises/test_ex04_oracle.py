"""The solution of ex04 against a search over whole curves and against the solution of ex01, asked epoch by epoch."""

import math
import random
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from torch import nn

SOLUTIONS = Path(__file__).parents[2] / "solutions"
PICTURE = runpy.run_path(str(SOLUTIONS.parent / "exercises" / "ex04_patience_sweep" / "picture.py"))
solution = runpy.run_path(str(SOLUTIONS / "ex04_patience_sweep" / "patience_sweep.py"))
trace, sweep = solution["trace"], solution["sweep"]
EarlyStopping = runpy.run_path(str(SOLUTIONS / "ex01_early_stopping" / "early_stopping.py"))["EarlyStopping"]
CHAPTER = [2.50, 1.80, 1.20, 0.85, 0.60, 0.48, 0.42, 0.39, 0.38, 0.39, 0.41, 0.44]


def row(stop, best, loss, run, wasted):
    return {"stop_epoch": stop, "best_epoch": best, "best_loss": loss, "epochs_run": run, "wasted": wasted}


def random_calls(count):
    chance = random.Random(0)
    for _ in range(count):
        yield [chance.uniform(-1, 1) for _ in range(20)], chance.randint(1, 8), chance.choice([0.0, 0.1, 0.3])


def test_the_chapters_table():
    """The twelve losses give the stops and best epochs of the chapter for every patience and min_delta it names."""
    assert trace(CHAPTER, 3, 0.001) == row(11, 8, 0.38, 12, 3)
    assert trace(CHAPTER, 4, 0.001) == row(None, 8, 0.38, 12, 3)
    assert trace(CHAPTER, 3, 0.02) == row(10, 7, 0.39, 11, 3)
    assert trace(CHAPTER, 3, 0.05) == row(9, 6, 0.42, 10, 3)
    assert trace([math.nan] * 3, 2) == row(1, None, math.inf, 2, 2)


def test_stops_where_ex01_does():
    """An EarlyStopping object that is asked epoch by epoch ends at the same epoch with the same best loss."""
    stops = set()
    for losses, patience, min_delta in random_calls(300):
        stopper, model = EarlyStopping(patience, min_delta), nn.Linear(1, 1)
        stop = next((epoch for epoch, loss in enumerate(losses) if stopper.step(loss, model)), None)
        seen = trace(losses, patience, min_delta)
        assert (seen["stop_epoch"], seen["best_loss"]) == (stop, stopper.best_loss)
        stops.add(stop)
    assert len(stops) > 10 and None in stops


def test_strict_best_is_the_minimum_of_what_ran():
    """With min_delta 0 the best loss is the minimum of the epochs that ran, and it never rises with the patience."""
    for losses, _, _ in random_calls(200):
        rows = sweep(losses, range(1, 22), val_accs=[-loss for loss in losses])
        for seen in rows:
            assert seen["best_loss"] == min(losses[: seen["epochs_run"]]) == losses[seen["best_epoch"]]
            assert seen["wasted"] == seen["epochs_run"] - 1 - seen["best_epoch"]
            assert seen["accuracy"] == -seen["best_loss"]
        assert [r["best_loss"] for r in rows] == sorted((r["best_loss"] for r in rows), reverse=True)
        assert rows[-1]["best_loss"] == min(losses) and rows[-1]["stop_epoch"] is None


def test_other_lengths_are_refused():
    """Accuracies of another run than the losses raise ValueError, those of the same run do not."""
    assert sweep([1.0, 2.0], [1], val_accs=[0.5, 0.4])[0]["accuracy"] == 0.5
    with pytest.raises(ValueError, match="2 losses, but 1"):
        sweep([1.0, 2.0], [1], val_accs=[0.5])


def test_the_picture_shows_what_it_claims(seen):
    """The claim holds, and fails for a single patience and for a sweep that keeps the epoch of the stop."""
    PICTURE["claim"](seen(SimpleNamespace(sweep=sweep), 0))

    def impatient(losses, patiences, val_accs):
        return sweep(losses, [1] * len(patiences), val_accs=val_accs)

    def last(losses, patiences, val_accs):
        rows = sweep(losses, patiences, val_accs=val_accs)
        return [row | {"best_epoch": row["epochs_run"] - 1, "wasted": 0} for row in rows]

    for wrong, says in ((impatient, "hardly differ"), (last, "wastes 0 epochs")):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(sweep=wrong), 0))
