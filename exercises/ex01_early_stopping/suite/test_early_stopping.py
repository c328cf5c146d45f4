"""ex01: when the clock runs, what it is compared with, and whether the memory of the best epoch is a real copy."""

import math
import os
import tempfile

import numpy as np
import torch
from curves import CHAPTER, CURVES, RISING, random_training, trace
from torch import nn

from grader.suite import answers, close, normal, points, same

PARAMETERS = {"0.weight": (3, 4), "0.bias": (3,), "1.weight": (3,), "1.bias": (3,)}
STATISTICS = {"1.running_mean": (3,), "1.running_var": (3,)}


# Scenarios


def train(module, trainings):
    """Per training, (answer of step, counter, best_loss) of every epoch until step says stop."""
    seen = []
    for losses, *arguments in trainings:
        stopper, model, epochs = module.EarlyStopping(*arguments), nn.Linear(1, 1), []
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
    """Only the constructor."""
    module.EarlyStopping(patience, min_delta)


def restore_after(module, losses):
    """Restores after these epochs, in a folder of its own: a checkpoint file of another training is not found."""
    os.chdir(tempfile.mkdtemp(dir=os.getcwd()))
    stopper, model = module.EarlyStopping(5), nn.Linear(1, 1)
    for loss in losses:
        stopper.step(loss, model)
    stopper.restore(model)


def random_numbers(draw):
    """Numbers for every parameter and buffer of the model in `train_and_restore`."""
    numbers = {name: normal(draw, *shape) for name, shape in (PARAMETERS | STATISTICS).items()}
    return numbers | {"1.num_batches_tracked": int(draw.integers(1, 10**6))}


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
    if not any(flags):
        answers(seen, len(losses))
    return next((epoch for epoch, flag in enumerate(flags) if flag), None)


def says(epoch):
    return "never said stop" if epoch is None else f"said stop at epoch {epoch}"


def epoch_of(restored, epochs):
    """The epoch that had these parameters; None if no epoch had."""
    for epoch, numbers in enumerate(epochs):
        if all(np.array_equal(restored[name], numbers[name]) for name in PARAMETERS):
            return epoch
    return None


@points(0.5, hint="Count the bad epochs since the best one; stop when the counter reaches patience, not one later.")
def test_stops_after_patience(observe):
    """Stops on the patience-th bad epoch in a row."""
    # verify: ignores nan (the flags that it reads are no floats)
    for patience, expected in ((1, 9), (2, 10), (3, 11), (4, None)):
        stop = stop_epoch(fixed(observe, f"chapter {patience}"), CHAPTER)
        late = ": it stopped one epoch late" if expected and stop == expected + 1 else ""
        assert stop == expected, (
            f"the loss is best at epoch 8 and rises from then on; with patience {patience} step() {says(stop)}"
            f" instead of {expected or 'going on through all 12 epochs'}{late}"
        )
    stop = stop_epoch(fixed(observe, "defaults"), RISING)
    assert stop == 10, f"the loss rises from epoch 0 on; EarlyStopping() has patience 10, but step() {says(stop)}"


@points(0.5, hint="Set the counter back to 0 whenever the loss improves.")
def test_improvement_resets(observe):
    """An improvement resets the clock."""
    # verify: ignores nan (the flags that it reads are no floats)
    losses, patience, _ = CURVES["recovers"]
    stop = stop_epoch(fixed(observe, "recovers"), losses)
    total = ": it counts bad epochs in total, but patience means in a row" if stop == 4 else ""
    assert stop == 6, (
        f"losses {losses}, patience {patience}: epoch 3 is an improvement, so the third bad epoch in a row is epoch 6;"
        f" step() {says(stop)}{total}"
    )


@points(0.5, hint="Which earlier loss does the if of your step() look at: the best one, or the one just before?")
def test_compares_with_best(observe):
    """Each loss is compared with the best, not with the previous one."""
    # verify: ignores nan (the flags that it reads are no floats)
    losses, patience, _ = CURVES["slow recovery"]
    stop = stop_epoch(fixed(observe, "slow recovery"), losses)
    assert stop == 3, (
        f"losses {losses}, patience {patience}: 1.9 is better than 2.0 but worse than the best, 1.0, so epochs 1, 2"
        f" and 3 are all bad; step() {says(stop)}"
    )


@points(1, hint="An improvement is val_loss < best_loss - min_delta, and best_loss changes only on an improvement.")
def test_min_delta(observe):
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

    for name, reason in (
        ("small rises", "a loss that rises is no improvement, however slowly it rises, and so a bad epoch"),
        ("small losses", "a drop of 0.03 is less than min_delta, which is in units of the loss and no share of it"),
    ):
        losses, _, min_delta = CURVES[name]
        counters = [counter for _, counter, _ in answers(fixed(observe, name), len(losses))]
        told = f"losses {losses}, min_delta {min_delta}: {reason}; counter after each epoch"
        close(counters, list(range(len(losses))), told, 0, 0)


@points(2, hint="state_dict() hands out the live tensors, which the optimizer goes on changing: clone each one.")
def test_saves_a_copy(observe, draw):
    """The saved weights are a copy: restore() gives back those of the best epoch, bit for bit."""
    losses = [0.9, 0.5, 0.7, 0.3, 0.6, 0.8]
    epochs = [random_numbers(draw) for _ in losses]
    _, restored = answers(observe(train_and_restore, losses, 100, epochs, epochs[-1:]), 2)
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
def test_saves_buffers(observe, draw):
    """Buffers are saved too."""
    losses = [0.9, 0.4, 0.7]
    epochs = [random_numbers(draw) for _ in losses]
    _, restored = answers(observe(train_and_restore, losses, 100, epochs, epochs[-1:]), 2)
    (state,) = answers(restored, 1)
    for name in (*STATISTICS, "1.num_batches_tracked"):
        told = f"batch norm's {name.removeprefix('1.')} was not restored, {{}}against its value in the best epoch"
        stale = np.array_equal(state[name], epochs[2][name])
        same(state[name], epochs[1][name], told.format("it still has its value of the last epoch; " if stale else ""))


@points(1, hint="Copy the numbers into the model: if you hand it the saved tensors themselves, training changes them.")
def test_restores_again(observe, draw):
    """Restoring does not tie the model to the memory."""
    losses = [0.9, 0.4, 0.7]
    epochs, later = [random_numbers(draw) for _ in losses], [random_numbers(draw) for _ in range(2)]
    _, restored = answers(observe(train_and_restore, losses, 100, epochs, later), 2)
    first, second = answers(restored, 2)
    for name in PARAMETERS:
        same(first[name], epochs[1][name], f"{name} after restore(), against its value in the best epoch")
        again = "after restore(), more training and restore() again"
        tied = ": the training in between changed the memory itself" if epoch_of(second, later) == 1 else ""
        same(second[name], epochs[1][name], f"{name} {again}, against its value in the best epoch{tied}")


@points(1, hint="NaN compares False with everything: ask whether the loss is better, not whether it fails to be worse.")
def test_nan(observe, draw):
    """NaN is never the best."""
    losses = [0.5, math.nan, math.nan]
    epochs = [random_numbers(draw) for _ in losses]
    stops, restored = answers(observe(train_and_restore, losses, 2, epochs, epochs[-1:]), 2)
    stop = stop_epoch([(flag, None, None) for flag in stops], losses)
    (state,) = answers(restored, 1)
    epoch = epoch_of(state, epochs)
    told = "losses 0.5, NaN, NaN, patience 2"
    assert stop == 2 or epoch in (None, 0), (
        f"{told}: a NaN loss was saved as best, restore() gave back the weights of epoch {epoch}"
    )
    assert stop == 2, f"{told}: a NaN epoch is a bad epoch, so stop at epoch 2; step() {says(stop)}"
    same([bool(flag) for flag in stops], [False, False, True], f"{told}: stop")
    assert epoch == 0, f"{told}: restore() must give back the weights of epoch 0, not of epoch {epoch}"


@points(3, hint="Replay the losses by hand: which epochs improve, and how many bad ones in a row follow?")
def test_any_curve(observe, draw):
    """Stops at the right epoch on any curve."""
    # verify: ignores nan (the flags that it reads are no floats)
    trainings = [([1e6, 2e6, 3e6], 2, 0.0), *(random_training(draw) for _ in range(30))]
    for (losses, patience, min_delta), seen in zip(trainings, answers(observe(train, trainings), 31), strict=True):
        expected, best = trace(losses, patience, min_delta)
        stop = stop_epoch(seen, losses)
        assert stop == expected, (
            f"patience {patience}, min_delta {min_delta}, losses {losses}: the best epoch is {best}"
            f"{'' if expected is None else f', stop at {expected}'}; step() {says(stop)}"
        )


@points(0.5, hint="Check the arguments in __init__, and in restore() whether anything was ever saved.")
def test_refuses(observe):
    """Bad arguments and nothing to restore are refused."""
    told = "EarlyStopping(patience, min_delta)"
    observe.refuses(make, bad=[(0, 0.0), (-1, 0.0), (3, -0.1)], good=[(1, 0.0), (3, 0.1)], error=ValueError, what=told)
    told = "restore() after epochs with the losses"
    bad, good = [([],), ([math.nan],)], [([0.5],), ([math.nan, 0.5],)]
    observe.refuses(restore_after, bad=bad, good=good, error=RuntimeError, what=told)


@points(1, hint="With min_delta 0 an improvement is strictly smaller: compare with <, not with <=.")
def test_equal(observe):
    """Equal is not better."""
    # verify: ignores nan (the flags that it reads are no floats)
    stop = stop_epoch(fixed(observe, "equal"), CURVES["equal"][0])
    assert stop == 3, (
        f"the loss stayed at 0.5 for 4 epochs, patience 3: step() {says(stop)} instead of at epoch 3;"
        " equal is not better, an improvement is strictly smaller"
    )
