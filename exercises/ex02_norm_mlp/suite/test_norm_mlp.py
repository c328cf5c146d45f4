"""ex02: who looks at whom in a batch, and what the numbers of both norms are."""

import itertools

import numpy as np
import torch
from torch import nn

from grader.suite import Raised, answers, close, normal, points, same

NORMS = ("none", "batch", "layer")
EPSILONS = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 0.0)
HOW = {
    (1, False): "the variance is the mean of the squared deviations: divide by n, not by n - 1 (unbiased=False)",
    (0, True): "eps belongs inside the root: sqrt(var + eps), not sqrt(var) + eps",
    (1, True): "divide by sqrt(var + eps), where var is the mean of the squared deviations (unbiased=False)",
}

# Six samples of twelve numbers, and five others to put beside the first of them.
ROWS = np.sin(np.arange(72) ** 1.5).reshape(6, 12).astype("float32")
OTHERS = 2 + np.cos(np.arange(60) ** 1.5).reshape(5, 12).astype("float32")


# Scenarios


def forms(module, images):
    """Per norm: logits of images, of flat vectors and of turned images that are not contiguous, and of flat copies."""
    seen = {}
    for norm in ("none", "batch", "layer"):
        model = module.NormMLP(norm=norm).eval()
        turned = images.transpose(2, 3)
        batches = (images, images.flatten(1), turned)
        seen[norm] = [(model(x), model(x.clone(memory_format=torch.contiguous_format).flatten(1))) for x in batches]
    return seen


def count(module, sizes):
    """Per norm: how many numbers an optimizer would be given."""
    seen = {}
    for norm in ("none", "batch", "layer"):
        model = module.NormMLP(*sizes, norm=norm)
        seen[norm] = sum(p.numel() for p in model.parameters() if p.requires_grad)
    return seen


def beside(module, rows, others):
    """Per norm and situation: logits of the rows, of row 0 with others beside it, of fewer rows, of row 0 alone."""
    seen = {}
    for norm in ("none", "batch", "layer"):
        model = module.NormMLP(12, 16, 4, norm)
        model(rows)
        for mode, grad in (("train", True), ("train", False), ("eval", True), ("eval", False)):
            model.train(mode == "train")
            with torch.set_grad_enabled(grad):
                batches = [rows, torch.cat([rows[:1], others]), rows[:4]]
                if norm != "batch" or mode == "eval":
                    batches.append(rows[:1])
                situation = f"{mode}()" if grad else f"{mode}() under no_grad"
                seen[norm, situation] = [model(batch) for batch in batches]
    return seen


def run_and_rest(module, batches, others, rows):
    """Batch norm's eval logits of the rows: at first, after training batches, after eval batches, saved and loaded."""
    model, twin = module.NormMLP(12, 16, 4, "batch"), module.NormMLP(12, 16, 4, "batch")
    seen = [model.eval()(rows)]
    for batch in batches:
        model.train()(batch)
    seen.append(model.eval()(rows))
    for batch in others:
        model.eval()(batch)
    seen.append(model.eval()(rows))
    twin.load_state_dict({name: tensor.clone() for name, tensor in model.state_dict().items()})
    seen.append(twin.eval()(rows))
    return seen


def linears(model, hidden):
    """The two linear maps, told apart by their sizes."""
    found = [m for m in model.modules() if isinstance(m, nn.Linear)]
    return [m for m in found if m.out_features == hidden] + [m for m in found if m.in_features == hidden]


def through_relu(module, norm, x):
    """In train(): what enters the last Linear, logits, logits of 5x + 3, logits after fc1 was tripled and shifted."""
    model = module.NormMLP(12, 16, 4, norm)
    first, last = linears(model, 16)
    entered = []
    handle = last.register_forward_pre_hook(lambda layer, inputs: entered.append(inputs[0].clone()))
    logits = model(x)
    handle.remove()
    moved = model(5 * x + 3)
    with torch.no_grad():
        first.weight *= 3
        if first.bias is not None:
            first.bias *= 3
            first.bias += 2
    return entered[0], logits, moved, model(x)


def numbers(module, norm, x, scale, shift):
    """Puts given numbers into the norm; its logits in train(), with both linear maps as (weight, bias)."""
    model = module.NormMLP(12, 8, 4, norm)
    first, last = linears(model, 8)
    known = {id(p) for layer in (first, last) for p in layer.parameters()}
    own = [p for p in model.parameters() if id(p) not in known]
    with torch.no_grad():
        if first.bias is not None:
            first.bias.zero_()
        for parameter, values in zip(own, (scale, shift)):
            parameter.copy_(values.view_as(parameter))
        logits = [model(factor * x) for factor in (1.0, 1e-2, 1e-3, 1e-4)]
    return len(own), logits, first.weight, last.weight, last.bias


def run_once(module, norm, rows, train):
    """One forward pass in the given mode."""
    module.NormMLP(12, 16, 4, norm).train(train)(rows)


def learn(module, norm, x, weights):
    """Logits in train(), the size of each parameter's gradient, and the logits when the last layer is doubled and negated."""
    model = module.NormMLP(12, 16, 4, norm)
    logits = model(x)
    (logits * weights).sum().backward()
    gradients = {name: None if p.grad is None else p.grad.abs().sum() for name, p in model.named_parameters()}
    last = linears(model, 16)[-1]
    with torch.no_grad():
        for parameter in last.parameters():
            parameter *= -2
    return logits, gradients, model(x)


# What the examiner expects


def relu_mlp(x, first, norm, scale, shift, ddof, eps, outside, last, bias):
    """Logits of Linear → norm → ReLU → Linear in float64, with the variance and eps as told."""
    hidden = x.astype("float64") @ first.T
    axis = 0 if norm == "batch" else 1
    deviation = hidden - hidden.mean(axis, keepdims=True)
    var = hidden.var(axis, ddof=ddof, keepdims=True)
    divisor = np.sqrt(var) + eps if outside else np.sqrt(var + eps)
    return np.maximum(deviation / divisor * scale + shift, 0) @ last.T + bias


def how(x, norm, scale, shift, seen):
    """(ddof, eps outside the root) for which the formula gives the logits at every size of x; None if there is none."""
    _, logits, first, last, bias = seen
    order = ((scale, shift), (shift, scale))  # which of the norm's two parameters is γ?
    for ddof, outside, eps, (gamma, beta) in itertools.product((0, 1), (False, True), EPSILONS, order):
        pairs = [
            (relu_mlp(factor * x, first, norm, gamma, beta, ddof, eps, outside, last, bias), one)
            for factor, one in zip((1.0, 1e-2, 1e-3, 1e-4), logits, strict=True)
        ]
        if all(np.abs(expected - one).max() < 5e-4 for expected, one in pairs):
            return ddof, outside
    return None


@points(1, hint="x.flatten(1) turns any batch into (N, in_features); view refuses tensors that are not contiguous.")
def test_inputs(observe, draw):
    """Images, flat vectors and batches that are not contiguous all work."""
    seen = observe(forms, normal(draw, 5, 1, 28, 28))
    for norm in NORMS:
        for what, (logits, flat) in zip(("images", "vectors", "turned images"), answers(seen[norm], 3), strict=True):
            same(getattr(logits, "shape", None), (5, 10), f"norm={norm!r}, {what}: shape of the logits")
            close(logits, flat, f"norm={norm!r}: logits of {what}, against those of the same numbers as flat vectors")
            assert np.ptp(logits, axis=0).min() > 1e-6, f"norm={norm!r}: all five {what} have the same logits"


@points(1, hint="Layers must be attributes (or in nn.Sequential, nn.ModuleList), γ and β nn.Parameter.")
def test_parameters(observe, draw):
    """There are as many learnable numbers as there should be."""
    sizes = [int(size) for size in draw.integers(5, 40, 3)]
    for (inputs, hidden, classes), given in (((784, 128, 10), ()), (sizes, sizes)):
        seen = observe(count, given)
        for norm in NORMS:
            expected = inputs * hidden + hidden + hidden * classes + classes + 2 * hidden * (norm != "none")
            told = f"NormMLP({', '.join(map(str, given))}), norm={norm!r}: {expected} learnable numbers expected, saw"
            missing = ": parameters() misses the norm" if seen[norm] == expected - 2 * hidden else ""
            no_bias = expected - hidden if norm != "none" else expected  # before a norm the bias may be left out
            assert seen[norm] in (expected, no_bias), f"{told} {seen[norm]}{missing}"


@points(2, hint="Which axis does the norm average? For layer norm it is the features of one sample, the last axis.")
def test_rows(observe):
    """ "none" and "layer" look at one sample at a time."""
    seen = observe(beside, ROWS, OTHERS)
    for norm, mode in itertools.product(("none", "layer"), ("train()", "eval()")):
        rows, changed, fewer, alone = answers(seen[norm, mode], 4)
        told = f"norm={norm!r}, {mode}: row 0"
        assert np.ptp(rows, axis=0).min() > 1e-4, f"{told} and all other rows have the same logits"
        assert np.abs(changed[1:] - rows[1:]).max() > 1e-3, f"{told} to 5: the logits do not depend on the input"
        close(changed[0], rows[0], f"{told} changed when only other rows changed; its logits")
        close(fewer, rows[:4], f"{told} to 3: logits in a batch of 4, against those in a batch of 6")
        close(alone[0], rows[0], f"{told} alone: its logits, against those in a batch of 6")


@points(
    2, hint="Batch norm asks self.training, which train() and eval() set; whether gradients are on does not matter."
)
def test_batch(observe):
    """ "batch" looks at the whole batch in train mode, and not in eval mode."""
    seen = observe(beside, ROWS, OTHERS)
    for mode in ("train()", "train() under no_grad"):
        rows, changed, _ = answers(seen["batch", mode], 3)
        told = f"norm='batch', {mode}: row 0 keeps its logits, whatever the other rows are"
        assert np.abs(changed[0] - rows[0]).max() > 1e-3, f"{told}; in train() the statistics are those of the batch"
    for mode in ("eval()", "eval() under no_grad"):
        rows, changed, fewer, alone = answers(seen["batch", mode], 4)
        told = f"norm='batch', {mode}: the answer to one sample depends on its neighbors"
        close(changed[0], rows[0], f"{told}; logits of row 0 with other neighbors")
        close(fewer, rows[:4], f"{told}; logits in a batch of 4")
        close(alone[0], rows[0], f"{told}; logits of row 0 alone")
        assert np.abs(changed[1:] - rows[1:]).max() > 1e-3, (
            f"norm='batch', {mode}: the logits do not depend on the input"
        )


@points(1, hint="Running statistics are buffers (register_buffer), updated if self.training and at no other time.")
def test_running(observe, draw):
    """Running statistics move in train(), rest in eval() and travel in state_dict()."""
    batches = [3 + 2 * normal(draw, 16, 12) for _ in range(3)]
    others = [normal(draw, 16, 12) - 5 for _ in range(3)]
    at_first, trained, rested, loaded = answers(observe(run_and_rest, batches, others, normal(draw, 6, 12)), 4)
    moved = np.abs(trained - at_first).max()
    assert moved > 1e-3, "after three batches in train() the eval logits are the same as before: nothing was remembered"
    close(rested, trained, "eval logits after more batches in eval(): running statistics must rest in eval(); logits")
    told = (
        "eval logits after state_dict() went into a new model: the running statistics are not in it (register_buffer)"
    )
    close(loaded, trained, f"{told}; logits")


@points(1, hint="fc2(relu(norm(fc1(x)))): the ReLU comes after the norm.")
def test_order(observe, draw):
    """The norm sits before the ReLU."""
    x = 10 * normal(draw, 16, 12)
    for norm, seen in zip(NORMS, observe.each(through_relu, [(norm, x) for norm in NORMS]), strict=True):
        if isinstance(seen, Raised):
            seen = observe(through_relu, norm, x)
        entered, logits, moved, tripled = answers(seen, 4)
        told = f"norm={norm!r}:"
        assert np.min(entered) >= 0, f"{told} the last layer sees negative numbers, such as {np.min(entered):.2f}"
        assert np.mean(entered == 0) > 0.1, f"{told} the ReLU zeroes nothing of what enters the last layer"
        if norm == "batch":
            close(moved, logits, f"{told} 5x + 3 must give the logits of x if the norm comes before the ReLU", 0, 1e-3)
        if norm == "layer":
            close(tripled, logits, f"{told} tripling fc1 must not change logits if the norm comes first", 0, 1e-3)
        else:
            assert np.ptp(logits, axis=0).min() > 1e-4, f"{told} all rows have the same logits"


@points(1, hint="Divide by sqrt(var + eps); var(unbiased=False) is the mean of the squared deviations.")
def test_formula(observe, draw):
    """The norm divides by √(var + eps), var being the mean squared deviation."""
    x, scale, shift = normal(draw, 8, 12), 1 + 0.3 * normal(draw, 8), 0.5 * normal(draw, 8)
    asked = [(norm, x, scale, shift) for norm in ("layer", "batch")]
    for (norm, *_), seen in zip(asked, observe.each(numbers, asked), strict=True):
        if isinstance(seen, Raised):
            seen = observe(numbers, norm, x, scale, shift)
        own, *_ = answers(seen, 5)
        same(own, 2, f"norm={norm!r}: number of parameters beside those of the two nn.Linear (a scale and a shift)")
        found = how(x, norm, scale, shift, seen)
        told = HOW.get(found, "they are not those of γ·(a − mean) / √(var + eps) + β, ReLU and the last layer")
        assert found == (0, False), f"norm={norm!r}, 8 features, 8 samples in train(): logits are off; {told}"


@points(1, hint="A single value has no variance. nn.BatchNorm1d refuses it by itself; a norm of your own has to check.")
def test_one_sample(observe, draw):
    """A batch of one works, except with batch norm in train mode."""
    one, two = normal(draw, 1, 12), normal(draw, 2, 12)
    bad = [("batch", one, True)]
    good = [("batch", two, True), ("batch", one, False), ("layer", one, True), ("layer", one, False)]
    good += [("none", one, True), ("none", one, False)]
    observe.refuses(run_once, bad=bad, good=good, error=ValueError, what="a forward pass (norm, batch, train mode) of")


@points(2, hint="Return what the last Linear gives; cross entropy takes the softmax itself.")
def test_logits(observe, draw):
    """The answer is logits, every parameter gets a gradient, an unknown norm is refused."""
    x, weights = normal(draw, 16, 12), normal(draw, 16, 4)
    asked = [(norm, x, weights) for norm in (*NORMS, "instance", "both", "")]
    seen = dict(zip((norm for norm, *_ in asked), observe.each(learn, asked), strict=True))
    for norm in NORMS:
        if isinstance(seen[norm], Raised):
            seen[norm] = observe(learn, norm, x, weights)
        logits, gradients, turned = answers(seen[norm], 3)
        for what, total in (("", logits.sum(1)), ("the exponentials of ", np.exp(logits).sum(1))):
            assert np.abs(total - 1).max() > 1e-3, (
                f"norm={norm!r}: {what}the rows sum to 1: cross entropy wants raw logits"
            )
        close(
            turned,
            -2 * logits,
            f"norm={norm!r}: logits after the last layer was multiplied by -2 (nothing comes after it)",
        )
        without = [name for name, size in gradients.items() if size is None or not np.isfinite(size)]
        assert gradients and not without, f"norm={norm!r}: {', '.join(without) or 'no parameter'} got no gradient"
        flat = [name for name, size in gradients.items() if size == 0]
        assert norm == "batch" or not flat, f"norm={norm!r}: the gradient of {', '.join(flat)} is 0"
        assert np.ptp(logits, axis=0).min() > 1e-4, f"norm={norm!r}: all rows have the same logits"
    for norm in ("instance", "both", ""):
        told = f"norm={norm!r} must raise ValueError: ask for one of none, batch, layer by name"
        assert isinstance(seen[norm], Raised) and seen[norm].is_a(ValueError), f"{told}, but saw {seen[norm]!r:.80}"
        assert seen[norm].message.strip(), f"norm={norm!r}: the ValueError has no message; say what is wrong"
