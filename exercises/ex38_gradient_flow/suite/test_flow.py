"""ex38, gradient_norms and diagnose: on networks of the examiner's, and on deep nets as they start."""

import numpy as np
import torch
from nets import bent, linears, network, rule
from torch import nn

from grader.suite import answers, close, exactly, may_fail, normal, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def with_weights(kind, values):
    net = network(kind)
    left = list(values)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(torch.as_tensor(left.pop(0)).flatten()[: parameter.numel()].view_as(parameter))
    return net


def loss_of(net, x, y):
    return 5 * nn.functional.mse_loss(net(x), torch.as_tensor(y))


def told(module, kind, values, x, y):
    """gradient_norms of a network with these weights, and the names of the types in it.

    >>> net = torch.nn.Sequential(torch.nn.Linear(x.shape[-1], 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    >>> gradient_norms(net, net(x).square().mean())  # another network and loss
    """
    net = with_weights(kind, values)
    norms = module.gradient_norms(net, loss_of(net, torch.as_tensor(x), y))
    return list(norms), [type(one).__name__ for one in norms]


def gradients(kind, values, x, y):
    net = with_weights(kind, values)
    parts = [part for one in linears(net) for part in (one.weight, one.bias) if part is not None]
    return torch.autograd.grad(loss_of(net, torch.as_tensor(x), y), parts)


def traces(module, values, x, y, old):
    """Gradients, weights and modes around a measurement, a second one, and the gradients of a backward pass.

    >>> net = torch.nn.Sequential(torch.nn.Linear(x.shape[-1], 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    >>> gradient_norms(net, net(x).square().mean())  # another network and loss
    """
    net = with_weights("nested", values)
    net[2][0].eval()
    x = torch.as_tensor(x).clone().requires_grad_()
    parameters = list(net.parameters())
    for parameter in parameters[1:]:
        parameter.grad = torch.full_like(parameter, old)
    fresh = list(module.gradient_norms(twin := with_weights("nested", values), loss_of(twin, x.detach(), y)))
    loss = loss_of(net, x, y)
    first = list(module.gradient_norms(net, loss))
    grads = [None if p.grad is None else p.grad.clone() for p in parameters], x.grad
    weights = [p.detach().clone() for p in parameters]
    second = list(module.gradient_norms(net, loss))
    loss.backward()
    modes = [one.training for one in net.modules() if not list(one.children())]
    return (fresh, first), second, grads, weights, [p.grad for p in parameters], modes


def broken(module, values, x, y, factor):
    """gradient_norms of a loss times infinity or NaN.

    >>> net = torch.nn.Sequential(torch.nn.Linear(x.shape[-1], 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    >>> gradient_norms(net, net(x).square().mean() * factor)  # another network and loss
    """
    net = with_weights("nested", values)
    return list(module.gradient_norms(net, loss_of(net, torch.as_tensor(x), y) * factor))


def backward(values, x, y):
    net = with_weights("nested", values)
    loss_of(net, torch.as_tensor(x), y).backward()
    return [p.detach() for p in net.parameters()], [p.grad for p in net.parameters()]


def diagnosed(module, norms):
    return module.diagnose([float(one) for one in norms])


def of_norms(module, norms):
    module.diagnose(norms)


def experiment(module, name, skip, norm, depth, x, y, count):
    """True gradient norms of the learner's nets as they start, each with the learner's diagnosis of them."""
    seen = []
    for _ in range(count):
        net = module.deep_net(depth, x.shape[1], lambda: bent(name), skip, norm)
        loss = nn.functional.mse_loss(net(torch.as_tensor(x)), torch.as_tensor(y))
        grads = torch.autograd.grad(loss, [one.weight for one in linears(net)])
        norms = [grad.double().norm().item() for grad in grads]
        seen.append((norms, module.diagnose(list(norms))))
    return seen


# ---- the examiner's side

SIZES = {"nested": 9, "crossed": 4, "convolution": 6, "single": 2, "embedding": 3}


def drawn(draw, kind):
    """Numbers for all parameters of a network, inputs and targets."""
    return [0.4 * normal(draw, 50) + 0.1 for _ in range(SIZES[kind])], normal(draw, 6, 5), normal(draw, 6, 2)


@points(2, hint="`torch.autograd.grad(loss, weights)` gives a gradient per weight; its norm is √(sum of squares).")
def test_norms(observe, neutral, draw):
    """gradient_norms tells the norm of the gradient of each linear layer's weight, in order."""
    kinds = {"single": [1], "nested": [1, 1, 0, 1], "crossed": [1, 1], "convolution": [1, 1], "embedding": [1]}
    for kind, has_bias in kinds.items():
        setting = drawn(draw, kind)
        norms, types = answers(observe(told, kind, *setting), 2)
        found, count = list(neutral(gradients, kind, *setting)), len(has_bias)
        parts = [[np.asarray(found.pop(0), float) for _ in range(1 + bias)] for bias in has_bias]
        grads = [one[0] for one in parts]
        wanted = [float(np.sqrt((one**2).sum())) for one in grads]
        what = f"a network with {count} linear layer{'s' * (count > 1)} ({kind}): gradient_norms"
        seen = [float(shaped(one, (), f"{what}, layer {i + 1}")) for i, one in enumerate(exactly(norms, count, what))]
        others = {
            "the squares of the norms": [n**2 for n in wanted],
            "the sums of the absolute values": [np.abs(one).sum() for one in grads],
            "the largest absolute values": [np.abs(one).max() for one in grads],
            "the mean absolute values": [np.abs(one).mean() for one in grads],
            "the roots of the mean squares": [np.sqrt((one**2).mean()) for one in grads],
            "the largest singular values": [np.linalg.norm(one, 2) for one in grads],
            "norms of weight and bias together": [np.sqrt(sum((p**2).sum() for p in one)) for one in parts],
            "in reverse order": wanted[::-1],
        }
        named = [why for why, other in others.items() if np.allclose(seen, other, rtol=1e-3)]
        right = np.allclose(seen, wanted, rtol=1e-3)
        close(seen, wanted, what + (f" (these are {named[0]})" if named and not right else ""), rtol=1e-3, atol=1e-6)
        wrong = {one for one in types if "float" not in one}
        require(not wrong, f"{what}: floats are expected, saw {', '.join(sorted(wrong))}")


@points(
    1.5, hint="`loss.backward()` adds to every .grad and frees the graph; `torch.autograd.grad` need not do either."
)
def test_no_trace(observe, neutral, draw):
    """Measuring leaves no trace."""
    setting, old = drawn(draw, "nested"), float(draw.integers(2, 9))
    pair, second, grads, weights, after, modes = answers(observe(traces, *setting, old), 6)
    fresh, first = answers(pair, 2)
    before, right = answers(neutral(backward, *setting), 2)
    count = len(right)
    found, of_x = answers(grads, 2)
    found = answers(found, count)
    require(found[0] is None, "the .grad of the first weight was None and is a tensor now")
    for i in range(1, count):
        require(found[i] is not None, f"the .grad of parameter {i} held numbers before and is None now")
        close(
            found[i],
            np.full_like(right[i], old),
            f"the .grad of parameter {i}, filled with {old:g} before",
            rtol=0,
            atol=0,
        )
    require(of_x is None, "the .grad of x was None and is a tensor now")
    close(weights, list(before), "the weights afterwards", rtol=0, atol=0)
    same(modes, [True, True, False, True, True, True, True], "train mode of each layer, the third in eval mode before")
    close(second, first, "a second measurement, against the first", rtol=1e-4, atol=1e-7)
    require(min(answers(first, 4)) > 0, f"the norms are {first}")
    what = "the norms where most .grad hold numbers from before, against those of the same network without"
    close(first, fresh, what, rtol=1e-4, atol=1e-7)
    wanted = [grad + (old if i else 0) for i, grad in enumerate(right)]
    close(after, wanted, "the gradients of loss.backward() afterwards, added to what was there", rtol=1e-4, atol=1e-5)


def some_norms(draw, first, last, peak, count):
    """Norms with these ends; the others are smaller than the largest end, but for one if there is a peak."""
    middle = np.exp(draw.uniform(np.log(1e-6), np.log(max(first, last)), count)).tolist()
    if peak:
        middle[int(draw.integers(count))] = peak
    return [first, *middle, last]


@points(
    2, hint="Three questions in this order: is anything infinite or huge? Is the first far below the last? Else fine."
)
def test_rules(observe, draw):
    """diagnose follows the three rules."""

    def u(low, high):
        return float(np.exp(draw.uniform(np.log(low), np.log(high))))

    cases = []
    for _ in range(3):
        last = u(0.5, 500)
        cases += [
            ("all of one size", some_norms(draw, last * u(0.5, 1.5), last, None, 4)),
            ("the first is the largest", some_norms(draw, u(300, 900), u(0.01, 0.2), None, 4)),
            ("the last is the largest", some_norms(draw, last * u(0.0012, 0.006), last, None, 4)),
            ("the first is tiny", some_norms(draw, last * u(1e-12, 1e-5), last, None, 4)),
            ("the first is small enough", some_norms(draw, last * u(2e-4, 9e-4), last, None, 4)),
            ("all are tiny", [one * 1e-12 for one in some_norms(draw, last * u(0.1, 1), last, None, 4)]),
            (
                "the ends are alike, a middle one is far above",
                some_norms(draw, u(0.005, 0.02), u(0.005, 0.02), u(300, 950), 4),
            ),
            ("a middle one is tiny", [last, last * u(1e-9, 1e-5), last * u(0.3, 1)]),
            ("a large one in the middle", some_norms(draw, u(0.1, 10), u(0.1, 10), u(1100, 1e9), 4)),
            ("one is just too large", some_norms(draw, u(0.1, 10), u(0.1, 10), u(1050, 1500), 4)),
            ("a large one at the end, a small ratio", some_norms(draw, u(1e-3, 0.1), u(2e3, 1e9), None, 4)),
            ("a large one at the start", some_norms(draw, u(1200, 1e9), u(0.1, 10), None, 4)),
            ("a large middle one, ends far apart", some_norms(draw, u(1e-9, 1e-6), u(0.1, 10), u(1200, 1e5), 4)),
        ]
    order = draw.permutation(len(cases))
    cases = [cases[i] for i in order]
    for (what, norms), seen in zip(cases, observe.all(diagnosed, [(norms,) for _, norms in cases]), strict=True):
        told = ", ".join(f"{one:.2g}" for one in norms)
        same(seen, rule(norms), f"{what}: diagnose([{told}])")


@points(1, hint="Ask `math.isfinite` of every norm: a comparison with NaN is false, and `max` may pass it over.")
def test_edges(observe, draw):
    """Infinite and missing numbers, a single layer and a last norm of 0 are no obstacle."""
    cases = []
    for bad in (float("nan"), float("inf")):
        for place in range(3):
            norms = draw.uniform(0.5, 2, 3).tolist()
            norms[place] = bad
            cases.append(norms)
        cases.append([bad])
    some = float(draw.uniform(0.1, 9))
    cases += [[some], [some * 1e-6], [some * 1e4], [some, some / 3, 0.0], [0.0, some / 3, some]]
    cases = [cases[i] for i in draw.permutation(len(cases))]
    for norms, seen in zip(cases, observe.all(diagnosed, [(norms,) for norms in cases]), strict=True):
        same(seen, rule(norms), f"diagnose({[round(one, 7) for one in norms]})")
    for factor in (float("nan"), float("inf")):
        for seen in answers(observe(broken, *drawn(draw, "nested"), factor), 4):
            told = f"gradient_norms of a loss times {factor}"
            require(not np.isfinite(float(shaped(seen, (), told))), f"{told}: a norm is {seen}, not inf or nan")


def nets(observe, draw, name, kinds, depth):
    """Deep nets as they start: the sizes of their gradients, and the learner's diagnosis of these."""
    x, y = normal(draw, 32, 32), normal(draw, 32, 1)
    for skip, norm, wanted in kinds:
        what = f"{depth} blocks of width 32, {name}, skip={skip}, norm={norm}"
        seen = answers(observe(experiment, name, skip, norm, depth, x, y, 3), 3)
        pairs = [answers(one, 2) for one in seen]
        ratios = [norms[0] / max(norms[-1], 1e-300) for norms, _ in pairs]
        peaks = [max(exactly(norms, depth + 1, f"{what}: norms")) for norms, _ in pairs]
        ratio, peak = float(np.median(ratios)), float(np.median(peaks))
        found = rule([ratio, 1.0]) if peak < 1e3 else "exploding"
        sizes = f"first layer / head {ratio:.2g}, largest {peak:.2g}"
        told = f"{what}: the gradients are {found} ({sizes}), expected is {wanted}"
        require(found == wanted, f"{told}: is it the net asked for, as PyTorch starts it?")
        for norms, said in pairs:
            same(said, rule(norms), f"{what} ({sizes}): diagnose")


@points(
    2, hint="Each tool alone is not enough: a sum without norm grows, a norm without skip does not stop the products."
)
def test_four_nets(observe, draw):
    """Four networks, four answers: plain vanishes, norm alone and skip alone explode, both together are healthy."""
    may_fail(1e-10)  # the median of three log-normal sizes, each more than five deviations inside its limit
    kinds = (
        (False, False, "vanishing"),
        (False, True, "exploding"),
        (True, False, "exploding"),
        (True, True, "healthy"),
    )
    nets(observe, draw, "relu", kinds, 60)


@points(1, hint="The slope of a sigmoid is at most 1/4, that of tanh at most 1: products of fifty of them vanish.")
def test_other_activations(observe, draw):
    """The same with sigmoid and tanh: plain nets vanish, the pre-norm skip keeps them healthy."""
    may_fail(1e-10)  # as above
    for name in ("sigmoid", "tanh"):
        nets(observe, draw, name, ((False, False, "vanishing"), (True, True, "healthy")), 50)


@points(0.5, hint="`if not norms: raise ValueError`.")
def test_no_norms(observe, draw):
    """A diagnosis without norms is refused."""
    some = [float(draw.uniform(0.1, 1))]
    observe.refuses(of_norms, [([],), ((),)], [(some,), (some * 3,)], ValueError, "diagnose: norms")
