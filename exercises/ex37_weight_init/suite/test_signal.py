"""ex37, signal_rms: weights of the examiner's choice tell what the signal meets in each layer."""

import math

import numpy as np
from scales import RISK, measured, own, rms, scaled, singles

from grader.suite import answers, between, by_chance, close, may_fail, points, require


@points(1, hint="Every weight is asked for as init(width, width), and one number comes back per layer.")
def test_one_number_per_layer(observe, draw):
    """signal_rms: one number and one weight of its own for each layer, 20 of 256 unless told."""
    depth, width, batch = int(draw.integers(3, 8)), int(draw.integers(20, 40)), int(draw.integers(8, 16))
    for args, layers, size in (((), 20, 256), ((depth, width, batch), depth, width)):
        ((seen, asked, kinds),) = answers(observe(scaled, [float(draw.uniform(0.05, 0.06))], args), 1)
        what = "signal_rms by default" if not args else f"signal_rms, depth {depth}, width {width}, batch {batch}"
        found = rms(seen, layers, what)
        require((found > 0).all(), f"{what}: the signal is 0")
        tensors = [kind for kind in answers(kinds, layers) if "Tensor" in kind]
        require(not tensors, f"{what} gives tensors, asked for are floats", "`.item()` makes a float of a tensor.")
        told = f"{what}: expected {layers} calls of init({size}, {size}), one for each layer, saw {len(asked)}"
        require(len(asked) == layers and all(tuple(one) == (size, size) for one in asked), told)


@points(2, hint="x = relu(x @ W.T) goes into the next layer, and √(mean of x²) is written down after each ReLU.")
def test_signal_through_layers(observe, draw):
    """signal_rms: the signal goes through all layers, and its root mean square is told after each ReLU."""
    width, batch = 6, 15000
    factors = draw.uniform(0.4, 2.5, 5)
    seen, _ = answers(observe(measured, [float(f) * np.eye(width, dtype="float32") for f in factors], batch), 2)
    what = f"signal_rms through {', '.join(f'{f:.2f}·I' for f in factors)}"
    found = rms(seen, 5, what)
    first = found[0] / factors[0]
    reasons = {
        "the standard deviation: the mean is not taken off for the rms": 0.584, "the mean of |x|": 0.399,
        "before the ReLU, or of the positive numbers alone": 1.0, "the mean square, without its root": 0.5 * factors[0],
        "the norm, not divided by the number of values": 0.7071 * (batch * width) ** 0.5,
        "the mean norm of a row": 1.543, "the mean of the rows' root mean squares": 0.6299,
    }  # fmt: skip
    named = [f"; that is {why}" for why, value in reasons.items() if abs(first / value - 1) < 0.02]
    may_fail(1e-10)  # 90,000 numbers: the standard deviation of the ratio is 0.4 %
    told = f"{what}: after the first ReLU expected {0.7071 * factors[0]:.4f}, saw {found[0]:.4f}"
    require(abs(first / 0.7071 - 1) < 0.03, told + "".join(named[:1]))
    for i in range(1, 5):
        told = f"{what}: layer {i + 1} multiplies by {factors[i]:.4f}, saw {found[i]:.4f} after {found[i - 1]:.4f}"
        require(found[i - 1] > 0, told)
        ratio = found[i] / found[i - 1]
        squared = "; the mean square, without its root" if abs(ratio / factors[i] ** 2 - 1) < 1e-3 else ""
        require(abs(ratio / factors[i] - 1) < 1e-3, told + squared)


@points(1, hint="W is (out, in): for rows x the output is x @ W.T, not x @ W; and there is a ReLU in every layer.")
def test_orientation_and_relu(observe, draw):
    """signal_rms: a weight is (out, in), and negative numbers die in every ReLU."""
    width, a, b = 20, float(draw.uniform(0.5, 2)), float(draw.uniform(0.5, 2))
    pick, down = np.zeros((2, width, width), "float32")
    pick[0, 0], down[1, 0] = a, b
    seen, _ = answers(observe(measured, [pick, down], 2000), 2)
    what = f"signal_rms: unit 0 alone passes the first layer, the second sends it on to unit 1 times {b:.3f}"
    first, second = rms(seen, 2, what)
    require(first > 0, f"{what}: nothing has passed the first layer")
    close(
        second / first,
        b,
        f"{what}: second over first" + (", as if W were (in, out)" if second == 0 else ""),
        rtol=1e-3,
        atol=0,
    )
    eye = np.eye(width, dtype="float32")
    for layers, name in (([a * eye, -eye, eye], "aI, -I, I"), ([eye, a * eye, -eye], "I, aI, -I")):
        seen, _ = answers(observe(measured, layers, 50), 2)
        what = f"signal_rms through {name}, a = {a:.2f}: all after -I is 0, for it was negative before the ReLU"
        found = rms(seen, 3, what)
        place = 1 + name.startswith("I")
        fine = (found[:place] > 0).all() and (found[place:] == 0).all()
        require(fine, f"{what}; saw {np.round(found, 4).tolist()}")


@points(1, hint="Standard normal inputs, `batch` rows of them, new in every call.")
def test_inputs(observe, draw):
    """signal_rms: the inputs are standard normal, of the size asked for, and new on each call."""
    scale, n = float(draw.uniform(0.5, 2.0)), 1000
    seen = np.concatenate([rms(one, 1, "signal_rms") for one in answers(observe(singles, scale, n, (1,)), n)]) / scale
    told = f"{n} calls with depth, width and batch 1 and the weight {scale:.2f}"
    require(np.ptp(seen) > 0, f"{told}: the same number each time, {scale * seen[0]:.4f}: the inputs are not new")
    by_chance(int((seen == 0).sum()), n, 0.5, f"{told}: numbers that the ReLU set to 0", RISK)
    for limit, share in ((1.0, 0.15866), (1.8, 0.03593)):
        by_chance(int((seen > limit).sum()), n, share, f"{told}: inputs above {limit}", RISK)
    squares = np.array(answers(observe(singles, scale, n, ()), n), float).reshape(n) ** 2 / scale**2
    # The mean square of 256 numbers behind a ReLU deviates by √(1.25 / 256) = .070; of 1000 such, that is known to 3 %.
    told = f"{n} calls with depth and width 1, and the batch as in the signature: mean squares deviate by"
    require(0.058 < squares.std() < 0.084, f"{told} {squares.std():.4f}, with 256 rows by .070")
    eye = scale * np.eye(12, dtype="float32")
    many = [rms(answers(one, 2)[0], 1, "signal_rms")[0] for one in observe.each(measured, [([eye], 800)] * 10)]
    # The mean square of 9600 numbers has the relative deviation √(5 / 9600) = 2.3 %, its root half of it.
    may_fail(1e-9)
    what = "ten calls with a batch of 800 and a width of 12"
    require(np.std(many) < 0.04 * np.mean(many), f"{what}: the numbers differ by more than so many inputs allow")
    require(np.mean(many) > 0.5 * scale, f"{what}: the signal is too small")


@points(1, hint="The numbers follow from the std alone: each layer multiplies the rms by about std · √(width / 2).")
def test_dies_and_explodes(observe, draw):
    """Together: with std .01 the signal dies, with 1 it explodes, with 1/√fan_in it fades."""
    stds = [0.01 * float(draw.uniform(0.98, 1.02)), 1.0 * float(draw.uniform(0.98, 1.02)), 1 / 16]
    dies, explodes, fades = answers(observe(scaled, stds, ()), 3)
    # The logarithm of the last rms has a standard deviation of about 0.3.
    may_fail(1e-10)
    for (seen, *_), what, low, high in (
        (dies, "std .01", 1e-21, 1e-17), (explodes, "std 1", 1e18, math.inf), (fades, "std 1/√256", 3e-5, 2e-2)
    ):  # fmt: skip
        found = rms(seen, 20, f"signal_rms, {what}")
        between(float(found[-1]), low, high, f"signal_rms, {what}: after 20 layers")


@points(1, hint="`signal_rms` and `he_normal` enter here: if a test of their own fails, mend that first.")
def test_he_keeps_the_signal(observe, draw):
    """Together: with He the signal survives, with Xavier half of it is lost in each layer."""
    width = int(draw.integers(380, 420))
    he, xavier = answers(observe(own, ["he_normal", "xavier_uniform"], (10, width, 64)), 2)
    may_fail(1e-10)
    found = rms(he, 10, "signal_rms of he_normal")
    strange = next((one for one in found if not 0.3 < one < 3), found[-1])
    between(float(strange), 0.3, 3, "signal_rms of he_normal, 10 layers")
    found = rms(xavier, 10, "signal_rms of xavier_uniform")
    # (1/√2)¹⁰ is .031
    between(float(found[-1]), 0.008, 0.12, "signal_rms of xavier_uniform, about .03 after 10 layers")
