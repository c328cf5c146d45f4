"""ex01, the clock: which epochs are bad, from when they are counted, and when step() says stop.

A stop that comes one epoch early or late costs the tests of exactly that, the first and the one on any curve; the
others ask whether there is a stop at all, near the right epoch.
"""

import math

import numpy as np
from curves import above, falling, random_training, slight, steps, trace, valley
from torch import nn

from grader.suite import answers, points, public, require, same

NEVER_NONE = "Every way through step() returns True or False; `return self.counter >= self.patience` is one line."


# ---- scenarios: run beside the learner's code and only report


def ask(module, trainings):
    """Per training the answer of step() for every epoch until it says stop.

    >>> stopper = EarlyStopping(*trainings[0][1:]); model = torch.nn.Linear(1, 1)
    >>> [stopper.step(loss, model) for loss in trainings[0][0]]
    """
    seen = []
    for losses, *arguments in trainings:
        stopper, model, flags = module.EarlyStopping(*arguments), nn.Linear(1, 1), []
        for loss in losses:
            stop = stopper.step(loss, model)
            flags.append(None if stop is None else bool(stop))
            if stop:
                break
        seen.append(flags)
    return seen


def read_attributes(module, losses, patience, min_delta):
    """(counter, best_loss) before the first epoch, after each epoch, and after restore().

    >>> stopper = EarlyStopping(patience, min_delta); model = torch.nn.Linear(1, 1)
    >>> [(stopper.step(loss, model), stopper.counter, stopper.best_loss) for loss in losses]
    """
    stopper, model = module.EarlyStopping(patience, min_delta), nn.Linear(1, 1)
    seen = [(getattr(stopper, "counter", "missing"), getattr(stopper, "best_loss", "missing"))]
    for loss in losses:
        stopper.step(loss, model)
        seen.append((getattr(stopper, "counter", "missing"), getattr(stopper, "best_loss", "missing")))
    stopper.restore(model)
    return [*seen, (getattr(stopper, "counter", "missing"), getattr(stopper, "best_loss", "missing"))]


def count(module, losses, patience):
    """The counter after each epoch.

    >>> stopper = EarlyStopping(patience); model = torch.nn.Linear(1, 1)
    >>> [(stopper.step(loss, model), stopper.counter) for loss in losses]
    """
    stopper, model, seen = module.EarlyStopping(patience), nn.Linear(1, 1), []
    for loss in losses:
        stopper.step(loss, model)
        seen.append(getattr(stopper, "counter", "missing"))
    return seen


# ---- the examiner's side


def stop_epoch(flags, losses):
    """The epoch at which step() said stop; None if it never did."""
    assert isinstance(flags, list) and flags, f"expected one answer per epoch, saw {flags!r}"
    require(None not in flags, "step() returned None: it must return True (stop) or False (go on)", NEVER_NONE)
    if not any(flags):
        answers(flags, len(losses))
    return next((epoch for epoch, flag in enumerate(flags) if flag), None)


def stops(observe, trainings):
    """Per training (losses, patience, min_delta) the epoch at which step() said stop."""
    seen = answers(observe(ask, trainings), len(trainings))
    return [stop_epoch(flags, training[0]) for flags, training in zip(seen, trainings, strict=True)]


def says(epoch):
    return "never said stop" if epoch is None else f"said stop at epoch {epoch}"


def near(stop, expected):
    """The same verdict, give or take one epoch: whether it is the very epoch is asked elsewhere."""
    if stop is None or expected is None:
        return stop is expected
    return abs(stop - expected) <= 1


def judge(observe, cases):
    """`cases`: (training, what must be said, hint). The stop must be near the one of the definition."""
    trainings = [training for training, _, _ in cases]
    for (training, told, hint), stop in zip(cases, stops(observe, trainings), strict=True):
        losses, *settings = training
        expected, _ = trace(*training)
        wanted = "going on to the end" if expected is None else f"stopping at epoch {expected}"
        setting = ", ".join(f"{name} {value}" for name, value in zip(("patience", "min_delta"), settings, strict=False))
        told = f"losses {losses}, {setting}: {told}; step() {says(stop)} instead of {wanted}"
        require(near(stop, expected), told, hint)


@points(1, hint="Count the bad epochs since the best one; stop when the counter reaches patience.")
@public
def test_stops_after_patience(observe, draw):
    """Stops on the patience-th bad epoch in a row."""
    trainings = []
    for patience in (1, 2, 3, int(draw.integers(4, 8))):
        down = int(draw.integers(2, 6))
        trainings += [(valley(draw, down, patience + up), patience, slight(draw)) for up in (3, -1)]
    trainings.append((valley(draw, 1, 13),))
    for training, stop in zip(trainings, stops(observe, trainings), strict=True):
        losses, patience, delta = training if len(training) == 3 else (training[0], 10, 0.0)
        expected, best = trace(losses, patience, delta)
        made = f"EarlyStopping({patience}, {delta})" if len(training) == 3 else "EarlyStopping(), whose patience is 10"
        late = ": one epoch late" if stop is not None and expected is not None and stop == expected + 1 else ""
        early = ": one epoch early" if stop is not None and stop + 1 == (expected or best + patience) else ""
        inverted = ": True means stop now, and the first epoch is always an improvement" if stop == 0 else ""
        wanted = "going on to the end" if expected is None else expected
        assert stop == expected, (
            f"{made}, losses {losses}: best at epoch {best}, no better one after it; step() {says(stop)}"
            f" instead of {wanted}{late}{early}{inverted}"
        )


@points(0.5, hint="Set the counter back to 0 whenever the loss improves.")
def test_improvement_resets(observe, draw):
    """An improvement sets the clock back."""
    losses = falling(draw, 1)
    for _ in range(4):
        losses += above(draw, losses[-1], 3)
        losses.append(round(min(losses) - float(draw.uniform(0.03, 0.1)), 3))
    delta = slight(draw)
    endless, ending = stops(observe, [(losses, 5, delta), (losses + above(draw, min(losses), 8), 5, delta)])
    told = f"losses {losses}, patience 5: there are never more than 3 bad epochs in a row; step() {says(endless)}"
    total = ": it counts bad epochs in total, but patience means in a row" if endless in (6, 7) else ""
    assert endless is None, f"{told}{total}"
    assert near(ending, len(losses) + 4), f"the same losses and then 8 bad ones, patience 5: step() {says(ending)}"


@points(0.5, hint="Which earlier loss does the if of your step() look at: the best one, or the one just before?")
def test_compares_with_best(observe, draw):
    """Each loss is compared with the best, not with the previous one."""
    best = round(float(draw.uniform(0.5, 1.0)), 3)
    losses = [best, *steps(round(best + float(draw.uniform(0.8, 1.2)), 3), -0.05, 14)]
    told = f"{losses[2]} is better than {losses[1]} but worse than the best, {best}, and so are all that follow"
    judge(observe, [((losses, 4, slight(draw)), told, "")])


@points(1, hint="An improvement is val_loss < best_loss - min_delta, and best_loss changes only on an improvement.")
def test_min_delta(observe, draw):
    """Gains below min_delta do not count, but add up."""
    delta, start = round(float(draw.uniform(0.1, 0.2)), 3), round(float(draw.uniform(1.0, 2.0)), 3)
    large, tiny = round(float(draw.uniform(30, 90)), 2), float(draw.uniform(6e-5, 9e-5))
    judge(
        observe,
        [
            (
                (steps(start, -delta / 10, 9), 3, delta),
                "all gains together are less than min_delta, so none counts",
                "",
            ),
            ((steps(start - 3, -delta / 10, 9), 3, delta), "all gains together are less than min_delta", ""),
            (
                (steps(start, delta / 10, 9), 3, delta),
                "a loss that rises is no improvement, however slowly it rises, and so a bad epoch",
                "",
            ),
            (
                (steps(start, -0.4 * delta, 16), 4, delta),
                "every third epoch is more than min_delta below the loss of the last improvement",
                "best_loss moves with an improvement only, which also sets the counter to 0.",
            ),
            (
                (steps(0.9 * delta, -0.2 * delta, 5, 6), 3, delta),
                "no gain reaches min_delta, which is in units of the loss and no share of it",
                "",
            ),
            (
                (steps(large, -2 * delta, 8), 2, delta),
                "every gain is twice min_delta, which is in units of the loss and no share of it",
                "",
            ),
            (
                (steps(start, -tiny, 12, 9), 1),
                "min_delta is 0.0 unless it is given, so every gain counts",
                "Look at the default values in the signature of the stub.",
            ),
        ],
    )


@points(0.5, hint="Before the first finite loss nothing is best: float('inf') is above every loss.")
def test_first_loss(observe, draw):
    """The first finite loss is an improvement, however large it is and whatever came before it."""
    size = 10.0 ** int(draw.integers(3, 8))
    huge = [round(loss * size, 1) for loss in falling(draw, 8)]
    delta = slight(draw)
    nan = [math.nan, *falling(draw, 8)]
    judge(
        observe,
        [
            ((huge, 2, delta), "the loss falls in every epoch", ""),
            (([*huge[:3], *[huge[0] * 2] * 6], 3, delta), "epoch 2 is the best", ""),
            (
                (nan, 3, delta),
                "after the NaN the loss falls in every epoch",
                "NaN is one bad epoch, and never the best: nothing is smaller than it.",
            ),
        ],
    )


@points(0.5, hint="With min_delta 0 an improvement is strictly smaller: compare with <, not with <=.")
def test_equal(observe, draw):
    """Equal is not better."""
    losses = falling(draw, int(draw.integers(1, 4)))
    bad, equal = above(draw, losses[-1], 2), losses[-1:]
    again = "the third bad epoch in a row equals the best one; equal is not better and no new start"
    still = (
        "the loss stands still; equal is not better, an improvement is strictly smaller, and every other epoch counts"
    )
    judge(observe, [((losses + bad + equal + bad * 3, 3), again, ""), ((losses + equal * 9, 3), still, "")])


@points(
    0.5, hint="NaN compares False with everything: ask whether the loss is better, not whether it fails to be worse."
)
def test_nan(observe, draw):
    """A NaN epoch is a bad epoch like any other."""
    losses = falling(draw, int(draw.integers(1, 4)))
    delta, told = slight(draw), "a NaN loss is no improvement and counts like any other bad epoch"
    one = [*losses, math.nan, *falling(draw, 6, round(losses[-1] - 0.05, 3))]
    judge(
        observe,
        [
            ((one, 4, delta), "one NaN is one bad epoch and no reason to stop at once", ""),
            ((losses + [math.nan] * 9, 4, delta), told, ""),
            (([math.nan] * 9, 4, delta), told, ""),
        ],
    )
    counters = answers(observe(count, [math.nan] * 3, 9), 3)
    told = "losses [nan, nan, nan], patience 9: counter after each epoch"
    same(counters, [1, 2, 3], told, "Every bad epoch adds 1, also before there is any best one.")


@points(0.5, hint="Both attributes are plain numbers, kept up to date by step() alone.")
def test_attributes(observe, draw):
    """best_loss and counter are public, exact and up to date."""
    first = [loss + float(draw.uniform(1e-9, 1e-7)) for loss in falling(draw, 2)]
    second = 0.0
    losses = [*first, *above(draw, first[-1], 2), second, *above(draw, second, 3)]
    seen = answers(observe(read_attributes, losses, 3, 0.01), len(losses) + 2)
    right = [(0, math.inf), (0, losses[0]), (0, losses[1]), (1, losses[1]), (2, losses[1])]
    right += [(0, second), (1, second), (2, second), (3, second), (3, second)]
    whens = ["before the first epoch", *(f"after epoch {e}" for e in range(len(losses))), "after restore()"]
    for when, pair, (counter, best) in zip(whens, seen, right, strict=True):
        told, lowest = answers(pair, 2)
        for name, value in (("counter", told), ("best_loss", lowest)):
            require(value != "missing" if isinstance(value, str) else True, f"the object has no attribute `{name}`")
        what = f"losses {losses}, patience 3, min_delta 0.01: {{}} {when}"
        for name, value, wanted in (("counter", told, counter), ("best_loss", lowest, best)):
            require(value is not None, f"{what.format(name)}: expected {wanted:g}, saw None")
        near_miss = isinstance(lowest, float) and abs(lowest - best) < 0.001
        exact = "best_loss is the number that came in: not rounded, and not in a float32 tensor." if near_miss else ""
        single = ", what float32 makes of it" if near_miss and lowest == float(np.float32(best)) != best else ""
        zero = "A loss of 0.0 is a loss like any other, but `if loss:` is False for it." if best == 0 else ""
        same(told, counter, what.format("counter"), zero)
        require(isinstance(told, int), f"{what.format('counter')}: expected the int {counter}, saw {told!r}")
        same(lowest, best, what.format("best_loss") + single, exact)


@points(2, hint="Replay the losses by hand: which epochs improve, and how many bad ones in a row follow?")
def test_any_curve(observe, draw):
    """Stops at the right epoch on any curve."""
    trainings = [random_training(draw, slow=number % 2 == 1) for number in range(80)]
    for training, stop in zip(trainings, stops(observe, trainings), strict=True):
        losses, patience, min_delta = training
        expected, best = trace(*training)
        assert stop == expected, (
            f"patience {patience}, min_delta {min_delta}, losses {losses}: the best epoch is {best}"
            f"{'' if expected is None else f', stop at {expected}'}; step() {says(stop)}"
        )
