"""ex19: rows of soft targets, and a loss whose smallest value lies at a finite distance between the scores."""

import numpy as np
import torch
from torch.nn import functional

from grader.suite import answers, close, normal, one_hot, points, same

# ---- scenarios: run beside the learner's code and only report


def soften(module, targets, classes, epsilon):
    """The rows, what the call left of the targets, and the rows of a second call; epsilon None: the default."""
    given, more = targets.clone(), () if epsilon is None else (epsilon,)
    rows = module.smooth_labels(given, classes, *more)
    return [rows, given, module.smooth_labels(classes - 1 - targets, classes, *more)]


def measure(module, logits, targets, epsilon):
    return module.smoothed_cross_entropy(logits, targets, *(() if epsilon is None else (epsilon,)))


def measure_second(module, logits, targets, epsilon):
    """The loss after a call with other targets, of which nothing may be left in it."""
    more = () if epsilon is None else (epsilon,)
    module.smoothed_cross_entropy(logits, logits.shape[1] - 1 - targets, *more)
    return module.smoothed_cross_entropy(logits, targets, *more)


def loss_and_slope(module, logits, targets, epsilon, times):
    """The loss, and the gradient of so many times the loss."""
    logits.requires_grad_()
    loss = module.smoothed_cross_entropy(logits, targets, epsilon)
    (times * loss).backward()
    return [loss, logits.grad]


def pytorchs(logits, targets, epsilon):
    return functional.cross_entropy(logits, targets, label_smoothing=epsilon)


def try_soften(module, targets, classes, epsilon):
    module.smooth_labels(torch.tensor(targets), classes, epsilon)


# ---- the examiner's side


def some_classes(draw, n, classes):
    """(n,) class numbers, of which the last class is none: the targets do not tell how many classes there are."""
    return draw.integers(0, classes - 1, n)


def some_epsilon(draw):
    return round(float(draw.uniform(0.1, 0.6)), 2)


def soft_rows(targets, classes, epsilon):
    return (1 - epsilon) * one_hot(targets, classes).astype(np.float64) + epsilon / classes


def rows_meant(observe, logits, targets, epsilon):
    """The rows that the loss is measured against: those of `smooth_labels`, where they are others than the right ones
    and the loss follows them. What is wrong in them costs the test of rows and that of PyTorch's loss, and no other.
    """
    classes = logits.shape[1]
    right = soft_rows(targets, classes, epsilon)
    try:
        own = observe(soften, targets, classes, epsilon)[0]
        seen = observe(measure, logits, targets, epsilon)
    except Exception:  # noqa: BLE001  whatever it is, the test itself will meet it
        return right
    if not isinstance(own, np.ndarray) or own.shape != right.shape or own.dtype.kind != "f" or not (own > 0).all():
        return right
    follows = isinstance(seen, float) and np.isclose(seen, cross_entropy(logits, own).mean(), rtol=1e-4)
    return own.astype(np.float64) if follows else right


def log_softmax(logits):
    shifted = logits.astype(np.float64) - logits.max(1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(1, keepdims=True))


def cross_entropy(logits, rows):
    """Per sample: (N, K) logits and rows -> (N,)."""
    return -(rows * log_softmax(logits)).sum(1)


def naming(what, seen, wrong):
    """`what`, with the name of the wrong formula that gives just the numbers seen, if there is one."""
    for why, values in wrong.items():
        alike = isinstance(seen, (float, np.ndarray)) and np.shape(seen) == np.shape(values)
        if alike and np.allclose(seen, values, rtol=1e-4, atol=1e-5):
            return f"{what}: {why}"
    return what


@points(2, hint="All K classes share epsilon evenly, and the right class is one of the K.")
def test_rows(observe, draw):
    """Rows sum to 1; the right class gets 1 - ε + ε/K, each other one ε/K."""
    cases = [(np.array([2, 0]), 4, None), (some_classes(draw, 7, 4), 4, 0.1)]
    cases += [(some_classes(draw, n, classes), classes, some_epsilon(draw)) for n, classes in ((5, 3), (1, 9), (6, 6))]
    for (targets, classes, given), answer in zip(cases, answers(observe.each(soften, cases), 5), strict=True):
        rows, after, other = answers(answer, 3)
        epsilon = 0.1 if given is None else given
        rest = one_hot(targets, classes) == 0
        short = soft_rows(targets, classes, epsilon)
        short[~rest] = 1 - epsilon
        wrong = {
            "you spread ε over the K - 1 other classes; the uniform part covers the right class too":
                np.where(rest, epsilon / (classes - 1), 1 - epsilon),
            "the right class has 1 - ε without its own share, so the row sums to less than 1": short,
        }  # fmt: skip
        what = f"K = {classes}, ε = {epsilon}{' by default' if given is None else ''}"
        close(rows, soft_rows(targets, classes, epsilon), naming(what, rows, wrong))
        assert rows.dtype.kind == "f", f"{what}: the rows hold {rows.dtype}, no floats"
        close(other, soft_rows(classes - 1 - targets, classes, epsilon), f"{what}, other targets in a second call")
        same(after, targets, "the targets after the call (they must not be modified)")


@points(1, hint="Nothing to give away: (1 - 0) * one_hot + 0. Mind `epsilon or 0.1`.")
def test_epsilon_zero(observe, draw):
    """ε = 0 is one-hot and the plain cross entropy."""
    targets, logits = some_classes(draw, 6, 5), 2 * normal(draw, 6, 5)
    rows, _, _ = answers(observe(soften, targets, 5, 0.0), 3)
    close(rows, one_hot(targets, 5), "ε = 0: rows")
    assert rows.dtype.kind == "f", f"ε = 0: the rows hold {rows.dtype}, no floats"
    plain = cross_entropy(logits, one_hot(targets, 5)).mean()
    close(observe(measure, logits, targets, 0.0), plain, "ε = 0: loss, against the plain cross entropy")


@points(2, hint="Soft targets, raw scores, every class in the sum, and the mean over the batch.")
def test_equals_pytorchs(observe, neutral, draw):
    """The loss equals PyTorch's label_smoothing."""
    cases = []
    for n, classes in ((5, 5), (3, 12), (1, 2), (9, 4)):
        epsilon = None if classes == 4 else some_epsilon(draw)
        cases.append((2 * normal(draw, n, classes), some_classes(draw, n, classes), epsilon))
    theirs = answers(neutral.each(pytorchs, [(*case[:2], case[2] or 0.1) for case in cases]), 4)
    for (logits, targets, given), seen, expected in zip(
        cases, answers(observe.each(measure_second, cases), 4), theirs, strict=True
    ):
        epsilon, (n, classes) = given or 0.1, logits.shape
        rows, hard = soft_rows(targets, classes, epsilon), one_hot(targets, classes)
        right = (hard * log_softmax(logits)).sum(1)
        rest = epsilon / max(classes - 1, 1)
        wrong = {
            f"this is the sum over the batch: the loss grows with N = {n}": cross_entropy(logits, rows).sum(),
            "this is a mean over all N × K numbers": cross_entropy(logits, rows).mean() / classes,
            "this is the plain cross entropy; ε plays no part": -right.mean(),
            "the softmax runs over the batch, not over the classes": cross_entropy(logits.T, rows.T).sum() / n,
            "the targets of the call before this one are in it": cross_entropy(logits, rows[:, ::-1]).mean(),
            "only the right class is in the sum": -(rows.max(1) * right).mean(),
            "the targets are softened, not the scores": cross_entropy(
                (1 - epsilon) * logits + epsilon / classes, hard
            ).mean(),
            "you spread ε over the K - 1 other classes": cross_entropy(
                logits, np.where(hard > 0, 1 - epsilon, rest)
            ).mean(),
        }
        what = f"N = {n}, K = {classes}, ε = {epsilon}{' by default' if given is None else ''}: loss"
        close(seen, expected, naming(what, seen, wrong))


@points(2, hint="Every other class keeps ε/K of the target, so its log probability counts: let it in.")
def test_best_gap_is_finite(observe, draw):
    """The best distance between the right score and the others is finite."""
    # verify: ignores emptied stretched (rows of another form are not taken, and a loss is a number)
    for classes, epsilon in ((10, 0.1), (int(draw.integers(4, 15)), some_epsilon(draw))):
        targets = some_classes(draw, 1, classes)
        rows = rows_meant(observe, normal(draw, 1, classes), targets, epsilon)
        best = float(np.log(rows[0, targets[0]] / rows[0, targets[0] - 1]))
        gaps = [best, best - 1.5, best + 3.5, 40.0]
        logits = [(gap * one_hot(targets, classes) + normal(draw, 1)).astype(np.float32) for gap in gaps]
        seen = answers(observe.each(measure, [(scores, targets, epsilon) for scores in logits]), 4)
        what = f"K = {classes}, ε = {epsilon}: loss at a distance of"
        for gap, loss, scores in zip(gaps, seen, logits, strict=True):
            expected = cross_entropy(scores, rows)[0]
            close(loss, expected, f"{what} {gap:.2f} (the best one is {best:.3f})")
        for gap, loss in zip(gaps[1:], seen[1:], strict=True):
            assert loss > seen[0], (
                f"{what} {gap:.2f} is {loss:.4f}, not more than {seen[0]:.4f} at the best, {best:.3f}"
            )


@points(2, hint="Both parts of the loss depend on the logits; keep everything in the graph (no detach, no no_grad).")
def test_gradient(observe, draw):
    """Overconfidence is punished: the gradient is exact."""
    n, classes, epsilon = 5, 6, some_epsilon(draw)
    targets = some_classes(draw, n, classes)
    hard = one_hot(targets, classes)
    sure = (hard * 12 + normal(draw, n, classes)).astype(np.float32)
    rows = rows_meant(observe, normal(draw, n, classes), targets, epsilon)
    mass = rows.sum(1, keepdims=True)  # 1, but for rows of somebody's own
    for logits, what in ((2 * normal(draw, n, classes), "random scores"), (sure, "scores 12 above the rest")):
        loss, slope = answers(observe(loss_and_slope, logits, targets, epsilon, 1.0), 2)
        p = np.exp(log_softmax(logits))
        close(loss, cross_entropy(logits, rows).mean(), f"{what}, ε = {epsilon}: loss")
        wrong = {
            "too much confidence is not punished": (p - hard) / n,
            "only the part with the right class reaches the logits": (1 - epsilon) * (p - hard) / n,
        }
        close(slope, (mass * p - rows) / n, naming(f"{what}, ε = {epsilon}: gradient by the logits", slope, wrong))
    # The loss may be one part of a larger one.
    times = round(float(draw.uniform(2, 5)), 1)
    _, slope = answers(observe(loss_and_slope, logits, targets, epsilon, times), 2)
    once = {"this is the gradient of the loss itself, what arrives from above is left out": (mass * p - rows) / n}
    close(slope, times * (mass * p - rows) / n, naming(f"{times} * loss: gradient by the logits", slope, once))


@points(1, hint="log(softmax(x)) takes the log of 0; log_softmax does not.")
def test_large_logits(observe, draw):
    """Logits of 1e4 stay finite."""
    # verify: ignores emptied stretched (rows of another form are not taken, and a loss is a number)
    targets = some_classes(draw, 4, 3)
    logits = (1e4 * (2 * draw.permuted(np.tile(np.arange(3.0), (4, 1)), axis=1) - 2)).astype(np.float32)
    rows = rows_meant(observe, normal(draw, 4, 3), targets, 0.1)
    seen = observe(measure, logits, targets, 0.1)
    assert isinstance(seen, float) and np.isfinite(seen), f"the loss is {seen!r} for logits of 1e4"
    close(seen, cross_entropy(logits, rows).mean(), "logits of -2e4, 0 and 2e4: loss")
    apart = (normal(draw, 4, 3) + draw.permutation([1e4, 100.0, 0.0, -1e4])[:, None]).astype(np.float32)
    seen = observe(measure, apart, targets, 0.1)
    what = "one sample's logits near 1e4, others near 100, 0 and -1e4: loss"
    own = "What is subtracted before exp must be each row's own largest logit."
    close(seen, cross_entropy(apart, rows).mean(), what, atol=5e-3, hint=own)


@points(1, hint="Check 0 <= epsilon < 1 and 0 <= target < K; a negative index is legal in PyTorch.")
def test_bad_input_is_refused(observe):
    """An ε outside [0, 1) and a target outside 0..K-1 are refused."""
    what = "smooth_labels of targets, K, ε"
    good = [([0, 1, 2], 3, 0.0), ([0, 2], 3, 0.5), ([3], 4, 0.999), ([2, 2], 4, 0.1)]
    observe.refuses(try_soften, [([0, 1], 3, -0.1), ([0, 1], 3, 1.0), ([0], 3, 1.5)], good, ValueError, what)
    # PyTorch's own one_hot answers with a RuntimeError, an index with an IndexError.
    errors = (ValueError, RuntimeError, IndexError)
    observe.refuses(
        try_soften,
        [([0, 3], 3, 0.1), ([-1, 0], 3, 0.1), ([7], 3, 0.0), ([0, -100], 3, 0.1), ([255, 1], 4, 0.2)],
        good,
        errors,
        what,
    )
