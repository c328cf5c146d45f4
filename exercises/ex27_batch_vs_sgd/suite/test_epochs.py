"""ex27, the epoch: compared with an explicit loop in float64."""

import numpy as np
from calls import counts, epoch, epoch_and_single_steps, steps_alone, try_epoch
from oracle import agreement, cut, epoch_of, rate, slope, some_data, told, usual

from grader.suite import answers, close, points, require, same, shaped


def check_end(seen, w, X, y, lr, size, order, what):
    """The end of the epoch, with a word about what it is instead."""
    end = shaped(seen["w"], w.shape, f"{what}: new w")
    hint = told(end, usual(w, X, y, lr, size, order))
    close(end, epoch_of(w, X, y, lr, cut(order, size)), f"{what}: new w{hint}")


@points(2, hint="One batch of all samples: w - lr * 2 / N * X.T @ (X @ w - y).")
def test_all_samples(observe, draw):
    """With batch_size N an epoch is one step of gradient descent."""
    for n, d in ((12, 3), (1, 2), (7, 1)):
        (w, X, y), lr = some_data(draw, n, d), rate(draw)
        seen = observe(epoch, w, X, y, lr, n, draw.permutation(n).tolist())
        check_end(seen, w, X, y, lr, n, list(range(n)), f"batch_size {n} of {n} samples, {d} features")


@points(2, hint="`order` says which sample comes when; w moves after each of them.")
def test_one_sample_at_a_time(observe, draw):
    """With batch_size 1 each sample makes an update, in the given order."""
    for kind in ("list", "tuple", "range"):
        (w, X, y), lr, order = some_data(draw), rate(draw), draw.permutation(12).tolist()
        order = list(range(12)) if kind == "range" else order
        seen = observe(epoch, w, X, y, lr, 1, order, kind)
        check_end(seen, w, X, y, lr, 1, order, f"batch_size 1, order a {kind}")


def check_batches(observe, data, lr, size, order, what):
    """The end of the epoch against the submission's own steps on one batch after the other."""
    w, X, y = data
    end, places = answers(observe(epoch_and_single_steps, w, X, y, lr, size, order), 2)
    places = [shaped(one, w.shape, f"{what}: w on the way") for one in answers(places, len(cut(order, size)))]
    first = cut(order, size)[0]
    along = agreement(w - places[0], slope(w, X[first], y[first]))
    require(along > 0.99, f"{what}: the first step does not go against the gradient of its batch")
    hint = told(end, usual(w, X, y, lr, size, order))
    close(end, places[-1], f"{what}, against your own steps on one batch after the other: new w{hint}")


@points(2, hint="Consecutive slices of `order`: its samples decide, not their places.")
def test_batches_follow_the_order(observe, draw):
    """Batches are consecutive pieces of the order."""
    for size in (3, 4, 6):
        what = f"12 samples, batch_size {size}, a random order"
        check_batches(observe, some_data(draw), rate(draw), size, draw.permutation(12).tolist(), what)


@points(2, hint="A slice that reaches beyond the end is short: divide by `len(i)`, not by `batch_size`.")
def test_short_last_batch(observe, draw):
    """A short last batch is used, and averaged over its own size."""
    for n, size in ((10, 4), (11, 5), (7, 6)):
        what = f"{n} samples, batch_size {size}"
        check_batches(observe, some_data(draw, n), rate(draw), size, list(range(n)), what)


@points(1, hint="Count the rounds of the loop.")
def test_number_of_updates(observe, draw):
    """The number of updates is N / batch_size, rounded up."""
    # verify: ignores nan, stretched (counts are whole numbers)
    w, X, y = some_data(draw)
    sizes = ((10, 4, 3), (9, 3, 3), (7, 1, 7), (8, 8, 1), (8, 7, 2))
    seen = observe(counts, w, X, y, [(size, draw.permutation(n).tolist()) for n, size, _ in sizes])
    for call, ((n, size, updates), (found, kind)) in enumerate(zip(sizes, answers(seen, 5), strict=True), 1):
        require(kind == "int", f"updates is a {kind}, expected an int")
        same(found, updates, f"{n} samples, batch_size {size}: updates of the call, number {call} of 5")


@points(2, hint="Each gradient is a mean over its batch, so the full one is the mean of those of single samples.")
def test_single_gradients_average(observe, draw):
    """Gradients of single samples average to that of all."""
    (w, X, y), lr = some_data(draw, 8), 0.5
    alone, together = answers(observe(steps_alone, w, X, y, lr), 2)
    moves = [w - shaped(one, w.shape, "w after a step on one sample") for one in answers(alone, 8)]
    whole = w - shaped(together, w.shape, "w after a step on all samples")
    away = "a step on all samples does not go against the gradient of the mean squared error"
    require(agreement(whole, slope(w, X, y)) > 0.99, away)
    ratio = float(np.linalg.norm(whole) / max(float(np.linalg.norm(np.mean(moves, 0))), 1e-12))
    what = f"lr times the gradient of all 8 samples, against the mean of the 8 single ones ({ratio:.2f} times as long)"
    close(whole, np.mean(moves, 0), what, rtol=1e-3, atol=1e-4)


@points(1, hint="`w = w - ...` makes a new tensor, `w -= ...` changes the one that you were given.")
def test_arguments_stay(observe, draw):
    """No argument is changed, and the dtype stays."""
    for dtype in ("float32", "float64"):
        w, X, y = (part.astype(dtype) for part in some_data(draw))
        order = draw.permutation(12).tolist()
        seen = observe(epoch, w, X, y, 0.05, 5, order)
        for name, now, before in zip(
            ("w", "X", "y", "order"), answers(seen["given"], 4), (w, X, y, order), strict=True
        ):
            same(now, before, f"{name} after the epoch")
        end = shaped(seen["w"], (3,), "new w", dtype)
        require(float(np.abs(end - w).max()) > 1e-4, "the new w is the old one: nothing was learned")


@points(1, hint="`sorted(order)` must be 0, 1, ... N-1, and the batch size must lie from 1 to N.")
def test_bad_arguments(observe):
    """A bad batch_size or order is refused."""
    plain = [0, 1, 2, 3]
    bad = [(0, plain), (-1, plain), (5, plain), (2, [0, 1, 2]), (2, [0, 1, 2, 2]), (2, [1, 2, 3, 4]),
           (2, [0, 1, 2, 3, 3]), (2, [0, 1, 2, -1]), (2, [0, 0, 3, 3]), (1, [0, 2, 2, 3])]  # fmt: skip
    good = [(1, plain), (4, [3, 1, 0, 2]), (3, plain)]
    observe.refuses(try_epoch, bad, good, ValueError, "sgd_epoch of 4 samples(batch_size, order)")
