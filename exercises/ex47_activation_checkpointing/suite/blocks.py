"""Blocks whose weights are written by hand, the plain loop over them, and what is kept of a run."""

import numpy as np
import torch
from torch import nn

from grader.suite import answers, close, normal, require, shaped

# ---- scenarios: run beside the learner's code and only report


class Block(nn.Module):
    """x + dropout of a linear map of the ReLU of a linear map; notes its number when it is called."""

    def __init__(self, values, rate, number, calls):
        super().__init__()
        width, inner = values[0].shape[1], values[0].shape[0]
        self.up, self.down, self.drop = nn.Linear(width, inner), nn.Linear(inner, width), nn.Dropout(rate)
        self.number, self.calls = number, calls
        with torch.no_grad():
            for p, value in zip(self.parameters(), values, strict=True):
                p.copy_(torch.as_tensor(value))

    def forward(self, x):
        self.calls.append(self.number)
        return x + self.drop(self.down(torch.relu(self.up(x))))


def stack(weights, rate, calls, how):
    """The blocks, of which some may be frozen, or stand at two places, or have float64 parameters."""
    blocks = [Block(values, rate, i, calls) for i, values in enumerate(weights)]
    if how == "frozen":
        blocks[0].requires_grad_(False)
        blocks[1].up.bias.requires_grad_(False)
    if how == "shared":
        blocks[2] = blocks[0]
    if how == "eval":
        for block in blocks:
            block.eval()
    if how == "double":
        blocks = [block.double() for block in blocks]
    return nn.ModuleList(blocks) if how == "module list" else blocks


def loop(blocks, x):
    for block in blocks:
        x = block(x)
    return x


def ran(run, weights, x, pull, start, rate, how, needs):
    """Output, gradients, random numbers after forward and after backward, calls in both, and x as it is then."""
    calls = []
    blocks = stack(weights, rate, calls, how)
    x = (x.double() if how == "double" else x.clone()).requires_grad_(needs)
    torch.set_rng_state(torch.as_tensor(start))
    y = run(blocks, x)
    after = torch.rand(3)  # whoever puts back the state of forward's end in backward gives these once more
    before = list(calls)
    y.backward(torch.as_tensor(pull).to(y))
    later = torch.rand(3)
    grads = [x.grad, *(p.grad for block in blocks for p in block.parameters())]
    return y.detach(), grads, (after, later), (before, calls[len(before) :]), x.detach()


def plain(weights, x, pull, start, rate, how, needs):
    return ran(loop, weights, x, pull, start, rate, how, needs)


def checkpointed(module, weights, x, pull, start, rate, how, needs):
    """
    >>> blocks = [torch.nn.Sequential(torch.nn.Linear(x.shape[1], x.shape[1]), torch.nn.ReLU()) for _ in weights]
    >>> y = checkpointed(blocks, x.requires_grad_(needs)); y.sum().backward(); x.grad  # other blocks
    """
    return ran(module.checkpointed, weights, x, pull, start, rate, how, needs)


def generator_state():
    torch.rand(7)
    return torch.get_rng_state()


def kept(module, weights, x, start, needs):
    """Bytes of floating-point storages that autograd keeps of the forward pass, parameters left out; and the output.

    >>> blocks = [torch.nn.Sequential(torch.nn.Linear(x.shape[1], x.shape[1]), torch.nn.ReLU()) for _ in weights]
    >>> checkpointed(blocks, x.requires_grad_(needs))  # other blocks
    """
    blocks = stack(weights, 0.5, [], "plain")
    own = {p.untyped_storage().data_ptr() for block in blocks for p in block.parameters()}
    found = {}

    def pack(tensor):
        if tensor.is_floating_point():
            found[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    torch.set_rng_state(torch.as_tensor(start))
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        y = module.checkpointed(blocks, x.clone().requires_grad_(needs))
    size = sum(nbytes for place, nbytes in found.items() if place not in own)
    if y.requires_grad:
        y.sum().backward()
    return size, y.detach(), [p.grad for block in blocks for p in block.parameters()]


# ---- the examiner's side


def drawn(draw, neutral, count=4, width=6, inner=9, n=5):
    """Weights of the blocks, an input, the gradient of the output, and where the generator starts."""
    shapes = ((inner, width), (inner,), (width, inner), (width,))
    weights = [[0.5 * normal(draw, *shape) for shape in shapes] for _ in range(count)]
    return weights, normal(draw, n, width), normal(draw, n, width), neutral(generator_state)


def compare(observe, neutral, setting, rate=0.0, how="plain", needs=True, what="", parts=("output", "gradients")):
    """The learner's run against the plain loop, in the parts that are asked for; gives both."""
    seen = answers(observe(checkpointed, *setting, rate, how, needs), 5)
    right = answers(neutral(plain, *setting, rate, how, needs), 5)
    if "output" in parts:
        close(seen[0], right[0], f"{what}: the output", rtol=1e-5, atol=1e-6)
    if "gradients" in parts:
        names = ["x", *(f"{name} of block {i}" for i in range(len(setting[0])) for name in
                        ("up.weight", "up.bias", "down.weight", "down.bias"))]  # fmt: skip
        for name, found, wanted in zip(names, answers(seen[1], len(names)), right[1], strict=True):
            told = f"{what}: the gradient of {name}"
            if wanted is None:
                continue
            require(found is not None, f"{told} is None")
            found, wanted = shaped(found, np.shape(wanted), told), np.asarray(wanted)
            far = np.abs(found - wanted).max()
            off = far / max(np.abs(wanted).max(), 1e-9)
            same_output = np.allclose(seen[0], right[0], atol=1e-5)
            why = " (the second run dropped other units)" if rate and off > 0.05 and same_output else ""
            why = why or (" (nearly right: something is kept with fewer digits)" if 2e-4 < off < 0.01 else "")
            close(found, wanted, told + why, rtol=1e-4, atol=1e-5)
    return seen, right
