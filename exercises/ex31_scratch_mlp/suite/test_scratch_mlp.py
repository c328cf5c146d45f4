"""ex31: a network whose numbers the examiner chooses, against the formulas and against autograd."""

import numpy as np
import torch
from passes import NAMES, answered, autograd, backward, drawn, forward, held, hidden_misread, judged, loss, network
from passes import output_misread as misread_output

from grader.suite import answers, close, earn, may_fail, normal, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def started(module, sizes, activation, seeds):
    """The four tensors as they start, per seed; and whether any requires gradients."""
    nets = [module.ScratchMLP(*sizes, activation, seed) for seed in seeds]
    return [held(net) for net in nets], [getattr(nets[0], name).requires_grad for name in ("W1", "b1", "W2", "b2")]


def by_default(module, sizes, x):
    """Output, first weight and bias of the network without a word about activation and seed; and with seed=0."""
    nets = module.ScratchMLP(*sizes), module.ScratchMLP(*sizes, activation="tanh", seed=0)
    return [(net.forward(torch.as_tensor(x)), *held(net)) for net in nets]


def after_others(module, tensors, other, x, y, first):
    """backward as the first call, and after calls of other methods with other data and weights; what is held then.

    >>> net = ScratchMLP(*tensors[0].shape, tensors[2].shape[1])
    >>> net.W1, net.b1, net.W2, net.b2 = tensors; net.backward(x, y)
    """
    x, y, x2, y2 = (torch.as_tensor(one).clone() for one in (x, y, *first))
    alone = network(module, "tanh", tensors).backward(x.clone(), y.clone())
    net = network(module, "tanh", other)
    net.backward(x2, y2)
    net.forward(x2)
    with torch.no_grad():
        for name, values in zip(("W1", "b1", "W2", "b2"), tensors, strict=True):
            getattr(net, name).copy_(torch.as_tensor(values))
    net.loss(x2, y2)
    later = net.backward(x, y)
    kept = {name: one.clone() for name, one in later.items()}
    net.backward(x2, y2)
    return alone, kept, later, held(net), (x, y)


def without_autograd(module, activation, tensors, x, y, lr):
    """Gradients and a step where autograd is switched off.

    >>> net = ScratchMLP(*tensors[0].shape, tensors[2].shape[1], activation)
    >>> net.W1, net.b1, net.W2, net.b2 = tensors; net.backward(x, y)  # where autograd is switched off
    """
    with torch.inference_mode():
        x, y = torch.as_tensor(x).clone(), torch.as_tensor(y).clone()
        gradients = network(module, activation, tensors).backward(x, y)
        net = network(module, activation, tensors)
        net.step(x, y, lr)
        return {name: one.clone() for name, one in gradients.items()}, [one.clone() for one in held(net)]


def of_activation(module, name):
    module.ScratchMLP(2, 3, 1, name, 0)


def of_shapes(module, method, x, y):
    """One method with inputs and targets of these shapes, for a network with 3 inputs and 2 outputs."""
    net, x, y = module.ScratchMLP(3, 4, 2), torch.ones(x), torch.ones(y)
    getattr(net, method)(*{"forward": (x,), "step": (x, y, 0.1)}.get(method, (x, y)))


# ---- the examiner's side


@points(2, hint="act(X W1 + b1) W2 + b2, with the four public tensors; nothing bends behind the second product.")
def test_forward(observe, draw):
    """forward follows the formula with the tensors as they are."""
    for activation in ("tanh", "relu", "sigmoid"):
        tensors, x, _ = drawn(draw, int(draw.integers(4, 8)), 3, 5, 2, activation)
        z, h, p = answered(activation, tensors, x)
        what = f"forward, {activation}"
        seen = shaped(observe(forward, activation, tensors, x), p.shape, what)
        W1, b1, W2, b2 = tensors
        cases = {
            "b1 is left out": answered(activation, [W1, 0 * b1, W2, b2], x)[2],
            "b2 is left out": p - b2,
            "there is no activation": z @ W2 + b2,
            "the output is bent, too": np.tanh(p),
            "the output is bent, too (ReLU)": np.maximum(p, 0),
            "the output is bent, too (sigmoid)": 1 / (1 + np.exp(-p)),
            "the activation is tanh always": answered("tanh", tensors, x)[2],
            "the activation is ReLU always": answered("relu", tensors, x)[2],
            "the activation is the sigmoid always": answered("sigmoid", tensors, x)[2],
        }
        right = np.allclose(seen, p, rtol=1e-3, atol=1e-4)
        named = [why for why, case in cases.items() if not right and np.allclose(seen, case, rtol=1e-3, atol=1e-4)]
        close(seen, p, what + (f" ({named[0]})" if named else ""), rtol=1e-3, atol=1e-4)


@points(1.5, hint="Random numbers, divided by the root of the number of rows: equal hidden units would stay equal.")
def test_start(observe, draw):
    """The weights start at random, different from each other, and the seed decides them."""
    seed = int(draw.integers(1, 10**6))
    sizes = (int(draw.integers(200, 300)), int(draw.integers(30, 45)), int(draw.integers(150, 200)))
    tensors, tracked = answers(observe(started, sizes, "tanh", [seed, seed + 1, seed]), 2)
    tensors = [answers(one, 4) for one in answers(tensors, 3)]
    n_in, hidden, n_out = sizes
    for name, shape, one in zip(NAMES, ((n_in, hidden), (hidden,), (hidden, n_out), (n_out,)), tensors[0], strict=True):
        one, rows = shaped(one, shape, f"{name} of {sizes}", "float32"), n_in if name in ("W1", "b1") else hidden
        if one.ndim == 2:
            told = f"{name}: many of its numbers are equal; hidden units that are alike stay alike"
            require(len(np.unique(one)) > 0.9 * one.size, told)
            size, mean = float(one.std()) * rows**0.5, float(one.mean()) * rows**0.5
            may_fail(1e-12)  # the deviation of 2400 numbers or more is known to 5 %
            require(0.45 < size < 2.2, f"{name}: its standard deviation is {size:.3g}/√{rows}, expected 0.5 to 2")
            require(abs(mean) < 0.3, f"{name}: its mean is {mean:.2g}/√{rows}, expected about 0")
        else:
            require(np.abs(one).max() <= 8 / rows**0.5, f"{name} starts at {np.abs(one).max():.2g}, expected about 0")
    close(tensors[2], tensors[0], f"seed {seed} once more", rtol=0, atol=0)
    for i in (0, 2):
        require(not np.allclose(tensors[1][i], tensors[0][i]), f"seeds {seed} and {seed + 1} give the same {NAMES[i]}")
    same([bool(one) for one in tracked], [False] * 4, "W1, b1, W2, b2 require gradients")
    first, second = answers(observe(by_default, (3, 4, 2), normal(draw, 5, 3)), 2)
    close(first, second, "a network without activation and seed, against tanh and seed 0", rtol=1e-5, atol=1e-6)


@points(1, hint="N · n_out squares are added, and their sum is divided by how many they are.")
def test_loss(observe, draw):
    """loss is the mean over all N · O entries."""
    for n, n_out in ((int(draw.integers(3, 8)), 3), (1, 1), (5, 1)):
        tensors, x, y = drawn(draw, n, 3, 4, n_out)
        seen, kind, outputs = answers(observe(loss, "tanh", tensors, x, y), 3)
        outputs = shaped(outputs, y.shape, "forward").astype(float)
        require(np.abs(outputs).max() > 0, "forward gives only zeros")
        e = (outputs - y) ** 2
        others = {
            "the sum, not the mean": e.sum(), "half of it": e.mean() / 2, "the root of it": e.mean() ** 0.5,
            "the sum over the outputs, averaged over N": e.sum() / n,
        }  # fmt: skip
        what = f"loss of {n} rows and {n_out} outputs"
        seen = float(shaped(seen, (), what))
        wanted = float(e.mean())
        named = [why for why, other in others.items() if np.isclose(seen, other, rtol=1e-3)]
        named = [] if np.isclose(seen, wanted, rtol=1e-3) else named
        close(seen, wanted, what + (f" (this is {named[0]})" if named else ""), rtol=1e-3, atol=1e-5)
        require("float" in kind, f"{what}: expected a float, saw {kind}")


SIZES = ((7, 3), (1, 1), (1, 3), (6, 1))  # rows and outputs


@points(2, hint="d = 2 (p - Y) / (N · n_out); W2 multiplies h, so its gradient is hᵀ d; b2 is added to every row.")
def test_output_layer(observe, neutral, draw):
    """backward has the gradients of the output layer."""
    for n, n_out in SIZES:
        tensors, x, y = drawn(draw, n, 2, 5, n_out)
        right = [np.asarray(one) for one in neutral(autograd, "tanh", tensors, x, y)]
        seen = observe(backward, "tanh", tensors, x, y)
        misread = misread_output("tanh", tensors, x, y)
        judged(seen, ("W2", "b2"), right[2:], misread, f"{n} rows, {n_out} outputs")


@points(3, hint="Back through W2 goes d W2ᵀ, and each entry is multiplied by the slope of the activation at its z.")
def test_hidden_layer(observe, neutral, draw):
    """backward has the gradients of the hidden layer, for three activations."""
    fine, wrong = 0, None
    for activation in ("tanh", "relu", "sigmoid"):
        try:
            for n, n_out in SIZES:
                tensors, x, y = drawn(draw, n, 4, 5, n_out, activation)
                right = [np.asarray(one) for one in neutral(autograd, activation, tensors, x, y)]
                seen = observe(backward, activation, tensors, x, y)
                misread = hidden_misread(activation, tensors, x, y, right[2:])
                judged(seen, ("W1", "b1"), right[:2], misread, f"{activation}, {n} rows, {n_out} outputs")
            fine += 1
        except AssertionError as problem:
            wrong = wrong or problem
    earn(fine, 3, f"{wrong}; activations")


@points(1.5, hint="Compute z, h and p anew in backward, or keep nothing that another call may have left behind.")
def test_no_memory(observe, draw):
    """backward changes nothing and needs no earlier call."""
    n = int(draw.integers(4, 8))
    tensors, x, y = drawn(draw, n, 3, 4, 2)
    other, x2, y2 = drawn(draw, n, 3, 4, 2)
    alone, kept, later, after, inputs = answers(observe(after_others, tensors, other, x, y, (x2, y2)), 5)
    require(isinstance(alone, dict) and set(NAMES) <= set(alone), "backward gives a dict of four gradients")
    for name, values in zip(NAMES, tensors, strict=True):
        one = np.asarray(alone[name])
        require(np.isfinite(one).all() and np.abs(one).max() > 0, f"the gradient of {name} is 0")
        close(kept[name], one, f"the gradient of {name} after calls with other data and weights, against alone")
        close(later[name], one, f"the gradient of {name} in the dict from before, after one more call of backward")
        shaped(one, np.shape(values), f"the gradient of {name}")
    close(after, tensors, "W1, b1, W2, b2 after calls of forward, loss and backward", rtol=0, atol=0)
    close(inputs, (x, y), "X and Y afterwards", rtol=0, atol=0)


@points(1, hint="Products, sums and slopes are all that is needed: nothing has to require a gradient.")
def test_without_autograd(observe, draw):
    """None of it needs autograd: everything works inside torch.inference_mode(), too."""
    # verify: ignores flipped (both sides are the submission's; whether they are right is asked elsewhere)
    for activation in ("tanh", "relu"):
        tensors, x, y = drawn(draw, 5, 3, 4, 2, activation)
        gradients, after = answers(observe(without_autograd, activation, tensors, x, y, 0.2), 2)
        right = observe(backward, activation, tensors, x, y)
        require(all(np.abs(np.asarray(right[name])).max() > 0 for name in NAMES), f"{activation}: a gradient is 0")
        for name, old, new in zip(NAMES, tensors, answers(after, 4), strict=True):
            close(
                gradients[name],
                right[name],
                f"{activation}: the gradient of {name}, against that outside",
                rtol=1e-4,
                atol=1e-6,
            )
            require(np.abs(np.asarray(new) - old).max() > 0, f"{activation}: the step does not move {name}")


@points(
    1,
    hint="PyTorch refuses a product that does not fit, but it subtracts (N,) from (N, 1): compare shapes.",
)
def test_refusals(observe):
    """Unknown activations and shapes that do not fit are refused."""
    names = ["gelu", "Tanh", "", "none"]
    observe.refuses(of_activation, names, ["tanh", "relu", "sigmoid"], ValueError, "ScratchMLP(2, 3, 1, activation)")
    fits = [
        ("forward", (5, 3), (5, 2)),
        ("loss", (5, 3), (5, 2)),
        ("backward", (1, 3), (1, 2)),
        ("step", (5, 3), (5, 2)),
    ]
    bad = [
        ("forward", (5, 4), (5, 2)), ("forward", (5, 2), (5, 2)), ("forward", (5, 6), (5, 2)),
        ("forward", (5, 1), (5, 2)), ("loss", (5, 3), (5, 1)), ("loss", (2, 3), (2,)),
        ("backward", (5, 3), (1, 2)), ("backward", (2, 3), (2,)), ("step", (5, 3), (5, 1)), ("step", (2, 3), (2,)),
    ]  # fmt: skip
    errors = (ValueError, RuntimeError)
    observe.refuses(of_shapes, bad, fits, errors, "3 inputs, 2 outputs: method, shape of X, shape of Y")
