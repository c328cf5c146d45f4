"""ex04: where early stopping would have ended one recorded training, for one patience and for many."""

import math

from grader.suite import answers, close, points, same

CHAPTER = [2.50, 1.80, 1.20, 0.85, 0.60, 0.48, 0.42, 0.39, 0.38, 0.39, 0.41, 0.44]
VALLEYS = [1.0, 0.8, 0.6, 0.7, 0.75, 0.7, 0.5, 0.6]
NAN = math.nan

# name: (validation losses, patience, min_delta); no loss is close to one that it is compared with.
CURVES = {
    "chapter": (CHAPTER, 3, 0.001),
    "never": (CHAPTER, 4, 0.001),
    "0.05": (CHAPTER, 3, 0.05),
    "0.02": (CHAPTER, 3, 0.02),
    "first valley": (VALLEYS, 2),
    "second valley": (VALLEYS, 4),
    "NaN": ([0.5, NAN, NAN, 0.4], 2),
    "only NaN": ([NAN, NAN, NAN], 2),
}


# Scenarios


def traces(module, cases):
    return [module.trace(*case) for case in cases]


def sweeps(module, losses, cases):
    """One sweep per case over the same list of losses; and what became of the list."""
    return [module.sweep(losses, *case) for case in cases], losses


def call(module, name, *arguments):
    getattr(module, name)(*arguments)


# What the examiner expects


def expected(losses, patience, min_delta=0.0):
    """Straight from the definition: the first epoch that lies `patience` behind the best one so far."""
    best = stop = None
    for epoch, loss in enumerate(losses):
        if loss < (math.inf if best is None else losses[best]) - min_delta:
            best = epoch
        elif epoch - (-1 if best is None else best) == patience:
            stop = epoch
            break
    run = len(losses) if stop is None else stop + 1
    lowest = math.inf if best is None else losses[best]
    return {
        "stop_epoch": stop, "best_epoch": best, "best_loss": lowest, "epochs_run": run,
        "wasted": run - 1 - (-1 if best is None else best),
    }  # fmt: skip


def random_case(draw):
    """(losses, min_delta) with every loss at least 0.005 away from the best and from best - min_delta."""
    min_delta = float(draw.choice([0.0, 0.05, 0.1]))
    losses = [best := round(float(draw.uniform(0.5, 2.0)), 3)]
    while len(losses) < 25:
        loss = round(best + float(draw.uniform(-0.2, 0.3)), 3)
        if min(abs(loss - best), abs(loss - (best - min_delta))) >= 0.005:
            losses.append(loss)
            best = loss if loss < best - min_delta else best
    return losses, min_delta


# What the examiner saw


def fixed(observe, name):
    """The trace of one of CURVES; all of them are asked at once."""
    seen = answers(observe(traces, list(CURVES.values())), len(CURVES))
    return dict(zip(CURVES, seen, strict=True))[name]


def agrees(seen, case, keys="stop_epoch best_epoch best_loss epochs_run wasted"):
    """The trace has these keys with the right values."""
    losses, patience, *min_delta = case
    told = f"patience {patience}{f', min_delta {min_delta[0]:g}' if min_delta else ''}, losses {losses}"
    right = expected(*case)
    assert isinstance(seen, dict), f"{told}: a trace is a dict, saw {seen!r}"
    for key in keys.split():
        assert key in seen, f"{told}: the key {key!r} is missing"
        close(seen[key], right[key], f"{told}: {why(key, seen, right)}{key}", 0, 1e-6)


def why(key, seen, right):
    """The likely reason for a wrong value, if it can be told."""
    stop, best = right["stop_epoch"], right["best_epoch"]
    if key == "stop_epoch" and stop is None and seen[key] is not None:
        return "nothing fired, so stop_epoch is None; "
    if key == "epochs_run" and stop is not None and seen[key] == stop:
        return f"stopping at epoch {stop} means that {stop + 1} epochs ran, 0 to {stop}; "
    if key == "best_epoch" and isinstance(seen[key], int) and best is not None and seen[key] > best:
        if stop is not None and seen[key] > stop:
            return f"training has stopped at epoch {stop} and cannot know what would come after; "
        return f"epoch {seen[key]} never counted as better than epoch {best}; "
    return ""


@points(1, hint="Walk along the curve with three variables: best loss, best epoch, bad epochs in a row.")
def test_chapter(observe):
    """With patience 3 the chapter's curve stops at epoch 11 and was best at epoch 8."""
    agrees(fixed(observe, "chapter"), CURVES["chapter"])


@points(1, hint="stop_epoch starts as None and changes only when the counter reaches patience.")
def test_never_fired(observe):
    """If patience outlasts the curve, stop_epoch is None and all epochs were run."""
    agrees(fixed(observe, "never"), CURVES["never"])


@points(1, hint="best_epoch and best_loss change on an improvement by more than min_delta, and only then.")
def test_min_delta(observe):
    """min_delta moves the best epoch."""
    for name in ("0.05", "0.02"):
        agrees(fixed(observe, name), CURVES[name])


@points(1, hint="Stop the loop where training stops; what comes later was never seen.")
def test_two_valleys(observe):
    """A small patience keeps the first valley, a larger one finds the second."""
    for name in ("first valley", "second valley"):
        agrees(fixed(observe, name), CURVES[name])


@points(3, hint="Replay one of the curves by hand: which epochs improve, how many bad ones in a row follow?")
def test_more_patience(observe, draw):
    """On any curve, more patience never stops earlier and never gives a worse best loss."""
    cases = [(losses, p, delta) for losses, delta in (random_case(draw) for _ in range(12)) for p in range(1, 9)]
    seen = answers(observe(traces, cases), 96)
    for one, case in zip(seen, cases, strict=True):
        agrees(one, case)
    for less, more, case in zip(seen, seen[1:], cases, strict=False):
        if case[1] < 8:
            told = f"losses {case[0]}: patience {case[1] + 1}, against patience {case[1]}:"
            assert more["best_loss"] <= less["best_loss"], f"{told} the best loss became worse"
            assert more["epochs_run"] >= less["epochs_run"], f"{told} training stopped earlier"


@points(3, hint="[trace(val_losses, p, min_delta) | {'patience': p} for p in patiences]; restored is the best epoch.")
def test_sweep(observe, draw):
    """A sweep equals single traces, in order, with the accuracy of the best epoch."""
    losses, min_delta = random_case(draw)
    accuracies = [round(float(a), 4) for a in draw.permutation(25) / 25]
    patiences = [5, 1, 3, 1, 30]
    cases = [(patiences, min_delta, accuracies), (patiences[:2],)]
    (full, short), after = answers(observe(sweeps, losses, cases), 2)
    for rows, asked, deltas in ((full, patiences, (min_delta,)), (short, patiences[:2], ())):
        for place, (row, patience) in enumerate(zip(answers(rows, len(asked)), asked, strict=True)):
            told = f"sweep over patiences {asked}, row {place}"
            assert isinstance(row, dict), f"{told}: a row is a dict, saw {row!r}"
            assert row.get("patience") == patience, f"{told}: patience must be {patience}, saw {row.get('patience')!r}"
            agrees(row, (losses, patience, *deltas))
    for row in full:
        seen, best, stop = row.get("accuracy"), row["best_epoch"], row["stop_epoch"]
        late = stop is not None and seen == accuracies[stop]
        told = f"patience {row['patience']}: asked for the restored model's accuracy (epoch {best})"
        close(seen, accuracies[best], f"{told}{f', got that of epoch {stop}' if late else ''}", 0, 1e-6)
    same(after, losses, "the list of losses that was handed in, after the sweeps")


@points(1, hint="NaN is below nothing, so it is a bad epoch; check the arguments before the loop.")
def test_nan_and_bad_input(observe):
    """NaN is a bad epoch; bad input is refused."""
    agrees(fixed(observe, "NaN"), CURVES["NaN"])
    agrees(fixed(observe, "only NaN"), CURVES["only NaN"], "stop_epoch best_epoch epochs_run")
    bad = [
        ("trace", [], 3), ("trace", CHAPTER, 0), ("trace", CHAPTER, -1), ("trace", CHAPTER, 3, -0.1),
        ("sweep", [], [1]), ("sweep", CHAPTER, [3, 0]), ("sweep", CHAPTER, [3], -0.1),
        ("sweep", VALLEYS, [1], 0.0, [0.5] * 7), ("sweep", VALLEYS, [1], 0.0, [0.5] * 9),
    ]  # fmt: skip
    good = [("trace", [1.0], 1), ("trace", CHAPTER, 3, 0.1), ("sweep", VALLEYS, [3, 1], 0.0, [0.5] * 8)]
    observe.refuses(call, bad=bad, good=good, error=ValueError, what="the call")
