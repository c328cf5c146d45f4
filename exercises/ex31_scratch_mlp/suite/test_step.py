"""ex31: what a step changes and tells, and whether steps learn."""

import numpy as np
import torch
from passes import NAMES, drawn, held, network

from grader.suite import answers, close, points, require, shaped

# ---- scenarios: run beside the learner's code and only report


def stepped(module, activation, tensors, x, y, lr):
    """The tensors after a step, what it returned, the gradients before it, and the outputs before and after it.

    >>> net = ScratchMLP(*tensors[0].shape, tensors[2].shape[1], activation)
    >>> net.W1, net.b1, net.W2, net.b2 = tensors; net.step(x, y, lr), net.W1, net.b1, net.W2, net.b2
    """
    x, y = torch.as_tensor(x), torch.as_tensor(y)
    gradients = network(module, activation, tensors).backward(x, y)
    net = network(module, activation, tensors)
    before = net.forward(x).detach().clone()
    told = net.step(x, y, lr)
    return held(net), told, type(told).__name__, gradients, (before, net.forward(x))


def learned(module, x, y, lr, most, seeds):
    """What networks of 8 tanh units answer once their loss is below 0.005, or after `most` steps.

    >>> net = ScratchMLP(x.shape[1], 8, 1, "tanh", seeds[0])
    >>> [net.step(x, y, lr) for _ in range(most)]; net.forward(x)
    """
    x, y, told = torch.as_tensor(x), torch.as_tensor(y), []
    for seed in seeds:
        net = module.ScratchMLP(x.shape[1], 8, 1, "tanh", seed)
        for i in range(most):
            net.step(x, y, lr)
            if i % 50 == 49:
                p = torch.tanh(x @ net.W1 + net.b1) @ net.W2 + net.b2
                if (p - y).square().mean() < 0.005:
                    break
        told.append(net.forward(x))
    return told


# ---- the examiner's side


@points(2, hint="Take all four gradients first. Then every tensor minus lr times its own.")
def test_step(observe, draw):
    """step moves all four tensors at once against their gradients."""
    for activation, lr in (("tanh", 0.3), ("sigmoid", float(draw.uniform(0.5, 2)))):
        tensors, x, y = drawn(draw, int(draw.integers(3, 8)), 3, 4, 2)
        after, _, _, gradients, _ = answers(observe(stepped, activation, tensors, x, y, lr), 5)
        require(isinstance(gradients, dict) and set(NAMES) <= set(gradients), "backward gives a dict of four gradients")
        for name, old, new in zip(NAMES, tensors, answers(after, 4), strict=True):
            what = f"{name} after a step with lr {lr:.3g}"
            new, gradient = shaped(new, old.shape, what), shaped(gradients[name], old.shape, f"gradient of {name}")
            require(np.abs(gradient).max() > 1e-6, f"the gradient of {name} is 0")
            wanted = old - lr * gradient
            why = ""
            if not np.allclose(new, wanted, rtol=1e-3, atol=1e-5):
                cases = {
                    "it has not moved": old, "it went along the gradient, not against it": old + lr * gradient,
                    "lr is left out": old - gradient, "it moved twice": old - 2 * lr * gradient,
                }  # fmt: skip
                named = [why for why, case in cases.items() if np.allclose(new, case, rtol=1e-3, atol=1e-5)]
                other = "not by the gradient at the weights before the step: has another tensor moved already?"
                why = f" ({named[0] if named else other})"
            close(new, wanted, f"{what}, against its own backward{why}", rtol=1e-3, atol=1e-5)


@points(1, hint="Compute the loss before anything changes, and return it as a float.")
def test_step_tells_the_loss(observe, draw):
    """step tells the loss before the update."""
    tensors, x, y = drawn(draw, int(draw.integers(3, 8)), 3, 4, 2)
    _, told, kind, _, outputs = answers(observe(stepped, "tanh", tensors, x, y, 0.5), 5)
    outputs = [shaped(one, y.shape, "forward before and after the step") for one in answers(outputs, 2)]
    before, later = (float(((one.astype(float) - y) ** 2).mean()) for one in outputs)
    told = float(shaped(told, (), "step"))
    require(abs(later - before) > 1e-5, "the step has changed nothing")
    why = " (this is the loss after it)" if np.isclose(told, later, rtol=1e-3) else ""
    close(told, before, f"the loss that step returns{why}", rtol=1e-3, atol=1e-5)
    require("float" in kind, f"step: expected a float, saw {kind}")


@points(2, hint="If all else passes, look at the start: too small weights, or equal ones, do not get going.")
def test_xor(observe, draw):
    """The network learns XOR, which no linear model can."""
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")[draw.permutation(4)]
    flip = bool(draw.integers(2))
    y = ((corners.sum(1) == 1) != flip).astype("float32")[:, None]
    seeds = [int(one) for one in draw.integers(0, 10**6, 3)]
    losses = []
    for p in answers(observe(learned, corners, y, 0.1, 3000, seeds), 3):
        losses.append(float(np.mean((shaped(p, (4, 1), "the answers to the four corners") - y) ** 2)))
    told = ", ".join(f"{one:.3f}" for one in losses)
    what = f"{'not ' * flip}XOR, 8 tanh units, 3000 steps of 0.1, seeds {seeds}: losses {told}"
    require(sorted(losses)[1] < 0.01, f"{what}; at least two below 0.01 are expected, a linear model gets 0.25")
