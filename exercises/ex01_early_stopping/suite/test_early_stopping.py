"""ex01: when the clock runs, what it is compared with, and whether the memory of the best epoch is a real copy."""

import math
import os
import tempfile

import numpy as np
import torch
from torch import nn

from grader.suite import answers, close, normal, points, same, uniform

CHAPTER = [2.50, 1.80, 1.20, 0.85, 0.60, 0.48, 0.42, 0.39, 0.38, 0.39, 0.41, 0.44]

# name: (validation losses, patience, min_delta); only in "equal" does a loss come close to one it is compared with.
CURVES = {
    "chapter 1": (CHAPTER, 1, 0.001),
    "chapter 2": (CHAPTER, 2, 0.001),
    "chapter 3": (CHAPTER, 3, 0.001),
    "chapter 4": (CHAPTER, 4, 0.001),
    "recovers": ([1.0, 1.1, 1.1, 0.9, 1.0, 1.0, 1.0], 3, 0.0),
    "slow recovery": ([1.0, 2.0, 1.9, 1.8], 3, 0.0),
    "small gains": ([1.0, 0.96, 0.92, 0.88], 10, 0.1),
    "small rises": ([1.0, 1.04, 1.08, 1.12], 3, 0.1),
    "small losses": ([0.10, 0.07, 0.06], 10, 0.05),
    "equal": ([0.5, 0.5, 0.5, 0.5], 3, 0.0),
}

PARAMETERS = ("0.weight", "0.bias", "1.weight", "1.bias")
BUFFERS = ("1.running_mean", "1.running_var", "1.num_batches_tracked")


# Scenarios


def train(module, trainings):
    """Per training, (answer of step, counter, best_loss) of every epoch until step says stop."""
    seen = []
    for losses, patience, min_delta in trainings:
        stopper, model, epochs = module.EarlyStopping(patience, min_delta), nn.Linear(1, 1), []
        for loss in losses:
            stop = stopper.step(loss, model)
            epochs.append((stop, getattr(stopper, "counter", None), getattr(stopper, "best_loss", None)))
            if stop:
                break
        seen.append(epochs)
    return seen


def overwrite(model, numbers):
    """Changes all parameters and buffers in place, as an epoch of training does."""
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            tensor.copy_(torch.as_tensor(numbers[name]))


def train_and_restore(module, losses, patience, epochs, later):
    """Epoch i ends with losses[i] and the numbers epochs[i]. Then, for each of `later`: train on to it, and restore."""
    stopper, model = module.EarlyStopping(patience), nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3))
    stops, restored = [], []
    for loss, numbers in zip(losses, epochs, strict=True):
        overwrite(model, numbers)
        stops.append(stopper.step(loss, model))
    for numbers in later:
        overwrite(model, numbers)
        stopper.restore(model)
        restored.append({name: tensor.clone() for name, tensor in model.state_dict().items()})
    return stops, restored


def make(module, patience, min_delta):
    module.EarlyStopping(patience, min_delta)


def restore_after(module, losses):
    """Restores after these epochs, in a folder of its own: a checkpoint file of another training is not found."""
    os.chdir(tempfile.mkdtemp(dir=os.getcwd()))
    stopper, model = module.EarlyStopping(5), nn.Linear(1, 1)
    for loss in losses:
        stopper.step(loss, model)
    stopper.restore(model)


# What the examiner expects


def trace(losses, patience, min_delta):
    """(epoch of the stop or None, best epoch), straight from the definition."""
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] - min_delta:
            best = epoch
        elif epoch - best == patience:
            return epoch, best
    return None, best


def random_training(draw):
    """(losses, patience, min_delta) with every loss at least 0.005 away from the best and from best - min_delta."""
    patience, min_delta = int(draw.integers(1, 5)), float(draw.choice([0.0, 0.05, 0.1]))
    first = float(draw.choice([0.3, 1.0, -0.5, 1e6]))
    losses, best = [first], first
    while len(losses) < 16:
        loss = round((0.7 if best == 1e6 else best) + float(draw.uniform(-0.2, 0.25)), 3)
        if min(abs(loss - best), abs(loss - (best - min_delta))) < 0.005:
            continue
        losses.append(loss)
        best = loss if loss < best - min_delta else best
    return losses, patience, min_delta


def random_numbers(draw):
    """Numbers for every parameter and buffer of the model in `train_and_restore`."""
    return {
        "0.weight": normal(draw, 3, 4), "0.bias": normal(draw, 3), "1.weight": normal(draw, 3), "1.bias": normal(draw, 3),
        "1.running_mean": normal(draw, 3), "1.running_var": 0.5 + uniform(draw, 3),
        "1.num_batches_tracked": int(draw.integers(10**6)),
    }  # fmt: skip


# What the examiner saw


def fixed(observe, name):
    """What step answered on one of CURVES; all of them are asked at once."""
    seen = answers(observe(train, list(CURVES.values())), len(CURVES))
    return dict(zip(CURVES, seen, strict=True))[name]


def stop_epoch(seen, losses):
    """The epoch at which step said stop; None if it never did."""
    assert isinstance(seen, list) and seen, f"expected one answer per epoch, saw {seen!r}"
    flags = [flag for flag, _, _ in seen]
    assert all(flag is not None for flag in flags), "step() returned None: it must return True (stop) or False (go on)"
    if flags[-1]:
        return len(flags) - 1
    answers(seen, len(losses))
    return None


def says(epoch):
    return "never said stop" if epoch is None else f"said stop at epoch {epoch}"


def epoch_of(restored, epochs):
    """The epoch that had these parameters; None if no epoch had."""
    for epoch, numbers in enumerate(epochs):
        if all(np.array_equal(restored[name], numbers[name]) for name in PARAMETERS):
            return epoch
    return None


@points(0.5, hint="Count the bad epochs since the best one and compare with >=: patience 3 allows three of them, not four.")
def test_stops_on_the_patience_th_bad_epoch(observe):
    """Stops on the patience-th bad epoch in a row."""
    for patience, expected in ((1, 9), (2, 10), (3, 11), (4, None)):
        stop = stop_epoch(fixed(observe, f"chapter {patience}"), CHAPTER)
        late = ": it stopped one epoch late" if expected and stop == expected + 1 else ""
        assert stop == expected, (
            f"the loss is best at epoch 8 and rises from then on; with patience {patience} step() {says(stop)}"
            f" instead of {expected or 'going on through all 12 epochs'}{late}"
        )


@points(0.5, hint="Set the counter back to 0 whenever the loss improves.")
def test_an_improvement_resets_the_clock(observe):
    """An improvement resets the clock."""
    losses, patience, _ = CURVES["recovers"]
    stop = stop_epoch(fixed(observe, "recovers"), losses)
    total = ": it counts bad epochs in total, but patience means in a row" if stop == 4 else ""
    assert stop == 6, (
        f"losses {losses}, patience {patience}: epoch 3 is an improvement, so the third bad epoch in a row is epoch 6;"
        f" step() {says(stop)}{total}"
    )


@points(0.5, hint="Which earlier loss does the if of your step() look at: the best one, or the one just before?")
def test_compares_with_the_best_not_the_previous(observe):
    """Each loss is compared with the best, not with the previous one."""
    losses, patience, _ = CURVES["slow recovery"]
    stop = stop_epoch(fixed(observe, "slow recovery"), losses)
    assert stop == 3, (
        f"losses {losses}, patience {patience}: 1.9 is better than 2.0 but worse than the best, 1.0, so epochs 1, 2"
        f" and 3 are all bad; step() {says(stop)}"
    )


@points(1, hint="An improvement is val_loss < best_loss - min_delta, and best_loss changes only on an improvement.")
def test_gains_below_min_delta_do_not_count_but_add_up(observe):
    """Gains below min_delta do not count, but add up."""
    losses, _, min_delta = CURVES["small gains"]
    seen = answers(fixed(observe, "small gains"), len(losses))
    counters, bests = [counter for _, counter, _ in seen], [best for _, _, best in seen]
    told = f"losses {losses}, min_delta {min_delta}: "
    if counters == [0, 0, 0, 0]:
        told += "no epoch was counted as bad, though 0.96 and 0.92 are less than 0.1 below 1.0; "
    if counters == [0, 1, 2, 3]:
        told += "0.88 is more than 0.1 below 1.0, the loss of the last improvement, so epoch 3 improves; "
    close(counters, [0, 1, 2, 0], f"{told}counter after each epoch", 0, 0)
    close(bests, [1.0, 1.0, 1.0, 0.88], f"{told}best_loss after each epoch")

    losses, patience, min_delta = CURVES["small rises"]
    stop = stop_epoch(fixed(observe, "small rises"), losses)
    assert stop == 3, (
        f"losses {losses}, patience {patience}, min_delta {min_delta}: a rising loss is never an improvement, however"
        f" slowly it rises, and what is no improvement is a bad epoch: stop at epoch 3; step() {says(stop)}"
    )

    losses, _, min_delta = CURVES["small losses"]
    counters = [counter for _, counter, _ in answers(fixed(observe, "small losses"), len(losses))]
    told = f"losses {losses}, min_delta {min_delta}: a drop of 0.03 is less than min_delta, which is in units of the loss"
    close(counters, [0, 1, 2], f"{told} and no share of it; counter after each epoch", 0, 0)


@points(2, hint="state_dict() hands out the live tensors, which the optimizer goes on changing: clone each one.")
def test_saved_weights_are_a_copy(observe, draw):
    """The saved weights are a copy: restore() gives back those of the best epoch, bit for bit."""
    losses = [0.9, 0.5, 0.7, 0.3, 0.6, 0.8]
    epochs = [random_numbers(draw) for _ in losses]
    _, restored = observe(train_and_restore, losses, 100, epochs, epochs[-1:])
    (state,) = answers(restored, 1)
    epoch = epoch_of(state, epochs)
    assert epoch != 5, (
        f"losses {losses}: restore() gave back the weights of the last epoch (5), not of the best (3). Either nothing"
        " was restored, or what step() saved was no copy: state_dict() hands out references to the live tensors"
    )
    assert epoch in (None, 3), f"losses {losses}: restore() gave back the weights of epoch {epoch}, not of the best (3)"
    for name in PARAMETERS:
        same(state[name], epochs[3][name], f"{name} after restore(), against its value in the best epoch")


@points(1, hint="state_dict() holds the buffers too; parameters() and named_parameters() do not.")
def test_buffers_are_saved_too(observe, draw):
    """Buffers are saved too."""
    losses = [0.9, 0.4, 0.7]
    epochs = [random_numbers(draw) for _ in losses]
    _, restored = observe(train_and_restore, losses, 100, epochs, epochs[-1:])
    (state,) = answers(restored, 1)
    for name in BUFFERS:
        last = "it still has the value of the last epoch" if np.array_equal(state[name], epochs[2][name]) else "wrong value"
        same(state[name], epochs[1][name], f"batch norm's {name.removeprefix('1.')} was not restored ({last})")


@points(1, hint="load_state_dict copies numbers into the model; assigning tensors makes model and memory the same object.")
def test_restoring_does_not_tie_the_model_to_the_memory(observe, draw):
    """Restoring does not tie the model to the memory."""
    losses = [0.9, 0.4, 0.7]
    epochs, later = [random_numbers(draw) for _ in losses], [random_numbers(draw) for _ in range(2)]
    _, restored = observe(train_and_restore, losses, 100, epochs, later)
    first, second = answers(restored, 2)
    for name in PARAMETERS:
        same(first[name], epochs[1][name], f"{name} after restore(), against its value in the best epoch")
        again = "after restore(), more training and restore() again"
        tied = ": the training in between changed the memory itself" if epoch_of(second, later) == 1 else ""
        same(second[name], epochs[1][name], f"{name} {again}, against its value in the best epoch{tied}")


@points(1, hint="NaN compares False with everything: ask whether the loss is better, not whether it fails to be worse.")
def test_nan_is_never_the_best(observe, draw):
    """NaN is never the best."""
    losses = [0.5, math.nan, math.nan]
    epochs = [random_numbers(draw) for _ in losses]
    stops, restored = observe(train_and_restore, losses, 2, epochs, epochs[-1:])
    stop = stop_epoch([(flag, None, None) for flag in stops], losses)
    (state,) = answers(restored, 1)
    epoch = epoch_of(state, epochs)
    told = "losses 0.5, NaN, NaN, patience 2"
    assert stop == 2 or epoch in (None, 0), (
        f"{told}: a NaN loss was saved as best, restore() gave back the weights of epoch {epoch}"
    )
    assert stop == 2, f"{told}: a NaN epoch is a bad epoch, so stop at epoch 2; step() {says(stop)}"
    same([bool(flag) for flag in stops], [False, False, True], f"{told}: stop")
    assert epoch == 0, f"{told}: restore() gave back the weights of {f'epoch {epoch}' if epoch else 'no epoch'}, not of epoch 0"


@points(3, hint="Replay the losses by hand: which epochs improve, and how many bad ones in a row follow?")
def test_any_curve(observe, draw):
    """Stops at the right epoch on any curve."""
    trainings = [random_training(draw) for _ in range(30)]
    for (losses, patience, min_delta), seen in zip(trainings, answers(observe(train, trainings), 30), strict=True):
        expected, best = trace(losses, patience, min_delta)
        stop = stop_epoch(seen, losses)
        assert stop == expected, (
            f"patience {patience}, min_delta {min_delta}, losses {losses}: the best epoch is {best}"
            f"{'' if expected is None else f', stop at {expected}'}; step() {says(stop)}"
        )


@points(0.5, hint="Check the arguments in __init__, and in restore() whether anything was ever saved.")
def test_bad_arguments_and_nothing_to_restore_are_refused(observe):
    """Bad arguments and nothing to restore are refused."""
    told = "EarlyStopping(patience, min_delta)"
    observe.refuses(make, bad=[(0, 0.0), (-1, 0.0), (3, -0.1)], good=[(1, 0.0), (3, 0.1)], error=ValueError, what=told)
    told = "restore() after epochs with the losses"
    bad, good = [([],), ([math.nan],)], [([0.5],), ([math.nan, 0.5],)]
    observe.refuses(restore_after, bad=bad, good=good, error=RuntimeError, what=told)


@points(1, hint="With min_delta 0 an improvement is strictly smaller: compare with <, not with <=.")
def test_equal_is_not_better(observe):
    """Equal is not better."""
    stop = stop_epoch(fixed(observe, "equal"), CURVES["equal"][0])
    assert stop == 3, (
        f"the loss stayed at 0.5 for 4 epochs, patience 3: step() {says(stop)} instead of at epoch 3;"
        " equal is not better, an improvement is strictly smaller"
    )
