"""ex37, init_model: what becomes of each layer, and of all that is no layer's weight."""

import math

import numpy as np
from scales import initialized

from grader.suite import answers, close, may_fail, points, require, same, shaped

# Conv2d and Linear: name -> (fan_in, fan_out, what else could be taken for fan_in)
LAYERS = {
    "0.0.weight": (120, 64, {"8 channels without the kernel's area": 8, "fan_out for fan_in": 960}),
    "0.2.0.weight": (64, 16, {"fan_out for fan_in": 16}),
    "1.fc.weight": (40, 300, {"fan_out for fan_in": 300}),
    "1.out.weight": (300, 200, {"fan_out for fan_in": 200, "that of Xavier": 500}),
    "2.0.weight": (72, 48, {"all 32 channels, but each of 4 groups sees 8": 288, "fan_out for fan_in": 432}),
    "3.0.weight": (90, 70, {}),  # its class is derived from nn.Linear
}  # fmt: skip
SHAPES = {
    "0.0.weight": (64, 8, 3, 5), "0.2.0.weight": (16, 64, 1, 1), "1.fc.weight": (300, 40), "1.out.weight": (200, 300),
    "2.0.weight": (48, 8, 3, 3), "3.0.weight": (70, 90),
}  # fmt: skip
BIASES = {"0.0.bias": 64, "1.fc.bias": 300, "2.0.bias": 48, "3.0.bias": 70}
KEPT = {
    "0.1.weight": 64, "0.1.bias": 64, "0.1.running_mean": 64, "0.1.running_var": 64, "1.norm.weight": 300,
    "1.norm.bias": 300, "2.1.weight": (7, 5), "2.2.weight": 4, "2.2.bias": 4, "2.3.weight": 1, "gain": 3,
    "3.1.weight": (5, 4, 3), "3.1.bias": 5, "3.2.weight": (3, 4, 2, 2), "3.2.bias": 4,
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
    layers = {name: (weight(after, name), LAYERS[name]) for name in ("1.fc.weight", "1.out.weight", "3.0.weight")}
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
        limit = 7 / (2 * values.size) ** 0.5 + 0.05  # seven standard deviations of what n normal numbers show
        may_fail(1e-11)
        told = f"init_model: {name} has fan_in {fan_in} and must have standard deviation {std:.4f}, saw {seen:.4f}"
        if name == "3.0.weight" and np.ptp(values) == 0:
            named = ["; its class is derived from nn.Linear, so `isinstance` finds it"]
        require(abs(seen / std - 1) < limit, told + "".join(named[:1]))
        require(abs(float(values.mean())) < 0.25 * std, f"init_model: the mean of {name} is not about 0")


@points(1, hint="Fill with zeros, if there is a bias.")
def test_biases(observe, draw):
    """init_model: the biases are zero."""
    # verify: ignores flipped (zeros stay zeros)
    (after, *_), _ = deep(observe, draw)
    require(isinstance(after, dict) and set(BIASES) <= set(after), "init_model: the model has lost its biases")
    for name, size in BIASES.items():
        close(after[name], np.zeros(size, "float32"), f"init_model: {name}", rtol=0, atol=0)
    moved = [name for name in LAYERS if np.ptp(np.asarray(after[name])) > 0]
    require(moved, "init_model: no weight was drawn, all numbers of each layer are equal")


@points(1, hint="Ask for the type of the layer: the scale of a norm is called `weight` as well.")
def test_norms_are_left_alone(observe, draw):
    """init_model: norms, embeddings and all other numbers are left alone."""
    (after, *_), marks = deep(observe, draw)
    require(isinstance(after, dict), "init_model: the model has no numbers afterwards")
    for name, values in marks.items():
        require(name in after, f"init_model: {name} is gone")
        close(after[name], values, f"init_model changed {name}", rtol=0, atol=0)
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
        close(
            np.asarray(after[name], float),
            old - 1.0,
            what,
            rtol=1e-4,
            atol=1e-4,
            hint="It must be the same parameter as before.",
        )
    require(np.ptp(np.asarray(before["1.fc.weight"])) > 0, "init_model: no weight was drawn")
    flags, modes = answers(flags, 2)
    same(flags, answers(needed, 2)[0], "init_model: requires_grad of the parameters, in order")
    same(modes, needed[1], "init_model: training or not, of the modules in order")
    require(
        all(answers(leaves, len(needed[0]))), "init_model: a parameter is no leaf any more, its graph leads somewhere"
    )
    same(graded, [], "init_model: parameters that got a gradient")
