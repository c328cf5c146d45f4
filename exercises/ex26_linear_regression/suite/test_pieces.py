"""ex26, the pieces: prediction, mean squared error and gradients, against NumPy in float64."""

import numpy as np
from calls import arguments_afterwards, dtypes, gradients, mse, predict, try_mse
from oracle import cosine, slopes, some_data

from grader.suite import answers, close, normal, points, public, require, same, shaped


@points(2, hint="One number per sample: the sum of its features times w, plus b.")
@public
def test_prediction(observe, draw):
    """The prediction is Xw + b."""
    for n, d, as_tensor in ((7, 3, False), (5, 1, True), (1, 4, False), (3, 3, True)):
        X, w, b = normal(draw, n, d), normal(draw, d), round(float(draw.normal()), 3)
        seen = observe(predict, X, w, b, as_tensor)
        what = f"X {X.shape}, w ({d},), b {'a tensor' if as_tensor else 'a float'}"
        close(shaped(seen, (n,), what), X.astype(np.float64) @ w + b, what)


@points(2, hint="Square the differences, then take the mean of all of them.")
def test_mse(observe, draw):
    """The error is the mean of the squares."""
    for shape, size in (((9,), 1), ((1,), 1), ((6, 1), 1e-3), ((4, 3), 1), ((), 1), ((5,), 1e4)):
        pred, y = (np.asarray(size * normal(draw, *shape), np.float32) for _ in range(2))
        gaps = (pred.astype(np.float64) - y) ** 2
        seen, hint = observe(mse, pred, y), ""
        value = float(shaped(seen, (), f"mse of shape {shape}"))
        if gaps.size > 1:
            wrong = {
                "half of it": gaps.mean() / 2, "the sum, not the mean": gaps.sum(),
                "the root of it": np.sqrt(gaps.mean()), "absolute differences": np.sqrt(gaps).mean(),
            }  # fmt: skip
            hint = next((f" (this is {words})" for words, one in wrong.items() if np.isclose(value, one)), "")
        small = f", numbers of about {size:g}" if size != 1 else ""
        close(value, gaps.mean(), f"mse of two tensors of shape {shape}{hint}{small}", rtol=1e-4, atol=1e-6 * size**2)


@points(1, hint="Compare the shapes before you subtract: (N,) minus (N, 1) has N times N entries.")
def test_different_shapes(observe):
    """Different shapes are refused."""
    bad = [((5,), (5, 1)), ((5, 1), (5,)), ((1,), (5,)), ((3, 4), (4,)), ((), (3,)), ((4,), (5,)), ((1,), (1, 1)),
           ((), (1,)), ((1,), ()), ((3, 4), (4, 3))]  # fmt: skip
    good = [((5,), (5,)), ((5, 1), (5, 1)), ((1,), (1,)), ((2, 3), (2, 3))]
    observe.refuses(try_mse, bad, good, (ValueError, RuntimeError), "shapes of pred and y")


@points(3, hint="Both are means over the samples of 2e times what multiplies the parameter, with e = Xw + b - y.")
def test_gradients(observe, draw):
    """The gradients are those of the mean squared error."""
    for n, d, as_tensor in ((8, 3, False), (6, 1, True), (1, 3, False)):
        X, y = some_data(draw, n, d)
        w, b = normal(draw, d), round(float(draw.normal()), 3)
        seen = answers(observe(gradients, X, y, w, b, as_tensor), 2)
        gw, gb = slopes(X, y, w, b)
        wrong = {
            "half of it": 0.5, "minus the gradient": -1, "that of the sum over the samples": n,
            "N times too small": 1 / n, "half of that of the sum": n / 2,
        }  # fmt: skip
        what = f"{n} samples, {d} features"
        for name, value, expected in (("w", seen[0], gw), ("b", seen[1], gb)):
            told = f"{what}: gradient by {name}"
            value, hint = shaped(value, np.shape(expected), told), ""
            if n > 1:
                hint = next((f" (this is {m})" for m, k in wrong.items() if np.allclose(value, k * expected, 1e-3)), "")
            close(value, expected, f"{told}{hint}")


@points(1, hint="Make new tensors instead of changing those you were given, and let X say which dtype.")
def test_arguments_and_dtypes(observe, draw):
    """Arguments keep their numbers, and results the dtype."""
    X, y = some_data(draw)
    w, b = normal(draw, 3), round(float(draw.normal()), 3)
    given, first, second = answers(observe(arguments_afterwards, X, y, w, b), 3)
    for name, now, before in zip("Xywb", answers(given, 4), (X, y, w, np.float32(b)), strict=True):
        close(now, before, f"{name} after all functions had it", rtol=0, atol=0)
    require(
        cosine(first, slopes(X, y, w, b)) > 0.99, "the gradients do not point along those of the mean squared error"
    )
    close(second, first, "gradients of the same arguments, asked again")
    for dtype in ("float32", "float64"):
        seen = observe(dtypes, *(part.astype(dtype) for part in (X, y, w)), b)
        same(set(seen.values()), {f"torch.{dtype}"}, f"{dtype} arguments: dtypes of the results")
        for one in ("predict", "mse", "fitted w"):
            require(one in seen, f"{one}: no tensor came back")
