"""Validation curves, drawn anew in every run, and where early stopping must end them."""


def trace(losses, patience=10, min_delta=0.0):
    """(epoch of the stop or None, best epoch or None), straight from the definition."""
    best = None
    for epoch, loss in enumerate(losses):
        if loss == loss and (best is None or loss < losses[best] - min_delta):
            best = epoch
        elif epoch - (-1 if best is None else best) == patience:
            return epoch, best
    return None, best


def falling(draw, epochs, start=None):
    """Losses that fall by 0.03 to 0.1 per epoch."""
    losses = [round(float(draw.uniform(1.5, 2.5)), 3) if start is None else start]
    while len(losses) < epochs:
        losses.append(round(losses[-1] - float(draw.uniform(0.03, 0.1)), 3))
    return losses


def above(draw, loss, epochs):
    """Losses that are 0.02 to 0.3 above this one and rise."""
    return sorted(round(loss + float(draw.uniform(0.02, 0.3)), 3) for _ in range(epochs))


def valley(draw, down, up):
    """`down` epochs of falling losses, then `up` epochs above the last of them."""
    losses = falling(draw, down)
    return losses + above(draw, losses[-1], up)


def slight(draw):
    """A min_delta that is smaller than every gain of `falling`."""
    return round(float(draw.uniform(0.001, 0.01)), 4)


def steps(start, step, epochs, digits=3):
    """Losses that change by the same step every epoch."""
    return [round(start + step * epoch, digits) for epoch in range(epochs)]


def random_training(draw, slow=False):
    """(losses, patience, min_delta) with every loss at least 0.005 away from the best and from best - min_delta.

    On a slow one most epochs gain a little, less than min_delta.
    """
    patience, min_delta = int(draw.integers(1, 5)), float(draw.choice([0.05, 0.1] if slow else [0.0, 0.05, 0.1]))
    first = float(draw.choice([0.3, 1.0, -0.5]))
    losses, best = [first], first
    while len(losses) < 16:
        step = draw.uniform(-0.7, 0.2) * min_delta if slow else draw.uniform(-0.2, 0.25)
        loss = round((losses[-1] if slow else best) + float(step), 3)
        if min(abs(loss - best), abs(loss - (best - min_delta))) < 0.005:
            continue
        losses.append(loss)
        best = loss if loss < best - min_delta else best
    return losses, patience, min_delta
