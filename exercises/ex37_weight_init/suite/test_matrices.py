"""ex37, xavier_uniform and he_normal: thousands of weights tell their distribution."""

import math

import numpy as np
from scales import bell, even, initialized, spread, twice, weights

from grader.suite import answers, may_fail, points, require, shaped


def fans(draw):
    """Two sizes that are far apart."""
    return int(draw.integers(300, 400)), int(draw.integers(230, 260))


def drawn(observe, name, fan_in, fan_out):
    """The weights of one call, of the right shape and dtype."""
    what = f"{name}({fan_in}, {fan_out})"
    values, tracked = answers(observe(weights, name, fan_in, fan_out), 2)
    return shaped(values, (fan_out, fan_in), what, "float32"), tracked, what


@points(2, hint="b = √(6 / (fan_in + fan_out)), and every number from -b to b is equally likely.")
def test_xavier(observe, draw):
    """Xavier: uniform between the two bounds, mean 0."""
    # verify: ignores flipped (the distribution is symmetric)
    for fan_in, fan_out in (fans(draw), fans(draw)[::-1]):
        values, _, what = drawn(observe, "xavier_uniform", fan_in, fan_out)
        bound, total = math.sqrt(6 / (fan_in + fan_out)), fan_in + fan_out
        top = float(np.abs(values).max())
        reasons = {
            "the bound is √3 times the standard deviation, this is the deviation": math.sqrt(2 / total),
            "this is 6 / (fan_in + fan_out), the root is missing": 6 / total,
            "this is √(6 / fan_in)": math.sqrt(6 / fan_in),
            "this is √(6 / fan_out)": math.sqrt(6 / fan_out),
            "this is √(3 / (fan_in + fan_out))": math.sqrt(3 / total),
            "this is √(1 / fan_in), PyTorch's own default": math.sqrt(1 / fan_in),
        }
        named = [why for why, other in reasons.items() if abs(top / other - 1) < 0.01]
        require(not named, f"{what}: the numbers reach {top:.4g}, the bound is {bound:.4g}; {'; '.join(named)}")
        require(float(values.min()) < 0, f"{what}: there is no negative number, the range is from -b to b")
        even(values, bound, what)


@points(2, hint="The deviation is √(2 / fan_in): the variance is 2 / fan_in.")
def test_he(observe, draw):
    """He: the standard deviation is √(2 / fan_in), not fan_out."""
    # verify: ignores flipped (the distribution is symmetric)
    for fan_in, fan_out in (fans(draw), fans(draw)[::-1]):
        values, _, what = drawn(observe, "he_normal", fan_in, fan_out)
        reasons = {
            "this is √(2 / fan_out): it is right for square layers only": math.sqrt(2 / fan_out),
            "this is 2 / fan_in, the variance": 2 / fan_in,
            "this is √(1 / fan_in): ReLU keeps only half of the mean square": math.sqrt(1 / fan_in),
            "this is Xavier's √(2 / (fan_in + fan_out))": math.sqrt(2 / (fan_in + fan_out)),
            "this is 2 / √fan_in": 2 / math.sqrt(fan_in),
            "what is cut off at two deviations makes the rest narrower": 0.88 * math.sqrt(2 / fan_in),
        }
        spread(values, math.sqrt(2 / fan_in), what, fan_in, fan_out, reasons)


@points(1, hint="A normal distribution has more numbers near 0 than a uniform one of the same width.")
def test_he_is_normal(observe, draw):
    """He: the numbers are normally distributed."""
    # verify: ignores flipped (the distribution is symmetric)
    values, _, what = drawn(observe, "he_normal", *fans(draw))
    std = float(np.sqrt(np.mean(values.astype(float) ** 2)))  # its size is asked for elsewhere
    require(std > 1e-4, f"{what}: all numbers are about 0")
    require(abs(float((values > 0).mean()) - 0.5) < 0.03, f"{what}: half of the numbers must be positive")
    bell(values, std, what)


@points(1, hint="(fan_out, fan_in): a row of weights for each output. One row or one column is a matrix, too.")
def test_shapes(observe, draw):
    """Both give a float32 matrix (fan_out, fan_in) that autograd does not track, for layers of any size."""
    sizes = [(int(draw.integers(2, 9)), 1), (1, int(draw.integers(2, 9))), fans(draw), (1, 1)]
    for name in ("xavier_uniform", "he_normal"):
        for fan_in, fan_out in sizes:
            values, tracked, what = drawn(observe, name, fan_in, fan_out)
            require(np.isfinite(values).all() and np.abs(values).max() > 1e-9, f"{what}: no usable numbers")
            require(
                not tracked, f"{what}: the weights require gradients; they are numbers for a parameter, no parameter"
            )


@points(1, hint="Draw again in every call, and leave the seed of the generator alone.")
def test_new_numbers(observe, draw):
    """Every call gives new numbers, init_model's too, and every layer its own."""
    # verify: ignores flipped (only likeness counts)
    fan_in, fan_out = fans(draw)
    for name in ("xavier_uniform", "he_normal", "init_model"):
        if name == "init_model":
            seen = answers(observe(twice, fan_in, fan_out), 2)
        else:
            seen = [answers(a, 2)[0] for a in observe.each(weights, [(name, fan_in, fan_out)] * 2)]
        one, other = (shaped(a, (fan_out, fan_in), f"{name}, two calls") for a in seen)
        told = f"{name}({fan_in}, {fan_out}) called twice"
        product = float((one.astype(float) * other).sum() / ((one.astype(float) ** 2).sum() + 1e-12))
        may_fail(1e-12)
        require(one.std() > 1e-6, f"{told}: all numbers are equal")
        require(abs(product) < 0.1, f"{told}: the numbers are the same, or follow the first ones")
        rows = one - one.mean(1, keepdims=True)
        require(
            abs(float((rows[0] * rows[1]).sum())) < 0.6 * float((rows[0] ** 2).sum()),
            f"{told}: two rows are alike, so that two units would compute the same",
        )
    after = answers(observe(initialized, "alike", {}, float(draw.uniform(3, 4))), 6)[0]
    require(
        isinstance(after, dict) and {"0.weight", "1.weight"} <= set(after), "init_model: a layer has lost its weight"
    )
    one, other = (
        shaped(after[f"{i}.weight"], (50, 60), "init_model of two Linear(60, 50)").astype(float) for i in (0, 1)
    )
    alike = abs(float((one * other).sum())) > 0.2 * float((one**2).sum())
    require(not alike, "init_model of two Linear(60, 50): both got the same numbers")
