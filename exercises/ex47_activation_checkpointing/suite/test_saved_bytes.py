"""ex47, saved_bytes: networks of which it is known what autograd keeps."""

import numpy as np
import torch
from torch import nn

from grader.suite import answers, close, exactly, normal, points, same

# ---- scenarios: run beside the learner's code and only report


def of_network(module, depth, width, batch, double, grad, listed, needs):
    """saved_bytes of a network of Linear and ReLU, and how often it was called.

    >>> net = torch.nn.Sequential(*[part for _ in range(depth) for part in (torch.nn.Linear(width, width),
    ... torch.nn.ReLU())])
    >>> saved_bytes(lambda: net(torch.randn(batch, width)), list(net.parameters()))  # float32, with gradients
    """
    net = nn.Sequential(*(layer for _ in range(depth) for layer in (nn.Linear(width, width), nn.ReLU())))
    x, calls = torch.randn(batch, width), []
    if double:
        net, x = net.double(), x.double()

    def f():
        calls.append(1)
        return net(x)

    x.requires_grad_(needs)
    with torch.set_grad_enabled(grad):
        return module.saved_bytes(f, list(net.parameters()) if listed else net.parameters()), len(calls)


def of_products(module, rows, width, which):
    """saved_bytes of a few products with a weight, in which views, masks and dtypes are kept; twice.

    >>> x = torch.randn(rows, width); w = torch.randn(width, requires_grad=True)
    >>> saved_bytes(lambda: (x * w).sum(), [w])  # another product
    """
    x, w = torch.randn(rows, width), torch.randn(width, requires_grad=True)
    half = torch.randn(rows, width, dtype=torch.float64)
    functions = {
        "two views of one tensor": lambda: (x[:, : width // 2] * w[: width // 2]).sum() + (x[:, 1:] * w[1:]).sum(),
        "one row of a tensor": lambda: (x[0] * w).sum(),
        "one tensor in two products": lambda: (x * w).sum() + (x * w * 1.0).sum(),
        "a float64 tensor": lambda: (half * w).sum(),
        "a mask and a tensor": lambda: torch.where(x > 0, x * w, w).sum(),
        "a parameter and its transpose": lambda: (w @ w).sum() + x.sum(),
    }
    return [module.saved_bytes(functions[which], [w]) for _ in range(2)]


def used_afterwards(module, x, values):
    """Gradients through what saved_bytes has watched, and whether hooks are left behind.

    >>> w = torch.as_tensor(values).requires_grad_()
    >>> saved_bytes(lambda: (x @ w).tanh(), [w])
    """
    w, held = torch.as_tensor(values).clone().requires_grad_(), []

    def f():
        held.append((x @ w).tanh())
        return held[0]

    size = module.saved_bytes(f, [w])
    held[0].sum().backward()
    first = w.grad.clone()
    w.grad = None
    ((x @ w).tanh().sum()).backward()
    return size, first, w.grad


# ---- the examiner's side


@points(
    2,
    hint="A ReLU's output is the next Linear's input: one storage. Weights reach the hook as views of the parameters.",
)
def test_known_networks(observe, draw):
    """saved_bytes counts what a network of Linear and ReLU keeps, parameters left out."""
    for depth, width, batch, double, listed in (
        (2, 64, 32, False, True), (int(draw.integers(3, 6)), *map(int, draw.integers(5, 30, 2)), True, True),
        (1, int(draw.integers(5, 30)), 7, False, False),
    ):  # fmt: skip
        size, calls = answers(observe(of_network, depth, width, batch, double, True, listed, not double), 2)
        each = 8 if double else 4
        right, weights = (
            (depth + 1) * batch * width * each,
            (depth - double) * width * width * each,
        )  # the first weight serves x's gradient
        misread = {
            "the parameters are counted as well": right + weights,
            "the network's input is missing": right - batch * width * each,
            "each tensor counts, not each storage": 2 * depth * batch * width * each,
            "each tensor counts, the parameters as well": 2 * depth * batch * width * each + weights,
            "numbers, not bytes": right // each, "numbers, four bytes each": right // each * 4,
        }  # fmt: skip
        named = [why for why, other in misread.items() if size == other != right]
        given = "list" if listed else "generator, which is empty after one pass"
        what = f"{depth} times Linear and ReLU, width {width}, batch {batch}, {each} bytes each"
        what += f", the parameters in a {given}: saved_bytes"
        same(size, right, what + (f" ({named[0]})" if named else ""))
        same(calls, 1, f"{what}: calls of f")


@points(1.5, hint="`tensor.untyped_storage()`: its data_ptr() tells storages apart, its nbytes() is their size.")
def test_storages(observe, draw):
    """Each storage counts once and as a whole, whatever its dtype."""
    rows, width = int(draw.integers(4, 9)), 2 * int(draw.integers(3, 8))
    one = rows * width * 4
    for which, right in (
        ("two views of one tensor", one), ("one row of a tensor", one), ("a float64 tensor", 2 * one),
        ("a mask and a tensor", rows * width + one), ("a parameter and its transpose", 0),
    ):  # fmt: skip
        seen = observe(of_products, rows, width, which)
        same(seen, [right, right], f"{rows} rows, width {width}, {which} kept: saved_bytes, called twice")


@points(0.5, hint="Count what is saved; under no_grad that is nothing.")
def test_nothing_kept(observe, draw):
    """Where nothing is kept it is 0."""
    width = int(draw.integers(5, 30))
    batch = width + int(draw.integers(5, 30))
    for grad, right in ((False, 0), (True, 3 * width * batch * 4)):
        size, _ = answers(observe(of_network, 2, width, batch, False, grad, True, False), 2)
        close(size, right, f"width {width}, batch {batch}, grad mode {grad}: saved_bytes", rtol=0.7, atol=0)


@points(1, hint="The second hook gets what the first one returned: hand the tensor back.")
def test_backward_afterwards(observe, draw):
    """What saved_bytes has watched can still be used for a backward pass."""
    x, w = normal(draw, 5, 3), normal(draw, 3)
    size, first, second = exactly(observe(used_afterwards, x, w), 3, "size and gradients")
    right = ((1 - np.tanh(x @ w) ** 2)[:, None] * x).sum(0)
    close(first, right, "the gradient through what was watched", rtol=1e-4, atol=1e-5)
    close(second, right, "the gradient of a pass after that", rtol=1e-4, atol=1e-5)
    close(size, 5 * 3 * 4 + 5 * 4, "bytes of a product and its tanh", rtol=2, atol=0)
