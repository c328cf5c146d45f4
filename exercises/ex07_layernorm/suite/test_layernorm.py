"""ex07: whatever the batch, the mode or the number of axes, each row of D numbers is normalized by itself."""

import numpy as np
import torch
from formula import EPS, alike, input_gradients, naming, nontrivial, normalized, rows, standard
from layers import give, new, stir

from grader.suite import Raised, answers, close, normal, points, require, shaped


# ---- scenarios: run beside the learner's code and only report
def normalize(module, x, eps=None):
    """The output of a new layer.

    >>> LayerNorm(x.shape[-1], **({} if eps is None else {"eps": eps}))(x)
    """
    options = {} if eps is None else {"eps": eps}
    return new(module, x.shape[-1], **options)(x)


def normalize_turned(module, x):
    """The same for x with its first and last but one axes exchanged, which is not contiguous.

    >>> LayerNorm(x.shape[-1])(x.transpose(0, -2))
    """
    return new(module, x.shape[-1])(x.transpose(0, -2))


def normalize_twice(module, x, other):
    """The outputs of one layer for two inputs.

    >>> layer = LayerNorm(x.shape[-1])
    >>> layer(x), layer(other)
    """
    layer = new(module, x.shape[-1])
    return [layer(x), layer(other)]


def slopes(module, x, upstream, step, stirred):
    """Output; gradient of sum(upstream * output) by x; outputs with each number of x moved by a step up and down.

    `stirred`: with other numbers in weight and bias than those of a new layer.

    >>> y = LayerNorm(x.shape[-1])(x.requires_grad_())
    >>> (upstream * y).sum().backward(); x.grad
    """
    layer, x = new(module, x.shape[-1]), x.requires_grad_()
    if stirred:
        stir(layer)
    out = layer(1 * x)
    (upstream * out).sum().backward()
    moves = step * torch.eye(x.numel()).view(-1, *x.shape)
    moved = [torch.stack([layer(x.detach() + sign * move) for move in moves]) for sign in (1, -1)]
    return {"out": out, "gradient": x.grad, "up": moved[0], "down": moved[1]}


def in_float64(module, x, weight, bias):
    """The output in float64, and that with these numbers as weight and bias.

    >>> LayerNorm(x.shape[-1]).double()(x)
    """
    layer = new(module, x.shape[-1]).double()
    plain = layer(x)
    give(layer, weight, bias)
    return plain, layer(x)


# ---- the examiner's side
def plainly(observe, scenario, x, what):
    """The answer on `x`, with a plain sentence when its shape alone makes the layer raise."""
    (seen,) = observe.each(scenario, [x])
    clash = isinstance(seen, Raised) and "must match the size" in seen.message
    require(not clash, f"{what}: a mean of shape (N,) works only if N equals D; keepdim=True leaves (N, 1)")
    return observe(scenario, x)


@points(1.5, hint="Mean and variance over the last axis, the variance divided by D.")
def test_normalizes_each_row(observe, draw):
    """Each row gets mean 0, variance 1 (biased)."""
    x = rows(draw, 7, 5)
    seen = plainly(observe, normalize, x, "7 rows of 5")
    wrong = {
        "divide the variance by D = 5, not by D-1 = 4": normalized(x, ddof=1),
        "every column was normalized over the batch; that is batch norm": normalized(x, axis=0),
        "the mean is not subtracted": x / np.sqrt((x.astype(float) ** 2).mean(-1, keepdims=True)),
        "divided by the variance; the root is missing": normalized(x) / x.std(-1, keepdims=True),
        "the mean is left in": x / np.sqrt(x.astype(float).var(-1, keepdims=True) + EPS),
        "one mean and one variance of all rows are used": normalized(x, axis=None),
        "one variance of all rows is used": (x - x.mean(-1, keepdims=True)) / x.astype(float).std(),
        "the same variance is used for all rows": (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1).mean()),
        "one mean of all rows is used": (x - x.mean()) / x.astype(float).std(-1, keepdims=True),
        "one mean of all rows is used, and the spread about it": (x - x.mean())
        / np.sqrt(((x - x.mean()) ** 2).mean(-1, keepdims=True)),
    }
    close(seen, normalized(x), naming("7 rows of 5", seen, wrong), rtol=1e-3, atol=1e-3)


@points(1, hint="Work over dimension -1, whatever stands before it.")
def test_any_number_of_axes(observe, draw):
    """(D,), (N, D), (N, T, D) and more axes all work, contiguous or not."""
    for shape in ((5,), (5, 5), (3, 8), (4, 3, 6), (2, 3, 2, 5)):
        x = rows(draw, *shape)
        alike(plainly(observe, normalize, x, f"input {shape}"), x, f"input {shape}")
    for shape in ((4, 3, 6), (2, 3, 4, 5)):
        x = rows(draw, *shape)
        turned = x.swapaxes(0, -2)
        what = f"input {turned.shape} that is not contiguous"
        alike(plainly(observe, normalize_turned, x, what), turned, what)


@points(1, hint="One mean and one variance for every single row: the axis is -1 alone.")
def test_rows_do_not_talk(observe, draw):
    """Rows do not talk to each other."""
    # verify: ignores flipped (a row of the opposite sign does not talk either)
    for shape, row in (((6, 5), "row"), ((2, 4, 5), "token")):
        x = rows(draw, *shape)
        other = x.copy()
        other[..., 1, :] = rows(draw, *other[..., 1, :].shape) + 3
        before, after = (shaped(one, shape, "output") for one in answers(observe(normalize_twice, x, other), 2))
        wrong = {
            "that is batch norm": normalized(x, axis=0),
            "that is one mean for the whole batch": normalized(x, axis=None),
            "that is one mean for each feature": normalized(x, axis=-2),
            "that is one mean for a whole sequence": normalized(x, axis=(-2, -1)),
        }
        told = naming(f"input {shape}: {row} 0 changed when only {row} 1 was replaced", before, wrong)
        close(after[..., 0, :], before[..., 0, :], told)
        gap = np.abs(after[..., 1, :] - before[..., 1, :]).max()
        require(gap > 0.1, f"input {shape}: {row} 1 was replaced, but its output stayed the same")
        nontrivial(before, x)


@points(1, hint="sqrt(var + eps), not sqrt(var) + eps; eps is the argument, 1e-5 unless told.")
def test_constant_row(observe, draw):
    """A constant row stays finite, and eps stands inside the root."""
    spread = np.array([[0.0], [1e-3], [3e-3], [1.5]])
    x = (standard(normal(draw, 4, 5)) * spread + 0.25).astype(np.float32)
    wide = x.astype(np.float64)
    for eps, given in ((0.5, 0.5), (2.0, 2.0), (EPS, None)):
        seen = observe(normalize, x, given)
        what = f"rows of spread 0, 0.001, 0.003 and 1.5, eps {eps:g}"
        require(np.isfinite(shaped(seen, x.shape, what)).all(), f"{what}: NaN or infinity; a constant row has var 0")
        centered, var = wide - wide.mean(-1, keepdims=True), wide.var(-1, keepdims=True)
        wrong = {
            "nearly constant rows differ, since eps stands outside the root": centered / (np.sqrt(var) + eps),
            "eps stands outside the root, and var is divided by D-1": centered / (np.sqrt(1.25 * var) + eps),
            "eps is to be added to var, not the least that var may be": centered / np.sqrt(np.maximum(var, eps)),
            "eps is squared": centered / np.sqrt(var + eps**2),
            "the argument eps makes no difference": normalized(x),
            "the mean is not subtracted": wide / np.sqrt((wide**2).mean(-1, keepdims=True) + eps),
        }
        told = naming(what, seen, wrong) if given else f"{what}: the default of eps is not 1e-5"
        # Which of the two variances stands under the root is judged elsewhere.
        if not np.allclose(seen, normalized(x, ddof=1, eps=eps), rtol=0, atol=2e-3):
            close(seen, normalized(x, eps=eps), told, rtol=0, atol=2e-3)


@points(1, hint="Subtract the mean first, then square: ((x - mean) ** 2).mean(-1), or x.var(-1, unbiased=False).")
def test_far_from_zero(observe, draw):
    """Rows far away from 0 are normalized as well as any."""
    # verify: ignores flipped (a layer of the opposite sign is compared with itself)
    near = standard(normal(draw, 6, 5)).astype(np.float32)
    far = near + np.float32(4000)
    near = far - np.float32(4000)  # without rounding: the same rows but for the shift
    told = "rows of mean 4000, spread 1, against the same rows of mean 0"
    expected, shifted = (shaped(observe(normalize, x), x.shape, told) for x in (near, far))
    require(np.ptp(expected, axis=-1).min() > 0.1, "all numbers of a row come out the same")
    level, spread = np.abs(shifted.mean(-1)), shifted.std(-1)
    known = np.isfinite(spread) & (spread > 0)
    factors = (
        np.allclose(standard(shifted)[known], standard(expected)[known], atol=1e-2) and (level < spread)[known].all()
    )
    lost = factors and not (known & np.isclose(spread, expected.std(-1), rtol=5e-3)).all()
    why = ": their variance is wrong, as if it were E[x²] − E[x]², which loses all digits here" if lost else ""
    close(shifted, expected, told + why, rtol=0, atol=5e-3)


@points(0.5, hint="Make new tensors with x's dtype, and let the parameters follow .double().")
def test_dtype(observe, draw):
    """float32 stays float32, and float64 keeps all its digits."""
    x = rows(draw, 4, 5)
    shaped(observe(normalize, x), x.shape, "float32 input", dtype="float32")
    wide = x + 1e-7 * normal(draw, 4, 5, dtype="float64")
    weight, bias = normal(draw, 5, dtype="float64"), normal(draw, 5, dtype="float64")
    told = "float64 input, layer.double()"
    seen, scaled = answers(observe(in_float64, wide, weight, bias), 2)
    seen = shaped(seen, x.shape, told, dtype="float64")
    nontrivial(seen, x, told)
    close(standard(seen), standard(wide), f"{told}, each row brought to mean 0, spread 1", rtol=0, atol=1e-10)
    scaled = shaped(scaled, x.shape, f"{told}, other weight and bias", dtype="float64")
    # Formulas that are quite other ones are judged elsewhere.
    right = weight * seen + bias
    right = right if np.allclose(scaled, right, 0, 1e-3) else scaled
    close(scaled, right, f"{told}, other weight and bias; are these float32 in between?", rtol=0, atol=1e-9)
    near = 0.25 + 1e-3 * wide  # so near to each other that the digits of eps count
    seen, _ = answers(observe(in_float64, near, weight, bias), 2)
    right = next((r for r in (normalized(near, ddof=d) for d in (0, 1)) if np.allclose(seen, r, 0, 1e-3)), seen)
    close(seen, right, f"{told}, numbers near to each other; is eps float32?", rtol=0, atol=1e-9)


@points(1, hint="Mean and variance are functions of x: leave them in the graph.")
def test_gradient(observe, draw):
    """Gradients flow through mean and variance."""
    # verify: ignores flipped (with the opposite sign both slope and gradient turn)
    for stirred, factor in ((False, 1), (True, 1 + np.linspace(0.2, 0.6, 5))):
        judge_gradient(observe, draw, stirred, factor)


def judge_gradient(observe, draw, stirred, factor):
    """The gradient is how much the output really changes, with the weight `factor`."""
    x, upstream, step = rows(draw, 4, 5), normal(draw, 4, 5), 0.02
    seen = observe(slopes, x, upstream, step, stirred)
    up, down = (shaped(seen[side], (20, 4, 5), "outputs for 20 inputs (4, 5)") for side in ("up", "down"))
    nontrivial(seen["out"], x)
    slope = (upstream * (up.astype(np.float64) - down)).sum((1, 2)).reshape(4, 5) / (2 * step)
    require(seen["gradient"] is not None, "no gradient reached the input: the output hangs on no graph")
    _, wrong = input_gradients(x, upstream * factor)
    told = "gradient of the input, against how much the output really changes"
    if stirred:
        plain, _ = input_gradients(x, upstream)
        wrong["right for weight 1 only: what comes back is multiplied by the weight first"] = plain
        told = f"other weight and bias: {told}"
    close(seen["gradient"], slope, naming(told, seen["gradient"], wrong), rtol=1e-2, atol=3e-3)
