"""ex04: replays of curves that were drawn anew, against a search for the stop straight from its definition."""

import math

from grader.suite import answers, close, points, same

CHAPTER = [2.50, 1.80, 1.20, 0.85, 0.60, 0.48, 0.42, 0.39, 0.38, 0.39, 0.41, 0.44]
VALLEYS = [1.0, 0.8, 0.6, 0.7, 0.75, 0.7, 0.5, 0.6]
FIXED = {
    "patience 3": (CHAPTER, 3, 0.001),
    "patience 4": (CHAPTER, 4, 0.001),
    "min_delta 0.02": (CHAPTER, 3, 0.02),
    "min_delta 0.05": (CHAPTER, 3, 0.05),
    "valleys, patience 2": (VALLEYS, 2),
    "valleys, patience 4": (VALLEYS, 4),
}


# ---- scenarios: run beside the learner's code and only report


def replay(module, calls):
    return [module.trace(*call) for call in calls]


def replay_many(module, losses, patiences, *more):
    """The table, and the arguments as they are afterwards."""
    return module.sweep(losses, patiences, *more), losses, patiences


def trace_once(module, losses, patience, min_delta):
    module.trace(losses, patience, min_delta)


def sweep_once(module, losses, patiences, min_delta, val_accs):
    module.sweep(losses, patiences, min_delta, val_accs)


# ---- the examiner's side


def expected(losses, patience, min_delta=0.0):
    """The right answer of trace()."""
    best, lowest = None, math.inf
    for epoch, loss in enumerate(losses):
        if loss < lowest - min_delta:
            best, lowest = epoch, loss
        bad = epoch + 1 if best is None else epoch - best
        if bad == patience:
            return {
                "stop_epoch": epoch,
                "best_epoch": best,
                "best_loss": lowest,
                "epochs_run": epoch + 1,
                "wasted": bad,
            }
    return {"stop_epoch": None, "best_epoch": best, "best_loss": lowest, "epochs_run": len(losses), "wasted": bad}


def check(seen, right, what):
    """All five answers of one trace; further keys are free."""
    assert isinstance(seen, dict), f"{what}: expected a dict, saw {seen!r}"
    missing = [key for key in right if key not in seen]
    assert not missing, f"{what}: the dict has no {', '.join(missing)}"
    stop, ran = right["stop_epoch"], seen["epochs_run"]
    if stop is None:
        told = seen["stop_epoch"]
        assert told is None, f"{what}: nothing fired: stop_epoch is None, not {told!r}"
    else:
        same(seen["stop_epoch"], stop, f"{what}: stop_epoch")
        assert ran != stop, f"{what}: stopping at epoch {stop} means {stop + 1} epochs ran; epochs_run says {ran}"
    for key in ("best_epoch", "epochs_run", "wasted"):
        same(seen[key], right[key], f"{what}: {key}")
    close(seen["best_loss"], right["best_loss"], f"{what}: best_loss")


def fixed(observe, name):
    """What trace said about one of FIXED; all of them are asked at once."""
    return dict(zip(FIXED, answers(observe(replay, list(FIXED.values())), len(FIXED)), strict=True))[name]


def random_curve(draw, min_delta, epochs=16):
    """Losses of which each is at least 0.005 away from the best before it and from that best - min_delta."""
    losses = [round(float(draw.uniform(0.3, 1.5)), 3)]
    best = losses[0]
    while len(losses) < epochs:
        loss = round(best + float(draw.uniform(-0.15, 0.3)), 3)
        if min(abs(loss - best), abs(loss - (best - min_delta))) >= 0.005:
            losses.append(loss)
            best = loss if loss < best - min_delta else best
    return losses


@points(1, hint="Epochs count from 0, so a stop at epoch 11 comes after 12 epochs.")
def test_chapter(observe):
    """Patience 3 stops three epochs behind the best one."""
    what = "losses that fall to 0.38 at epoch 8 and rise to epoch 11, patience 3, min_delta 0.001"
    check(fixed(observe, "patience 3"), expected(*FIXED["patience 3"]), what)


@points(1, hint="Start with stop_epoch = None and change it only when the counter reaches patience.")
def test_never_fired(observe):
    """A curve that ends before the patience does has no stop epoch."""
    what = "12 losses, the best at epoch 8, patience 4"
    check(fixed(observe, "patience 4"), expected(*FIXED["patience 4"]), what)


@points(1.5, hint="The best epoch is the last one that improved by more than min_delta, not the lowest one.")
def test_min_delta(observe):
    """A larger min_delta moves the best epoch."""
    for min_delta in (0.05, 0.02):
        name = f"min_delta {min_delta}"
        seen, right = fixed(observe, name), expected(*FIXED[name])
        if isinstance(seen, dict):
            told = (
                f"with {name} epoch 8 never counted as better than epoch {right['best_epoch']}, but best_epoch says 8"
            )
            assert seen.get("best_epoch") != 8, told
        check(seen, right, f"losses 0.48, 0.42, 0.39, 0.38, 0.39, ... from epoch 5 on, patience 3, {name}")


@points(1, hint="At epoch 4, patience 2 has ended the training: the losses after it do not exist yet.")
def test_two_valleys(observe):
    """A small patience keeps the first valley, a larger one finds the second."""
    seen = fixed(observe, "valleys, patience 2")
    if isinstance(seen, dict):
        told = "a valley at epoch 2 and a deeper one at epoch 6: patience 2 cannot know the second valley"
        assert seen.get("best_epoch") != 6, told
    for patience in (2, 4):
        right = expected(VALLEYS, patience)
        check(fixed(observe, f"valleys, patience {patience}"), right, f"losses {VALLEYS}, patience {patience}")


@points(3, hint="Replay the losses by hand: which epochs improve, and how many bad ones in a row follow?")
def test_any_curve(observe, draw):
    """On any curve more patience never gives a worse best loss or an earlier stop."""
    curves = [(random_curve(draw, d), d) for d in [0.0, 0.05, 0.1] * 5]
    calls = [(losses, patience, d) for losses, d in curves for patience in range(1, 7)]
    seen = answers(observe(replay, calls), len(calls))
    for i, (call, told) in enumerate(zip(calls, seen, strict=True)):
        losses, patience, min_delta = call
        what = f"losses {losses}, min_delta {min_delta}"
        before = seen[i - 1] if patience > 1 else None
        if isinstance(told, dict) and isinstance(before, dict):
            loss, stop = told.get("best_loss"), told.get("stop_epoch")
            less, earlier = before.get("best_loss"), before.get("stop_epoch")
            if isinstance(loss, float) and isinstance(less, float):
                worse = f"{what}: patience {patience} has best loss {loss:.3f}, worse than {less:.3f} with one less"
                assert loss <= less + 1e-6, worse
            if isinstance(stop, int) and isinstance(earlier, int):
                assert stop >= earlier, f"{what}: patience {patience} stops at {stop}, before {earlier} with one less"
        check(told, expected(*call), f"{what}, patience {patience}")


@points(3, hint="Call trace once per patience; the accuracy belongs to the model that is handed over.")
def test_sweep(observe, draw):
    """A sweep is one independent trace per patience, in order, with the best epoch's accuracy."""
    tables = [
        (CHAPTER, (0.001,)),
        (CHAPTER, (0.05,)),
        (random_curve(draw, 0.05), (0.05,)),
        (random_curve(draw, 0.0), ()),
    ]
    for losses, deltas in tables:
        min_delta = deltas[0] if deltas else 0.0
        patiences = [3, *(int(p) for p in draw.permutation([1, 2, 5, 1, 30]))]
        accs = [float(a) for a in (draw.permutation(len(losses)) + 50) / 100]
        more = (*deltas, accs) if deltas else ()
        table, *after = answers(observe(replay_many, losses, patiences, *more), 3)
        same(after, [losses, patiences], "the curve and the patiences after sweep()")
        what = f"sweep over the patiences {patiences} of the losses {losses}, min_delta {min_delta}"
        for patience, row in zip(patiences, answers(table, len(patiences)), strict=True):
            right = expected(losses, patience, min_delta)
            check(row, right, f"{what}: sweep differs from single traces at patience {patience}")
            same(row.get("patience"), patience, f"{what}: the row's patience")
            if deltas:
                best, stop, told = right["best_epoch"], right["stop_epoch"], row.get("accuracy")
                late = stop is not None and told == accs[stop]
                assert not late, (
                    f"patience {patience}: asked for the restored model's accuracy (epoch {best}), got epoch {stop}'s"
                )
                close(told, accs[best], f"{what}: accuracy of epoch {best}, patience {patience}")


@points(1, hint="NaN compares False with everything: ask whether a loss is better, not whether it fails to be worse.")
def test_nan_and_refusals(observe, draw):
    """NaN is never an improvement, and bad input is refused."""
    low = round(float(draw.uniform(0.3, 0.9)), 3)
    calls = [
        ([low, math.nan, math.nan, low - 0.1], 2),
        ([math.nan, low, low + 0.1, math.nan, low - 0.1], 2, 0.01),
        ([low + 0.2, math.nan, low, low + 0.1], 2),
        ([math.nan] * 3, 2),
    ]
    for call, seen in zip(calls, answers(observe(replay, calls), len(calls)), strict=True):
        check(seen, expected(*call), f"losses {call[0]}, patience 2: a NaN epoch is a bad epoch")
    table, *_ = answers(observe(replay_many, [math.nan] * 3, [2], 0.0, [low] * 3), 3)
    (row,) = answers(table, 1)
    check(row, expected([math.nan] * 3, 2), "sweep over NaN alone")
    assert row.get("accuracy", 0) is None, f"sweep over NaN alone: no best epoch, so accuracy is None, saw {row}"
    curve = [low, low - 0.1, low + 0.1]
    observe.refuses(
        trace_once,
        bad=[([], 1, 0.0), (curve, 0, 0.0), (curve, -2, 0.0), (curve, 2, -0.1)],
        good=[(curve[:1], 1, 0.0), (curve, 1, 0.0), (curve, 2, 0.1)],
        error=ValueError,
        what="trace(val_losses, patience, min_delta)",
    )
    observe.refuses(
        sweep_once,
        bad=[
            (curve, [1, 2], 0.0, [low] * 2), (curve, [1, 2], 0.0, [low] * 4), (curve, [1, 2], 0.0, []),
            ([], [1], 0.0, None), (curve, [2, 0], 0.0, None), (curve, [2, 1], -0.1, None),
        ],
        good=[(curve, [1, 2], 0.0, [low] * 3), (curve, [2], 0.1, None)],
        error=ValueError,
        what="sweep(val_losses, patiences, min_delta, val_accs)",
    )  # fmt: skip


@points(0.5, hint="With min_delta 0 an improvement is strictly smaller: compare with <.")
def test_equal(observe, draw):
    """Equal is not better."""
    loss = round(float(draw.uniform(0.3, 0.9)), 3)
    (seen,) = answers(observe(replay, [([loss] * 5, 3)]), 1)
    check(seen, expected([loss] * 5, 3), f"the loss stays at {loss} for 5 epochs, patience 3: equal is not better")
