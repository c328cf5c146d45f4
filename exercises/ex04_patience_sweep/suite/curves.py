"""Validation curves, drawn anew in every run, the right answer of trace() on them, and how an answer is read."""

import math

from grader.suite import answers, require

KEYS = ("stop_epoch", "best_epoch", "best_loss", "epochs_run", "wasted")


# ---- scenario: runs beside the learner's code and only reports


def replay(module, calls, keys):
    """Per call of trace() these keys of the dict; anything else than a dict as it is."""
    seen = []
    for call in calls:
        row = module.trace(*call)
        seen.append({key: row[key] for key in keys if key in row} if isinstance(row, dict) else row)
    return seen


# ---- the examiner's side


def trace(losses, patience, min_delta=0.0):
    """The right answer of trace(), by its definition."""
    best, lowest = None, math.inf
    for epoch, loss in enumerate(losses):
        if loss < lowest - min_delta:
            best, lowest = epoch, loss
        bad = epoch + 1 if best is None else epoch - best
        if bad == patience:
            return dict(zip(KEYS, (epoch, best, lowest, epoch + 1, bad), strict=True))
    return dict(zip(KEYS, (None, best, lowest, len(losses), bad), strict=True))


def traced(observe, calls, *keys):
    """(losses, settings in words, right answer, answer) per call; the answer is a dict that has these keys."""
    seen = answers(observe(replay, calls, keys), len(calls))
    told = []
    for (losses, patience, *more), row in zip(calls, seen, strict=True):
        setting = f"patience {patience}" + "".join(f", min_delta {delta}" for delta in more)
        has(row, keys, f"losses {losses}, {setting}")
        told.append((losses, setting, trace(losses, patience, *more), row))
    return told


def has(row, keys, what):
    require(
        row is not None, f"{what}: expected a dict, saw None", "Does every way through your function return the dict?"
    )
    assert isinstance(row, dict), f"{what}: expected a dict, saw {row!r}"
    missing = [key for key in keys if key not in row]
    assert not missing, f"{what}: the dict has no {', '.join(missing)}"


def beside(epoch, right):
    """The same epoch, give or take one: whether it is the very one is asked elsewhere."""
    return isinstance(epoch, (int, float)) and abs(epoch - right) <= 1


def near(stop, right, losses):
    """The same stop, give or take one epoch; what stands for "no stop" is asked elsewhere as well."""
    if stop is None:
        return right is None or right == len(losses) - 1
    if right is None:
        return isinstance(stop, (int, float)) and (stop == -1 or stop >= len(losses) - 1)
    return beside(stop, right)


def ends(stop):
    return "no stop" if stop is None else f"a stop at epoch {stop}"


def falling(draw, epochs, digits=3):
    """Losses below 1 that fall by 0.03 to 0.08 per epoch."""
    losses = [round(float(draw.uniform(0.85, 0.95)), digits)]
    while len(losses) < epochs:
        losses.append(round(losses[-1] - float(draw.uniform(0.03, 0.08)), digits))
    return losses


def above(draw, loss, epochs, digits=3):
    """Losses that are 0.02 to 0.3 above this one and rise."""
    return sorted(round(loss + float(draw.uniform(0.02, 0.3)), digits) for _ in range(epochs))


def valley(draw, down, up, digits=3):
    """`down` epochs of falling losses, then `up` epochs above the last of them."""
    losses = falling(draw, down, digits)
    return losses + above(draw, losses[-1], up, digits)


def slight(draw):
    """A min_delta that is smaller than every gain of `falling`."""
    return round(float(draw.uniform(0.001, 0.01)), 4)


def steps(start, step, epochs, digits=4):
    """Losses that change by the same step every epoch."""
    return [round(start + step * epoch, digits) for epoch in range(epochs)]


def random_curve(draw, min_delta, slow=False, epochs=16):
    """Losses of which each is at least 0.005 away from the best before it and from that best - min_delta.

    On a slow curve most epochs gain a little, less than min_delta.
    """
    losses = [round(float(draw.uniform(0.3, 1.5)), 3)]
    best = losses[0]
    while len(losses) < epochs:
        step = draw.uniform(-0.7, 0.2) * min_delta if slow else draw.uniform(-0.15, 0.3)
        loss = round((losses[-1] if slow else best) + float(step), 3)
        if min(abs(loss - best), abs(loss - (best - min_delta))) >= 0.005:
            losses.append(loss)
            best = loss if loss < best - min_delta else best
    return losses
