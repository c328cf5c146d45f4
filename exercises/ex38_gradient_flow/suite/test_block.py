"""ex38, Block and deep_net: against the formulas, with weights that the examiner chooses or reads."""

import numpy as np
import torch
from nets import judged, linears, normed, of_block, right, slope_of_block
from torch import nn

from grader.suite import answers, close, earn, normal, pair, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


class Numbered(nn.Module):
    """A ReLU with a learned slope for negative numbers, which notes its number when it is called."""

    def __init__(self, number, calls):
        super().__init__()
        self.slope, self.number, self.calls = nn.Parameter(torch.tensor(0.3)), number, calls

    def forward(self, x):
        self.calls.append(self.number)
        return torch.where(x > 0, x, self.slope * x)


def started(module, width, x):
    """The output of the block with tanh as it starts."""
    return module.Block(width, nn.Tanh(), skip=True, norm=True)(torch.as_tensor(x))


def rows(module, options, x):
    """The block's outputs for x, for its rows alone, for x in eval mode; and x afterwards."""
    block = module.Block(x.shape[-1], nn.Tanh(), **options)
    x = torch.as_tensor(x).clone()
    with torch.no_grad():
        single = torch.stack([block(row.clone()) for row in x.reshape(-1, x.shape[-1])])
        rested, trained = block.eval()(x.clone()), block.train()(x.clone())
        whole = block(x)
    return whole, trained, single, rested, x, len(linears(block))


def built(module, depth, width, out, skip, norm, x):
    """Type, shapes of the linear layers, the activations called in order, output shape, slopes among the parameters.

    >>> net = deep_net(depth, width, torch.nn.Tanh, skip, norm, **({} if out is None else {"out": out}))
    >>> net(x)
    """
    made, calls = [], []

    def activation():
        made.append(Numbered(len(made), calls))
        return made[-1]

    net = module.deep_net(depth, width, activation, skip, norm, **({} if out is None else {"out": out}))
    y = net(torch.as_tensor(x))
    shapes = [tuple(linear.weight.shape) for linear in linears(net)]
    slopes = sum(parameter.ndim == 0 for parameter in net.parameters())
    return isinstance(net, nn.Sequential), shapes, calls, tuple(y.shape), slopes


def computed(module, depth, width, skip, norm, x):
    """The net's linear layers as they are, what the last of them gets, and the net's output."""
    net = module.deep_net(depth, width, nn.Tanh, skip, norm, out=2)
    got = []
    linears(net)[-1].register_forward_pre_hook(lambda _, inputs: got.append(inputs[0].detach().clone()))
    y = net(torch.as_tensor(x))
    return [(linear.weight, linear.bias) for linear in linears(net)], got, y


def slope_of_formula(weight, bias, x, pull):
    """The gradient of x for tanh(W LN(x) + b)."""
    weight, bias, x, pull = (torch.as_tensor(one) for one in (weight, bias, x, pull))
    x = x.clone().requires_grad_()
    y = nn.functional.linear(nn.functional.layer_norm(x, x.shape[-1:]), weight, bias).tanh()
    return torch.autograd.grad(y, x, pull)[0]


def of_depth(module, depth):
    module.deep_net(depth, 3, nn.ReLU, True, True)


# ---- the examiner's side


@points(2, hint="f(x) = activation(linear(x)), and x is added to it if there is a skip.")
def test_without_norm(observe, draw):
    """Without norm the block computes φ(Wx + b), with a skip x + φ(Wx + b)."""
    judged(observe, draw, skip=False, norm=False)
    judged(observe, draw, skip=True, norm=False)


@points(2, hint="The order inside the branch: norm, linear map, activation. Then the sum.")
def test_with_norm(observe, neutral, draw):
    """With a norm it computes φ(W LN(x) + b), with a skip x + φ(W LN(x) + b)."""
    judged(observe, draw, skip=False, norm=True)
    judged(observe, draw, skip=True, norm=True)
    judged(observe, draw, skip=True, norm=True, options={})
    width = int(draw.integers(5, 9))
    setting = normal(draw, width, width), normal(draw, width), 2 * normal(draw, 4, width), normal(draw, 4, width)
    _, seen = answers(observe(slope_of_block, {"skip": False, "norm": True}, "tanh", *setting), 2)
    wanted = np.asarray(neutral(slope_of_formula, *setting))
    told = f"Block({width}, tanh), skip=False, norm=True: the gradient that reaches x"
    right = np.allclose(shaped(seen, (4, width), told), wanted, rtol=1e-2, atol=1e-3)
    why = "is not that of the formula, though the values are: mean and deviation hand gradients on, too; halves"
    earn(1 + right, 2, f"{told} {why}")


def dead(draw, skip, norm):
    """Arguments for a block with tanh whose weights are all 0."""
    width = int(draw.integers(3, 9))
    x, nothing = 2 * normal(draw, 4, width) + 1, np.zeros(width, "float32")
    return {"skip": skip, "norm": norm}, "tanh", np.diag(nothing), nothing, x


@points(
    1, hint="With weights of 0 the branch gives 0, and 0 is all that may be added to x. Nothing else happens to it."
)
def test_identity(observe, draw):
    """With weights of zero and tanh, the block with a skip is the identity."""
    kept, wrong = 0, ""
    for norm in (False, True):
        setting = dead(draw, True, norm)
        x = setting[-1]
        count, y = answers(observe(of_block, *setting), 2)
        same(count, 1, "nn.Linear layers inside")
        y = shaped(y, x.shape, "the output")
        if np.allclose(y, x, rtol=1e-4, atol=1e-4):
            kept += 1
        else:
            wrong = f"norm={norm}, weights of 0: x is {x[0, 0]:.4g}, the output {y[0, 0]:.4g}; blocks"
    begin = shaped(observe(started, 6, normal(draw, 4, 6)), (4, 6), "the output")
    require(np.abs(begin).max() > 0, "as it starts, the block gives only zeros")
    earn(kept, 2, wrong)


@points(1.5, hint="Around a dead branch the skip still has the derivative 1; without it there is none.")
def test_dead_branch(observe, draw):
    """The gradient reaches the input even if the branch is dead."""
    fine, wrong = 0, ""
    for skip, norm in ((True, False), (True, True), (False, True)):
        setting = dead(draw, skip, norm)
        pull, told = normal(draw, *setting[-1].shape), f"skip={skip}, norm={norm}, weights of 0: "
        count, dx = answers(observe(slope_of_block, *setting, pull), 2)
        same(count, 1, "nn.Linear layers inside")
        dx = shaped(np.zeros_like(pull) if dx is None else dx, pull.shape, f"{told}the gradient of x")
        wanted = skip * pull
        if np.allclose(dx, wanted, rtol=1e-4, atol=1e-4):
            fine += 1
        else:
            wrong = f"{told}the gradient {pull[0, 0]:.4g} comes back as {dx[0, 0]:.4g}, not {wanted[0, 0]:.4g}; blocks"
    earn(fine, 3, wrong)


@points(1, hint="A new tensor, `x + h`: `x += h` writes into what the caller gave.")
def test_rows(observe, draw):
    """The last dimension is the width, each row stands alone, and x stays as it is."""
    for shape, options in (
        ((2, 3, 5), {"skip": True, "norm": True}), ((4, int(draw.integers(3, 9))), {"skip": True, "norm": False}),
        ((3, 2, 4), {"skip": False, "norm": True}),
    ):  # fmt: skip
        x, what = normal(draw, *shape), f"x of shape {shape}, {options}"
        whole, trained, single, rested, after, count = answers(observe(rows, options, x), 6)
        whole, single = shaped(whole, shape, what), shaped(single, (x.size // shape[-1], shape[-1]), f"{what}, rows")
        close(after, x, f"{what}: x after the call", rtol=0, atol=0)
        close(single.reshape(shape), whole, f"{what}: each row alone, against all together", rtol=1e-4, atol=1e-5)
        close(trained, whole, f"{what}: asked a second time", rtol=1e-4, atol=1e-5)
        close(rested, whole, f"{what}: in eval mode, against train mode", rtol=1e-4, atol=1e-5)
        same(count, 1, f"{what}: nn.Linear layers inside")
        require(np.abs(whole - x).max() > 1e-3, f"{what}: the block gives x back unchanged")


@points(1.5, hint="A list of `depth` Blocks, each made with a new `activation()`, then the head of shape (out, width).")
def test_parts(observe, draw):
    """deep_net has as many blocks as asked for, each with an activation of its own, and a head."""
    for out, skip, norm in ((None, True, True), (int(draw.integers(2, 6)), True, False), (3, False, False)):
        depth, width = int(draw.integers(2, 7)), int(draw.integers(3, 9))
        x, what = normal(draw, 4, width), f"deep_net({depth}, {width}, ..., {skip}, {norm}, out={out or 'default'})"
        seen = answers(observe(built, depth, width, out, skip, norm, x), 5)
        is_sequential, shapes, calls, shape, slopes = seen
        heads = [(width, width)] * depth + [(out or 1, width)]
        same([tuple(one) for one in shapes], heads, f"{what}: shapes of the linear layers' weights, in order")
        same(tuple(shape), (4, out or 1), f"{what}: shape of the output for 4 rows")
        same(len(calls), depth, f"{what}: calls of activations")
        same(len(set(calls)), depth, f"{what}: different activations among them")
        same(slopes, depth, f"{what}: parameters of the activations among the net's own")
        same(is_sequential, True, f"{what}: is an nn.Sequential")


def chained(x, layers, skip, norm):
    """What the net's layers compute, by the formulas."""
    x = np.asarray(x, float)
    for weight, bias in layers[:-1]:
        x = right(x, weight, bias, "tanh", skip, norm)
    before = normed(x) if norm else x
    return before, [h @ layers[-1][0].T + layers[-1][1] for h in (before, x)]


@points(2, hint="Blocks in a row, one norm if there is any, the head: nothing else, and no activation after the head.")
def test_chain(observe, draw):
    """deep_net computes what its blocks, the last norm and the head compute."""
    fine, wrong = 0, ""
    for skip in (False, True):
        for norm in (False, True):
            depth, width = int(draw.integers(3, 6)), int(draw.integers(5, 9))
            x, what = normal(draw, 5, width), f"deep_net of {depth} blocks, skip={skip}, norm={norm}"
            layers, _, y = answers(observe(computed, depth, width, skip, norm, x), 3)
            layers = [[np.asarray(one, float) for one in answers(pair, 2)] for pair in answers(layers, depth + 1)]
            y = shaped(y, (5, 2), what)
            require(np.abs(y).max() > 0, f"{what}: the output is 0")
            _, (wanted, raw) = chained(x, layers, skip, norm)
            if np.allclose(y, wanted, rtol=1e-3, atol=1e-4):
                fine += 1
                continue
            why = " (there is no norm before the head)" if norm and np.allclose(y, raw, rtol=1e-3, atol=1e-4) else ""
            wrong = f"{what}: {pair(wanted[0, 0], y[0, 0])}{why}"
    earn(fine, 4, f"{wrong}; kinds of nets")


@points(1.5, hint="With pre-norm blocks the sum x + h + h + ... is never normalized on its way: do it once at the end.")
def test_last_norm(observe, draw):
    """The head gets normalized rows if there is a norm, and else what the last block gives."""
    # verify: ignores flipped (means of 0 and deviations have no sign)
    for skip in (True, False):
        depth, width = int(draw.integers(6, 12)), int(draw.integers(6, 12))
        x, what = 3 * normal(draw, 5, width), f"{depth} blocks of width {width}, skip={skip}"
        for norm in (True, False):
            _, got, y = answers(observe(computed, depth, width, skip, norm, x), 3)
            (rows,) = answers(got, 1)
            rows = shaped(rows, (5, width), f"{what}, norm={norm}: what the head gets").astype(float)
            shaped(y, (5, 2), f"{what}, norm={norm}: the output")
            mean, size = np.abs(rows.mean(1)).max(), np.sqrt(rows.var(1))
            if norm:
                sizes = f"means up to {mean:.2g} and deviations of {size.min():.2g} to {size.max():.2g}"
                told = f"{what}, norm=True: the head gets rows with {sizes}, not 0 and 1"
                require(mean < 0.01 and np.abs(size - 1).max() < 0.03, told)
            else:
                told = f"{what}, norm=False: the head gets rows that are normalized"
                require(mean > 0.01 or np.abs(size - 1).max() > 0.03, told)


@points(0.5, hint="`if depth < 1: raise ValueError`.")
def test_no_blocks(observe):
    """A network without blocks is refused."""
    observe.refuses(of_depth, [0, -1, -5], [1, 2], ValueError, "deep_net: depth")
