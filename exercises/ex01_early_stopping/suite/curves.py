"""Validation curves and where early stopping must end them."""

CHAPTER = [2.50, 1.80, 1.20, 0.85, 0.60, 0.48, 0.42, 0.39, 0.38, 0.39, 0.41, 0.44]
RISING = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 2.1]

# name: (validation losses, patience, min_delta); only in "equal" does a loss come close to one it is compared with.
CURVES = {
    "chapter 1": (CHAPTER, 1, 0.001),
    "chapter 2": (CHAPTER, 2, 0.001),
    "chapter 3": (CHAPTER, 3, 0.001),
    "chapter 4": (CHAPTER, 4, 0.001),
    "defaults": (RISING,),
    "recovers": ([1.0, 1.1, 1.1, 0.9, 1.0, 1.0, 1.0], 3, 0.0),
    "slow recovery": ([1.0, 2.0, 1.9, 1.8], 3, 0.0),
    "small gains": ([1.0, 0.96, 0.92, 0.88], 10, 0.1),
    "small rises": ([1.0, 1.04, 1.08, 1.12], 10, 0.1),
    "small losses": ([0.10, 0.07, 0.06], 10, 0.05),
    "equal": ([0.5, 0.5, 0.5, 0.5], 3, 0.0),
}


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
    first = float(draw.choice([0.3, 1.0, -0.5]))
    losses, best = [first], first
    while len(losses) < 16:
        loss = round(best + float(draw.uniform(-0.2, 0.25)), 3)
        if min(abs(loss - best), abs(loss - (best - min_delta))) < 0.005:
            continue
        losses.append(loss)
        best = loss if loss < best - min_delta else best
    return losses, patience, min_delta
