"""ex32, one epoch: every row of X and y is a different number, so that a batch names its samples."""

import numpy as np
from calls import epochs, orders, try_loader
from counts import counted, some_codes

from grader.suite import answers, normal, points, require, same, shaped


@points(2, hint="Cut one permutation of 0 ... N-1 into pieces.")
def test_every_sample_once(observe, draw):
    """Every sample comes exactly once per epoch."""
    base = int(draw.integers(8, 12))
    for n, size in ((base, 4), (12, 4), (base, 1), (base, base), (base, base + 5), (1, 3), (300 + base, 64)):
        codes = some_codes(draw, n)
        for number, order in enumerate(answers(observe(orders, codes, {"batch_size": size}, 2), 2), 1):
            counted(order, codes, f"{n} samples, batch_size {size}, epoch {number}")


@points(2, hint="Use the same numbers for X and for y: `X[i], y[i]`.")
def test_pairs_stay_together(observe, draw):
    """Inputs and targets stay together."""
    for n, size, shape in ((10, 4, (2,)), (9, 3, (1, 2, 3)), (5, 1, ())):
        X, y = normal(draw, n, *shape), draw.permutation(n)
        (found,) = answers(observe(epochs, X, y, {"batch_size": size}, 1)["epochs"], 1)
        count = 0
        require(isinstance(found, list) and found, "an epoch without batches")
        for pair in found:
            xb, yb = answers(pair, 2)
            rows = len(yb) if isinstance(yb, np.ndarray) and yb.ndim == 1 else -1
            require(rows > 0, f"expected targets (B,) in a batch, saw {getattr(yb, 'shape', yb)}")
            xb = shaped(xb, (rows, *shape), f"inputs of a batch with {rows} targets")
            for x, target in zip(xb, yb, strict=True):
                place = np.flatnonzero(y == target)
                require(len(place) == 1, f"target {target} is none of those given")
                match = np.array_equal(x, X[place[0]])
                require(match, f"sample {place[0]} got another label: its target came with the input of another sample")
                count += 1
        require(count >= n // 2, f"{n} samples: only {count} came")


@points(2, hint="The last piece may be short; with drop_last it is left out, and only if it is short.")
def test_batch_sizes(observe, draw):
    """The last batch is short, or left out with drop_last."""
    # verify: ignores nan, zero, flipped (sizes are judged, not what is in the batches)
    for n, size in ((10, 4), (12, 4), (9, 4), (3, 5), (5, 5), (6, 1)):
        X, y = normal(draw, n, 2), normal(draw, n, 3)
        for drop in (False, True):
            shuffle = bool(draw.integers(2))
            asked = {"batch_size": size, "drop_last": drop, "shuffle": shuffle}
            (found,) = answers(observe(epochs, X, y, asked, 1)["epochs"], 1)
            sizes = [size] * (n // size) + [n % size] * (n % size > 0 and not drop)
            what = f"{n} samples, batch_size {size}{', drop_last' if drop else ''}"
            require(isinstance(found, list), f"{what}: no batches came")
            require(all(len(answers(pair, 2)[0]) > 0 for pair in found), f"{what}: a batch of 0 samples")
            same([len(pair[0]) for pair in found], sizes, f"{what}: sizes of the batches")
            for pair, rows in zip(found, sizes, strict=True):
                shaped(pair[0], (rows, 2), f"{what}: inputs of a batch")
                shaped(pair[1], (rows, 3), f"{what}: targets of a batch")


@points(1, hint="N / B, rounded up if the rest counts, and down with drop_last.")
def test_length(observe, draw):
    """`len` is the number of batches."""
    # verify: ignores nan, stretched (a length is a whole number)
    base = int(draw.integers(8, 12))
    for n, size, up, down in ((base, 7, 2, 1), (12, 4, 3, 3), (3, 5, 1, 0), (base, 1, base, base), (10, 4, 3, 2)):
        X, y = normal(draw, n, 1), normal(draw, n)
        for drop, count in ((False, up), (True, down)):
            seen = observe(epochs, X, y, {"batch_size": size, "drop_last": drop}, 1)["lengths"]
            what = f"{n} samples, batch_size {size}{', drop_last' if drop else ''}: len"
            same(answers(seen, 1)[0], count, what)


@points(1, hint="Index into X and y, which makes new tensors; `X[i]` has the dtype of X.")
def test_data_stay(observe, draw):
    """The data are not changed, and batches keep their dtypes."""
    for kind, other in (("float64", "int64"), ("float32", "float64"), ("uint8", "float32")):
        X, y = (abs(9 * part).round() for part in (normal(draw, 9, 2), normal(draw, 9)))
        X, y = X.astype(kind), y.astype(other)
        seen = observe(epochs, X, y, {"batch_size": 4}, 2)
        for name, now, before in zip("Xy", answers(seen["data"], 2), (X, y), strict=True):
            same(now, before, f"{name} after two epochs: the data were reordered; {name}")
        for pair in answers(seen["epochs"], 2)[0]:
            xb, yb = answers(pair, 2)
            shaped(xb, (len(yb), 2), f"inputs of a batch of {len(yb)}, X of dtype {kind}", kind)
            shaped(yb, (len(xb),), f"targets of a batch of {len(xb)}, y of dtype {other}", other)


@points(1, hint="Compare `len(X)` with `len(y)`, and look at batch_size, when the object is made.")
def test_bad_arguments(observe):
    """Different numbers of samples and batch_size < 1 are refused."""
    bad, good = [(5, 4, 2), (4, 5, 2), (4, 4, 0), (4, 4, -1)], [(4, 4, 2), (4, 4, 1), (4, 4, 9), (1, 1, 1)]
    observe.refuses(try_loader, bad, good, ValueError, "inputs, targets, batch_size")
