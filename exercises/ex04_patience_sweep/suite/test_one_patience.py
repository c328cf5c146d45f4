"""ex04, trace(): each of its five answers, and the rules behind them, by themselves.

A stop that is one epoch off costs the tests of the stop; the other answers are then judged by the stop that was told.
"""

import math

from curves import KEYS, above, beside, ends, falling, near, random_curve, slight, steps, traced, valley

from grader.suite import close, points, require, same


def trace_once(module, losses, patience, min_delta):
    module.trace(losses, patience, min_delta)


def valleys(draw, digits=3):
    """Calls that stop in the middle, in the last epoch, or never; on some the first epoch is the best."""
    calls = []
    for down, patience in ((int(draw.integers(2, 6)), 2), (1, 4), (int(draw.integers(2, 6)), 5)):
        calls += [
            (valley(draw, down, up, digits), patience, slight(draw)) for up in (patience + 4, patience, patience - 2)
        ]
    return calls


def last_epoch(observed, key):
    """The epoch with which the run ended, by the stop that was told; told stops must be near the right ones."""
    losses, setting, right, row = observed
    stop = row["stop_epoch"]
    told = f"losses {losses}, {setting}: {key} cannot be judged behind {ends(stop)}"
    assert near(stop, right["stop_epoch"], losses), f"{told}; expected {ends(right['stop_epoch'])}"
    return stop if stop in range(len(losses)) else len(losses) - 1


def rule(losses, right, row, what):
    """Stop and best epoch are the right ones, give or take one epoch."""
    stop, best = row["stop_epoch"], row["best_epoch"]
    other = "" if beside(best, right["best_epoch"]) else f" and best_epoch {best} for {right['best_epoch']}"
    saw = f"expected {ends(right['stop_epoch'])}, saw {ends(stop)}{other}"
    assert near(stop, right["stop_epoch"], losses), f"{what}; {saw}"
    told = f"{what}; best_epoch: expected {right['best_epoch']}, saw {best!r}"
    lowest = best in range(len(losses)) and best != right["best_epoch"] and losses[best] == min(losses[: best + 1])
    told += ", the lowest loss so far, but no improvement" if lowest else ""
    assert beside(best, right["best_epoch"]), told


@points(1, hint="The epoch that makes `patience` bad epochs in a row is the stop itself.")
def test_stop_epoch(observe, draw):
    """Stops at the epoch that makes patience bad epochs in a row."""
    calls = []
    for patience in (1, 2, 3, int(draw.integers(4, 8))):
        down = int(draw.integers(2, 6))
        calls += [(valley(draw, down, patience + up), patience, slight(draw)) for up in (3, 0)]
    for losses, setting, right, row in traced(observe, calls, "stop_epoch"):
        stop, wanted = row["stop_epoch"], right["stop_epoch"]
        told = ""
        if isinstance(stop, int):
            told = {1: ": one epoch late", -1: ": one epoch early"}.get(stop - wanted, "")
        if stop is None and wanted == len(losses) - 1:
            told = ": a stop in the last epoch of the curve, or one that comes too late for it"
        what = f"losses {losses}, {setting}, best at epoch {right['best_epoch']}: stop_epoch"
        require(stop == wanted, f"{what}: expected {wanted}, saw {stop}{told}")


@points(0.25, hint="Start with stop_epoch = None and change it only when the counter reaches patience.")
def test_never_fired(observe, draw):
    """A curve that ends before the patience does has no stop epoch."""
    ended = (valley(draw, int(draw.integers(2, 6)), 2), 4), (falling(draw, 7), 2), (valley(draw, 1, 3), 8)
    calls = [(*call, slight(draw)) for call in ended]
    for losses, setting, _, row in traced(observe, calls, "stop_epoch"):
        stop = row["stop_epoch"]
        what = f"losses {losses}, {setting}"
        assert stop is None, f"{what}: nothing fired: stop_epoch is None, not {stop!r}"


@points(0.75, hint="Keep the epoch beside the loss whenever the loss improves.")
def test_best_epoch(observe, draw):
    """best_epoch is the epoch of the last improvement, also if that is epoch 0."""
    for losses, setting, right, row in traced(observe, valleys(draw), "best_epoch"):
        best = row["best_epoch"]
        lost = best is None and right["best_epoch"] == 0
        zero = "`if best_epoch` is False for epoch 0 too: ask `is None`." if lost else ""
        told = "expected 0, saw None: epoch 0 is an epoch" if lost else f"expected {right['best_epoch']}, saw {best!r}"
        require(
            best == right["best_epoch"] and best is not None, f"losses {losses}, {setting}: best_epoch: {told}", zero
        )


@points(0.5, hint="Keep the number from the list as it is.")
def test_best_loss(observe, draw):
    """best_loss is the loss of the best epoch, that very number."""
    for losses, setting, right, row in traced(observe, valleys(draw, digits=17), "best_loss"):
        best, wanted = row["best_loss"], right["best_loss"]
        rounded = isinstance(best, float) and abs(best - wanted) < 1e-3
        digits = "Neither round the loss nor put it into a float32 tensor or array." if rounded else ""
        other = f", which is that of epoch {losses.index(best)}" if best in losses and best != wanted else ""
        what = f"losses {losses}, {setting}: best_loss is that of epoch {right['best_epoch']}{other}; best_loss"
        require(best is not None, f"{what}: expected {wanted:.6g}, saw None")
        same(best, wanted, what, digits)


@points(1, hint="Epochs count from 0, so a stop at epoch 11 comes after 12 epochs.")
def test_epochs_run(observe, draw):
    """epochs_run counts the epochs up to the stop, the stop included."""
    for told in traced(observe, valleys(draw), "stop_epoch", "epochs_run"):
        losses, setting, right, row = told
        last, ran = last_epoch(told, "epochs_run"), row["epochs_run"]
        ended = "nothing fired, which" if right["stop_epoch"] is None else f"stopping at epoch {last}"
        assert ran in (last + 1, right["epochs_run"]), (
            f"losses {losses}, {setting}: {ended} means {last + 1} epochs ran; epochs_run says {ran}"
        )


@points(1, hint="Count the epochs behind the best one up to the last that ran.")
def test_wasted(observe, draw):
    """wasted counts the epochs that ran after the best one."""
    for told in traced(observe, valleys(draw), "stop_epoch", "wasted"):
        losses, setting, right, row = told
        last, best, wasted = last_epoch(told, "wasted"), right["best_epoch"], row["wasted"]
        what = f"losses {losses}, {setting}: best epoch {best}, last epoch {last}"
        assert wasted in (last - best, right["wasted"]), f"{what}, so wasted: expected {last - best}, saw {wasted}"


@points(1, hint="An improvement is loss < best_loss - min_delta, and best_loss changes only on an improvement.")
def test_min_delta(observe, draw):
    """Gains below min_delta do not count, but add up."""
    delta, start = round(float(draw.uniform(0.1, 0.2)), 3), round(float(draw.uniform(0.3, 0.6)), 3)
    large, tiny = round(float(draw.uniform(30, 90)), 2), float(draw.uniform(2e-5, 3e-5))
    first = round(start + 0.3, 3)
    cases = [
        (
            ([first, *steps(start, -delta / 10, 9)], 3, delta),
            "from epoch 1 on all gains together are less than min_delta",
        ),
        (([first, *steps(start - 2, -delta / 10, 9)], 3, delta), "from epoch 1 on all gains are less than min_delta"),
        (([first, *steps(start, delta / 10, 9)], 3, delta), "a loss that rises is no improvement, however slowly"),
        (([first, *steps(start, -0.4 * delta, 16)], 4, delta), "every third small gain adds up to more than min_delta"),
        (
            ([1.0, *steps(0.9 * delta, -0.2 * delta, 5, 6)], 3, delta),
            "min_delta is in units of the loss and no share of it",
        ),
        ((steps(large, -2 * delta, 8), 2, delta), "every gain is twice min_delta, which is no share of the loss"),
        ((steps(start, -tiny, 12, 9), 2), "min_delta is 0.0 unless it is given, so every gain counts"),
        ((steps(start, -tiny / 1e4, 12, 13), 2), "every gain counts, however small: compare the losses as they are"),
        (([first, start, 0.0, *steps(start, delta / 10, 3)], 3, delta), "a loss of 0 is lower than all before it"),
    ]
    calls = [call for call, _ in cases]
    seen = traced(observe, calls, "stop_epoch", "best_epoch", "best_loss")
    for (_, reason), (losses, setting, right, row) in zip(cases, seen, strict=True):
        what = f"losses {losses}, {setting}: {reason}"
        rule(losses, right, row, what)
        close(
            row["best_loss"],
            right["best_loss"],
            f"{what}; best_loss is that of the last improvement",
            rtol=0,
            atol=1e-4,
        )


@points(0.5, hint="Behind the stop the losses do not exist yet: leave the loop there.")
def test_does_not_look_ahead(observe, draw):
    """The losses after the stop are never seen."""
    first = valley(draw, int(draw.integers(2, 5)), 6)
    losses = [*first, round(min(first) - 0.1, 3), *above(draw, min(first) - 0.1, 2)]
    second, delta = len(first), slight(draw)
    for _, setting, right, row in traced(observe, [(losses, 2, delta), (losses, 10, delta)], "best_epoch"):
        best, wanted = row["best_epoch"], right["best_epoch"]
        ahead = f": {setting} cannot know the second valley" if best == second != wanted else ""
        told = f"losses {losses}, a valley at {first.index(min(first))} and a deeper one at {second}"
        assert best == wanted, f"{told}, {setting}: best_epoch: expected {wanted}, saw {best!r}{ahead}"


@points(0.5, hint="Bad is what is not better than the best so far; each improvement sets the counter to 0.")
def test_bad_in_a_row(observe, draw):
    """Bad epochs are those without a new best, and they count in a row."""
    best = round(float(draw.uniform(0.3, 0.5)), 3)
    recovery = [0.95, best, *steps(round(best + float(draw.uniform(0.8, 1.2)), 3), -0.05, 14)]
    losses = falling(draw, 2)
    for _ in range(4):
        losses += above(draw, min(losses), 3)
        losses.append(round(min(losses) - float(draw.uniform(0.03, 0.06)), 3))
    told = (
        f"{recovery[3]} is better than {recovery[2]}, the epoch before, but worse than the best, {best}",
        "there are never more than 3 bad epochs in a row",
    )
    seen = traced(observe, [(recovery, 4, slight(draw)), (losses, 5, slight(draw))], "stop_epoch", "best_epoch")
    for reason, (curve, setting, right, row) in zip(told, seen, strict=True):
        what = f"losses {curve}, {setting}: {reason}"
        rule(losses, right, row, what)


@points(0.25, hint="Before the first epoch the best loss is infinity: no loss is too large to be below it.")
def test_first_loss(observe, draw):
    """The first finite loss is an improvement, however large it is."""
    size = 10.0 ** int(draw.integers(3, 8))
    losses = [round(loss * size, 1) for loss in falling(draw, 6)]
    for _, setting, right, row in traced(observe, [(losses, 2, slight(draw))], "stop_epoch", "best_epoch"):
        what = f"losses {losses}, {setting}: each epoch is an improvement"
        rule(losses, right, row, what)


@points(0.25, hint="With min_delta 0 an improvement is strictly smaller: compare with <, not with <=.")
def test_equal(observe, draw):
    """Equal is not better."""
    losses = falling(draw, int(draw.integers(2, 4)))
    bad, equal = above(draw, losses[-1], 2), losses[-1:]
    reasons = ("the third bad epoch in a row equals the best one and is no new start", "the loss stands still")
    calls = [(losses + bad + equal + bad * 3, 3), (losses + equal * 9, 3)]
    seen = traced(observe, calls, "stop_epoch", "best_epoch")
    for reason, (curve, setting, right, row) in zip(reasons, seen, strict=True):
        rule(curve, right, row, f"losses {curve}, {setting}: {reason}; equal is not better")


@points(
    0.25, hint="NaN compares False with everything: ask whether a loss is better, not whether it fails to be worse."
)
def test_nan(observe, draw):
    """A NaN epoch is a bad epoch like any other."""
    nan, start = math.nan, falling(draw, int(draw.integers(2, 4)))
    lower = [round(min(start) - 0.05 * step, 3) for step in range(1, 5)]
    curves = ([*start, nan, nan, *lower], 4), (start + [nan] * 8, 4), ([nan, *start, nan, *lower], 3)
    calls = [(*curve, slight(draw)) for curve in curves]
    for losses, setting, right, row in traced(observe, calls, "stop_epoch", "best_epoch"):
        what = f"losses {losses}, {setting}: a NaN epoch is one bad epoch, no more and no less"
        rule(losses, right, row, what)


@points(
    0.25, hint="Start with best_epoch = None and best_loss = math.inf; then nothing but an improvement changes them."
)
def test_no_best_epoch(observe, draw):
    """Without any improvement there is no best epoch, and all that ran was wasted."""
    patience = int(draw.integers(3, 6))
    calls = [([math.nan] * epochs, patience, slight(draw)) for epochs in (9, patience - 2)]
    for told in traced(observe, calls, "stop_epoch", "best_epoch", "best_loss", "wasted"):
        losses, setting, _, row = told
        what = f"losses {losses}, {setting}: no epoch is an improvement"
        ran = last_epoch(told, "wasted") + 1
        assert row["best_epoch"] is None, f"{what}; best_epoch: expected None, saw {row['best_epoch']!r}"
        assert row["best_loss"] == math.inf, f"{what}; best_loss: expected inf, saw {row['best_loss']!r}"
        assert row["wasted"] == ran, f"{what}; all {ran} epochs that ran are wasted, wasted says {row['wasted']!r}"


@points(1, hint="Replay the losses by hand: which epochs improve, and how many bad ones in a row follow?")
def test_any_curve(observe, draw):
    """All five answers are right on any curve."""
    curves = [(random_curve(draw, d, slow), d) for d in (0.05, 0.1) * 4 for slow in (True, False)]
    curves += [(random_curve(draw, 0.0), 0.0) for _ in range(5)]
    curves.append(([math.nan, *random_curve(draw, 0.0)], 0.0))
    calls = [(losses, patience, d) for losses, d in curves for patience in range(1, 6)]
    for losses, setting, right, row in traced(observe, calls, *KEYS):
        for key in KEYS:
            what = f"losses {losses}, {setting}: {key}"
            require(row[key] is None or right[key] is not None, f"{what}: expected None, saw {row[key]!r}")
            close(row[key], right[key], what, rtol=0, atol=1e-4 if key == "best_loss" else 0)


@points(0.25, hint="Check the arguments before the loop.")
def test_trace_refuses(observe, draw):
    """trace() refuses bad input."""
    curve = valley(draw, 2, 2)
    observe.refuses(
        trace_once,
        bad=[([], 1, 0.0), (curve, 0, 0.0), (curve, -2, 0.0), (curve, 2, -0.1), (curve, 2, -1e-9)],
        good=[(curve[:1], 1, 0.0), (curve, 1, 0.0), (curve, 2, 0.1), (curve, 2, 1.0), (curve, 2, 7.5)],
        error=ValueError,
        what="trace(val_losses, patience, min_delta)",
    )
