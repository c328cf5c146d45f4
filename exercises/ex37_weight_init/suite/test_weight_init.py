"""ex37: thousands of weights tell their distribution, weights of the examiner's choice what the signal meets."""

import math

import numpy as np
from scales import RISK, bell, even, initialized, measured, own, rms, scaled, singles, spread, twice, weights

from grader.suite import answers, by_chance, close, may_fail, points, require, same, shaped


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
    """Every call gives new numbers, init_model's too."""
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


# Conv2d and Linear: name -> (fan_in, fan_out, what else could be taken for fan_in)
LAYERS = {
    "0.0.weight": (120, 64, {"8 channels without the kernel's area": 8, "fan_out for fan_in": 960}),
    "0.2.0.weight": (64, 16, {"fan_out for fan_in": 16}),
    "1.fc.weight": (40, 300, {"fan_out for fan_in": 300}),
    "1.out.weight": (300, 200, {"fan_out for fan_in": 200, "that of Xavier": 500}),
    "2.0.weight": (72, 48, {"all 32 channels, but each of 4 groups sees 8": 288, "fan_out for fan_in": 432}),
}  # fmt: skip
SHAPES = {
    "0.0.weight": (64, 8, 3, 5), "0.2.0.weight": (16, 64, 1, 1), "1.fc.weight": (300, 40), "1.out.weight": (200, 300),
    "2.0.weight": (48, 8, 3, 3),
}  # fmt: skip
BIASES = {"0.0.bias": 64, "1.fc.bias": 300, "2.0.bias": 48}
KEPT = {
    "0.1.weight": 64, "0.1.bias": 64, "0.1.running_mean": 64, "0.1.running_var": 64, "1.norm.weight": 300,
    "1.norm.bias": 300, "2.1.weight": (7, 5), "2.2.weight": 4, "2.2.bias": 4, "2.3.weight": 1, "gain": 3,
}  # fmt: skip


def deep(observe, draw):
    """What `initialized` tells of the deep network, and the numbers that were put in to be kept."""
    marks = {
        name: draw.uniform(1.0, 2.0, shape).astype("float32")
        for name, shape in KEPT.items()
    }  # fmt: skip
    told = answers(observe(initialized, "deep", marks, float(draw.uniform(3, 4))), 6)
    return told, marks


def weight(after, name):
    """The weights of one layer as a matrix with a row per output."""
    require(isinstance(after, dict) and name in after, f"init_model: the model has no {name} afterwards")
    fan_in, fan_out, _ = LAYERS[name]
    return shaped(after[name], SHAPES[name], f"init_model: {name}").reshape(fan_out, fan_in)


@points(2, hint="The rule is that of `he_normal`, for every layer that `model.modules()` reaches.")
def test_linear_layers(observe, draw):
    """init_model: every linear layer gets He weights, in modules of modules too."""
    # verify: ignores flipped (the distribution is symmetric)
    (after, *_), _ = deep(observe, draw)
    single = answers(observe(initialized, "linear", {}, float(draw.uniform(3, 4))), 6)[0]
    layers = {name: (weight(after, name), LAYERS[name]) for name in ("1.fc.weight", "1.out.weight")}
    shaped(single.get("weight") if isinstance(single, dict) else None, (40, 300), "init_model of a Linear(300, 40)")
    row = answers(observe(initialized, "one output", {}, float(draw.uniform(3, 4))), 6)[0]
    row = shaped(row.get("weight") if isinstance(row, dict) else None, (1, 500), "init_model of a Linear(500, 1)")
    may_fail(1e-10)
    told = f"init_model of a Linear(500, 1): expected the standard deviation {0.004**0.5:.4f}, saw {row.std():.4f}"
    require(0.7 < row.std() / 0.004**0.5 < 1.3, told)
    layers["weight of a single Linear"] = single["weight"], (300, 40, {"fan_out for fan_in": 40})
    check(layers)


@points(2, hint="One output of a convolution sums up in_channels / groups · height · width products.")
def test_convolutions(observe, draw):
    """init_model: the fan_in of a convolution counts the kernel's area, and the channels of one group."""
    # verify: ignores flipped (the distribution is symmetric)
    (after, *_), _ = deep(observe, draw)
    check({name: (weight(after, name), LAYERS[name]) for name in ("0.0.weight", "0.2.0.weight", "2.0.weight")})


def check(layers):
    for name, (values, (fan_in, _, others)) in layers.items():
        std = math.sqrt(2 / fan_in)
        seen = float(np.sqrt(np.mean(values.astype(float) ** 2)))
        named = [f"; that is {why}" for why, fan in others.items() if abs(seen / math.sqrt(2 / fan) - 1) < 0.05]
        limit = 7 / (2 * values.size) ** 0.5 + 0.01  # seven standard deviations of what n normal numbers show
        may_fail(1e-11)
        told = f"init_model: {name} has fan_in {fan_in} and must have standard deviation {std:.4f}, saw {seen:.4f}"
        require(abs(seen / std - 1) < limit, told + "".join(named[:1]))
        require(abs(float(values.mean())) < 0.25 * std, f"init_model: the mean of {name} is not about 0")


@points(1, hint="Fill with zeros, if there is a bias.")
def test_biases(observe, draw):
    """init_model: the biases are zero."""
    # verify: ignores flipped (zeros stay zeros)
    (after, *_), _ = deep(observe, draw)
    require(isinstance(after, dict) and set(BIASES) <= set(after), "init_model: the model has lost its biases")
    for name, size in BIASES.items():
        close(after[name], np.zeros(size, "float32"), f"init_model: {name}", 0, 0)
    moved = [name for name in LAYERS if np.ptp(np.asarray(after[name])) > 0]
    require(moved, "init_model: no weight was drawn, all numbers of each layer are equal")


@points(1, hint="Ask for the type of the layer: the scale of a norm is called `weight` as well.")
def test_norms_are_left_alone(observe, draw):
    """init_model: norms, embeddings and all other numbers are left alone."""
    (after, *_), marks = deep(observe, draw)
    require(isinstance(after, dict), "init_model: the model has no numbers afterwards")
    for name, values in marks.items():
        require(name in after, f"init_model: {name} is gone")
        close(after[name], values, f"init_model changed {name}", 0, 0)
    require(np.ptp(np.asarray(after["1.fc.weight"])) > 0, "init_model: no weight was drawn")


@points(1, hint="Write into the parameters under `torch.no_grad()`: `copy_`, `zero_`, `normal_`.")
def test_same_parameters(observe, draw):
    """init_model: an optimizer that knows the model goes on training it, and autograd knows of nothing."""
    (before, after, needed, flags, leaves, graded), _ = deep(observe, draw)
    require(isinstance(before, dict) and isinstance(after, dict), "init_model: the model has no numbers afterwards")
    for name, shape in (*SHAPES.items(), *((name, (size,)) for name, size in BIASES.items())):
        require(name in before and name in after, f"init_model: {name} is gone")
        shaped(after[name], shape, f"init_model: {name}")
        what = f"{name} after a step of an optimizer that was made before init_model"
        old = np.asarray(before[name], float)
        close(np.asarray(after[name], float), old - 1.0, what, 1e-4, 1e-4, "It must be the same parameter as before.")
    require(np.ptp(np.asarray(before["1.fc.weight"])) > 0, "init_model: no weight was drawn")
    flags, modes = answers(flags, 2)
    same(flags, answers(needed, 2)[0], "init_model: requires_grad of the parameters, in order")
    same(modes, needed[1], "init_model: training or not, of the modules in order")
    require(
        all(answers(leaves, len(needed[0]))), "init_model: a parameter is no leaf any more, its graph leads somewhere"
    )
    same(graded, [], "init_model: parameters that got a gradient")


@points(1, hint="Every weight is asked for as init(width, width), and one number comes back per layer.")
def test_one_number_per_layer(observe, draw):
    """signal_rms: one number and one weight of its own for each layer, 20 of 256 unless told."""
    depth, width, batch = int(draw.integers(3, 8)), int(draw.integers(20, 40)), int(draw.integers(8, 16))
    for args, layers, size in (((), 20, 256), ((depth, width, batch), depth, width)):
        ((seen, asked),) = answers(observe(scaled, [float(draw.uniform(0.05, 0.06))], args), 1)
        what = "signal_rms by default" if not args else f"signal_rms, depth {depth}, width {width}, batch {batch}"
        found = rms(seen, layers, what)
        require((found > 0).all(), f"{what}: the signal is 0")
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
        "before the ReLU": 1.0, "the mean square, without its root": 0.5 * factors[0],
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
        second / first, b, f"{what}: second over first" + (", as if W were (in, out)" if second == 0 else ""), 1e-3, 0
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
    for (seen, _), what, low, high in (
        (dies, "std .01", 1e-21, 1e-17), (explodes, "std 1", 1e18, math.inf), (fades, "std 1/√256", 3e-5, 2e-2)
    ):  # fmt: skip
        found = rms(seen, 20, f"signal_rms, {what}")
        told = f"signal_rms, {what}: after 20 layers expected {low:g} to {high:g}, saw {found[-1]:.3g}"
        require(low <= found[-1] <= high, told)


@points(1, hint="`signal_rms` and `he_normal` enter here: if a test of their own fails, mend that first.")
def test_he_keeps_the_signal(observe, draw):
    """Together: with He the signal survives, with Xavier half of it is lost in each layer."""
    width = int(draw.integers(380, 420))
    he, xavier = answers(observe(own, ["he_normal", "xavier_uniform"], (10, width, 64)), 2)
    may_fail(1e-10)
    found = rms(he, 10, "signal_rms of he_normal")
    require((found > 0.3).all() and (found < 3).all(), f"He, 10 layers: expected .3 to 3, saw {found[-1]:.3g}")
    found = rms(xavier, 10, "signal_rms of xavier_uniform")
    # (1/√2)¹⁰ is .031
    require(0.008 < found[-1] < 0.12, f"Xavier, 10 layers: expected about .03, saw {found[-1]:.3g}")
