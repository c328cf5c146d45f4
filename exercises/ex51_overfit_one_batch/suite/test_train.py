"""ex51: the repaired loop, one test for each of the five bugs; what another bug changes is judged in its own test."""

import numpy as np
from loops import READINGS, by_hand, ended, off, slope, softmax, some_layer, steps_of, trained

from grader.suite import close, exactly, normal, points, require, same


@points(1.5, hint="Clear the gradients before every backward, not once for each epoch.")
def test_gradients_are_cleared(observe, draw):
    """train clears the gradients for each minibatch."""
    layer, lr, rate = some_layer(draw, 4, 3), float(draw.uniform(0.1, 0.4)), {"epochs": 2, "batch_size": 4, "seed": 3}
    x, y = np.repeat(normal(draw, 1, 4), 12, 0), np.full(12, draw.integers(0, 3))  # twelve times the same pair
    for old in (None, float(draw.uniform(2, 9))):
        end = ended(observe(trained, layer, x, y, {**rate, "lr": lr}, "plain", old), layer, "12 equal pairs")
        what = f"12 equal pairs, 2 epochs of 3 minibatches{'' if old is None else f', {old:.2f} in every .grad before'}"
        batches = [(x[:4], y[:4])] * 6
        right = [by_hand(layer, batches, lr, twice)[1][-1] for twice in (False, True)]
        if min(off(end, one) for one in right) < 1e-4:
            continue
        sums, each = (
            [by_hand(layer, batches, lr, twice, *kind)[1][-1] for twice in (False, True)]
            for kind in ((True,), (False, 3))
        )
        why = ""
        if min(off(end, one) for one in sums) < 1e-4:
            why = " (the gradients of all minibatches so far were added up)"
        elif min(off(end, one) for one in each) < 1e-4:
            why = " (the gradients were cleared once for each epoch only)"
        elif old is not None:
            why = " (what stood in .grad before played a part)"
        close(end, right[0], f"{what}: the weights{why}", rtol=0, atol=1e-4)


@points(3, hint="One `torch.randperm(len(X), generator=...)` for each epoch; `X[order]` and `y[order]`.")
def test_pairs_stay_pairs(observe, draw):
    """train goes through all pairs once in each epoch, in a new order that `seed` decides."""
    for shape, n, size in (((4,), 11, 4), ((2, 3), 12, 5)):
        entries = int(np.prod(shape))
        layer, lr = some_layer(draw, entries, 4), float(draw.uniform(0.05, 0.2))
        x, y = normal(draw, n, *shape), draw.permutation(np.arange(n) % 4)
        per, epochs, seed = -(-n // size), 3, int(draw.integers(1, 1000))
        options = {"epochs": epochs, "lr": lr, "batch_size": size, "seed": seed}
        what = f"{n} samples in minibatches of {size}"
        seen = observe(trained, layer, x, y, options)
        steps = steps_of(seen, x, layer)
        sizes = [min(size, n - i) for i in range(0, n, size)] * epochs
        same([len(chosen) for chosen, *_ in steps], sizes, f"{what}, {epochs} epochs: samples of each step")
        orders = [sum((chosen for chosen, *_ in steps[i : i + per]), []) for i in range(0, len(steps), per)]
        for epoch, order in enumerate(orders):
            require(sorted(order) == list(range(n)), f"{what}: epoch {epoch} used the samples {order}")
        batches = [(x[chosen], y[chosen]) for chosen, *_ in steps]
        wrong = [first_wrong(steps, by_hand(layer, batches, lr, *reading)[1]) for reading in READINGS]
        if None not in wrong:
            k = max(wrong)
            told = f"step {k} took the samples {steps[k][0]}, whose labels are {y[steps[k][0]].tolist()}"
            why = "X and y were torn apart" if other_labels(steps[k], x, lr) else "is it plain SGD?"
            require(False, f"{what}: {told}, but its step is not that of these pairs; {why}")
        same(seen["given"], (x, y), f"{what}: X and y after the training")
        require(orders[0] != list(range(n)), f"{what}: the first epoch has the samples in their own order")
        require(orders[0] != orders[1] != orders[2], f"{what}: two epochs have the same order")
        again, other = (
            [chosen for chosen, *_ in steps_of(observe(trained, layer, x, y, more, "plain", None, 7), x, layer)]
            for more in (options, {**options, "seed": seed + 1})
        )
        first = [chosen for chosen, *_ in steps]
        require(again == first, f"{what}: the same seed gave another order")
        require(other != first, f"{what}: another seed gave the same order")
    default = {"epochs": 1, "lr": lr, "batch_size": 1}
    without, zero = (
        [chosen for chosen, *_ in steps_of(observe(trained, layer, x, y, one), x, layer)]
        for one in (default, {**default, "seed": 0})
    )
    same(without, zero, f"{n} samples, one by one: the order without a seed, against that of seed 0")


def first_wrong(steps, path):
    """The first step that does not end where it should; None if all do."""
    return next(
        (i for i, (step, right) in enumerate(zip(steps, path, strict=True)) if off(step[2], right) > 2e-4), None
    )


def other_labels(step, x, lr):
    """Whether a step is one of SGD with some other labels: what the bias moved by counts them."""
    chosen, before, after, _ = step
    p = softmax(x[chosen].reshape(len(chosen), -1).astype(np.float64) @ np.asarray(before[0]).T + before[1])
    counts = p.sum(0) - len(chosen) * (np.asarray(before[1], np.float64) - after[1]) / lr
    return bool(np.abs(counts - counts.round()).max() < 0.02)


@points(2, hint="`F.cross_entropy` has a softmax of its own: give it what the model gave.")
def test_loss_of_logits(observe, draw):
    """train goes down the cross entropy of the logits."""
    classes = int(draw.integers(3, 7))
    layer, lr = some_layer(draw, 4, classes), float(draw.uniform(0.5, 2))
    x, y = np.repeat(normal(draw, 1, 4), 9, 0), draw.integers(0, classes, 9)  # one sample with many labels
    seen = observe(trained, layer, x, y, {"epochs": 1, "lr": lr, "batch_size": 9})
    end = ended(seen, layer, "one step")
    ways = [by_hand(layer, [(x, y)], lr, twice) for twice in (False, True)]
    why = (
        " (it is that of a softmax before the loss, whose floor is ln(1 + (K - 1)/e))"
        if off(end, ways[1][1][0]) < 1e-4
        else ""
    )
    close(
        end,
        ways[0][1][0],
        f"K = {classes}, all samples in one step: the weights after this step{why}",
        rtol=0,
        atol=1e-4,
    )


@points(2, hint="`total += loss.item() * len(xb)`, and after the epoch `total / len(X)`.")
def test_history(observe, draw):
    """train's history has a plain float for each epoch: the mean over all samples before their steps."""
    # verify: ignores stretched (it looks at the history, whose entries are plain numbers)
    layer, x = some_layer(draw, 4, 3), np.repeat(normal(draw, 1, 4), 10, 0)
    kinds = draw.permutation(3)
    y = draw.permutation(np.repeat(kinds[:2], [7, 3]))  # a last batch of one never has their shares
    seen = observe(trained, layer, x, y, {"epochs": 2, "lr": 1e-9, "batch_size": 3})
    told = exactly(seen["history"], 2, "history of 2 epochs")
    require(all(seen["plain"]), "the history holds something else than plain floats; take the number out: loss.item()")
    means = [float(slope(layer, x, y, twice)[0].mean()) for twice in (False, True)]
    right = means[int(abs(told[0] - means[1]) < 1e-4)]  # of which softmax is left is judged elsewhere
    what, named = "10 samples in minibatches of 3, 3, 3 and 1, learning rate 1e-9", {}
    for twice, mean in zip((False, True), means, strict=True):
        for label in kinds[:2]:  # of the last sample
            last = float(slope(layer, x[:1], np.array([label]), twice)[0][0])
            three = (10 * mean - last) / 3  # the sum of the means of the three others
            named[(three + last) / 4] = "the mean of four batch means"
            named[three + last] = "the sum of four batch means"
    found = [f" ({name})" for value, name in named.items() if abs(told[0] - value) < 1e-4]
    close(told, [right] * 2, f"{what}: history{(*found, '')[0]}", rtol=1e-4)
    lr = float(draw.uniform(0.2, 0.5))
    seen = observe(trained, layer, x, y, {"epochs": 3, "lr": lr, "batch_size": 10})
    told = exactly(seen["history"], 3, "history of 3 epochs")
    ways = [[loss.mean() for loss in by_hand(layer, [(x, y)] * 3, lr, *reading)[0]] for reading in READINGS]
    right = min(ways, key=lambda way: np.abs(np.subtract(way, told)).max())
    close(told, right, f"all samples in one minibatch, learning rate {lr:.2f}: history, before each step", rtol=1e-3)


@points(1.5, hint="`model.train()` belongs inside the loop over the epochs: the measurement leaves eval mode on.")
def test_train_mode(observe, draw):
    """train has the whole model in train mode in every epoch."""
    layer = some_layer(draw, 4, 3)
    x, y = np.repeat(0.5 * normal(draw, 1, 4), 6, 0), np.full(6, draw.integers(0, 3))
    options = {"epochs": 4, "lr": float(draw.uniform(0.05, 0.1)), "batch_size": 2}  # never so sure that a step is 0
    seen, twin = (observe(trained, layer, x, y, options, kind) for kind in ("train mode", "always"))
    modes = [mode for *_, mode in steps_of(seen, x, layer)]
    same(len(modes), 12, "steps in 4 epochs of 3 minibatches")
    resting = [epoch for epoch in range(4) if not all(modes[3 * epoch : 3 * epoch + 3])]
    told = f"epoch {resting[0]} of 4: a layer inside was in eval mode while it was trained" if resting else ""
    require(not resting, told)
    ends = [ended(one, layer, "after the training") for one in (seen, twin)]
    what = "a model that doubles its answers in train mode, after 4 epochs, against one that always doubles them"
    close(ends[0], ends[1], f"{what}: the weights", rtol=1e-3, atol=1e-5)
    require(off(ends[0], layer) > 1e-3, "the weights have not moved")
