"""ex02: who looks at whom in a batch, and what the numbers of both norms are."""

import numpy as np
import torch
from formula import FACTORS, UNKNOWN, WRONG, how
from torch import nn

from grader.suite import Raised, answers, close, normal, points, same

NORMS = ("none", "batch", "layer")

# Six samples of twelve numbers, and five others to put beside the first of them. The networks are new in every run.
ROWS = np.sin(np.arange(72) ** 1.5).reshape(6, 12).astype("float32")
OTHERS = 2 + np.cos(np.arange(60) ** 1.5).reshape(5, 12).astype("float32")


# Scenarios


def forms(module, images):
    """Per norm: logits of images, of vectors, of turned images (not contiguous), each beside those of a flat copy."""
    seen = {}
    for norm in ("none", "batch", "layer"):
        model = module.NormMLP(norm=norm).eval()
        batches = (images, images.flatten(1), images.transpose(2, 3))
        seen[norm] = [(model(x), model(x.clone(memory_format=torch.contiguous_format).flatten(1))) for x in batches]
    return seen


def count(module, every):
    """Per list of sizes and per norm: how many numbers an optimizer would be given."""
    seen = []
    for sizes in every:
        models = {norm: module.NormMLP(*sizes, norm=norm) for norm in ("none", "batch", "layer")}
        seen.append({n: sum(p.numel() for p in model.parameters() if p.requires_grad) for n, model in models.items()})
    return seen


def beside(module, norm, rows, others):
    """Per situation: logits of the rows, of row 0 with others beside it, of the first four rows."""
    model, seen = module.NormMLP(12, 16, 4, norm), {}
    model(rows)
    for mode, grad in (("train", True), ("train", False), ("eval", True), ("eval", False)):
        model.train(mode == "train")
        with torch.set_grad_enabled(grad):
            batches = (rows, torch.cat([rows[:1], others]), rows[:4])
            seen[f"{mode}()" if grad else f"{mode}() under no_grad"] = [model(batch) for batch in batches]
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
    first, last = [m for m in found if m.out_features == hidden], [m for m in found if m.in_features == hidden]
    if not first or not last:
        raise LookupError("the network must have two nn.Linear, one into the hidden features and one out of them")
    return first[0], last[0]


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
    return entered, logits, moved, model(x)


def numbers(module, norm, x, factors, own):
    """Puts given numbers into the norm: how many parameters it has, logits of factor·x in train(), the linear maps."""
    model = module.NormMLP(12, 8, 4, norm)
    first, last = linears(model, 8)
    linear = {id(p) for layer in (first, last) for p in layer.parameters()}
    parameters = [p for p in model.parameters() if id(p) not in linear]
    with torch.no_grad():
        if first.bias is not None:
            first.bias.zero_()
        for parameter, values in zip(parameters, own, strict=False):
            parameter.copy_(values.view_as(parameter))
    return len(parameters), [model(factor * x) for factor in factors], first.weight, last.weight, last.bias


def run_once(module, norm, rows, train):
    """One forward pass in the given mode."""
    module.NormMLP(12, 16, 4, norm).train(train)(rows)


def learn(module, norm, x, weights):
    """Logits in train(), the size of each parameter's gradient, logits after the last layer was multiplied by -2."""
    model = module.NormMLP(12, 16, 4, norm)
    logits = model(x)
    (logits * weights).sum().backward()
    gradients = {name: None if p.grad is None else p.grad.abs().sum() for name, p in model.named_parameters()}
    _, last = linears(model, 16)
    with torch.no_grad():
        for parameter in last.parameters():
            parameter *= -2
    return logits, gradients, model(x)


# What the examiner saw


def per_norm(observe, scenario, norms, *arguments):
    """For each of `norms`, what the scenario tells of it; all three are asked at once."""
    cases = [(norm, *arguments) for norm in NORMS]
    for case, seen in zip(cases, answers(observe.each(scenario, cases), 3), strict=True):
        if case[0] in norms:  # one that raised is asked again, alone, to show the learner where
            yield case[0], observe(scenario, *case) if isinstance(seen, Raised) else seen


def alive(rows, changed, told):
    """The logits of six rows have the right shape and depend on the row."""
    same(getattr(rows, "shape", None), (6, 4), f"{told} shape of the logits of six rows")
    assert np.ptp(rows, axis=0).min() > 1e-4, f"{told} all rows have the same logits"
    assert np.abs(changed[1:] - rows[1:]).max() > 1e-3, f"{told} other rows came in, but the same logits came out"


@points(1, hint="x.flatten(1) turns any batch into (N, in_features); view refuses tensors that are not contiguous.")
def test_inputs(observe, draw):
    """Images, flat vectors and batches that are not contiguous all work."""
    # verify: ignores flipped (logits of the opposite sign obey the same rule)
    seen = observe(forms, normal(draw, 5, 1, 28, 28))
    for norm in NORMS:
        for what, (logits, flat) in zip(("images", "vectors", "turned images"), answers(seen[norm], 3), strict=True):
            same(getattr(logits, "shape", None), (5, 10), f"norm={norm!r}, {what}: shape of the logits")
            close(logits, flat, f"norm={norm!r}: logits of {what}, against those of the same numbers as flat vectors")
            assert np.ptp(logits, axis=0).min() > 1e-6, f"norm={norm!r}: all five {what} have the same logits"


@points(1, hint="Layers must be attributes (or in nn.Sequential, nn.ModuleList), γ and β nn.Parameter.")
def test_parameters(observe, draw):
    """There are as many learnable numbers as there should be."""
    every = [[], [int(size) for size in draw.integers(5, 40, 3)]]
    for sizes, seen in zip(every, answers(observe(count, every), 2), strict=True):
        inputs, hidden, classes = sizes or (784, 128, 10)
        for norm in NORMS:
            expected = inputs * hidden + hidden + hidden * classes + classes + 2 * hidden * (norm != "none")
            told = f"NormMLP({', '.join(map(str, sizes))}), norm={norm!r}: {expected} learnable numbers expected, saw"
            missing = ": parameters() misses the norm" if seen[norm] == expected - 2 * hidden else ""
            no_bias = expected - hidden if norm != "none" else expected  # before a norm the bias may be left out
            assert seen[norm] in (expected, no_bias), f"{told} {seen[norm]}{missing}"


@points(2, hint="Which axis does the norm average? For layer norm it is the features of one sample, the last axis.")
def test_rows(observe):
    """Without a norm and with layer norm, the network looks at one sample at a time."""
    # verify: ignores flipped (logits of the opposite sign obey the same rule)
    for norm, seen in per_norm(observe, beside, ("none", "layer"), ROWS, OTHERS):
        for mode in ("train()", "eval()"):
            rows, changed, fewer = answers(seen[mode], 3)
            told = f"norm={norm!r}, {mode}:"
            alive(rows, changed, told)
            close(changed[0], rows[0], f"{told} row 0 changed when only other rows changed; its logits")
            close(fewer, rows[:4], f"{told} logits of four rows, against those of the same rows in a batch of six")


@points(2, hint="Batch norm asks self.training, which train() and eval() set, and not whether gradients are on.")
def test_batch(observe):
    """Batch norm looks at the whole batch in train mode, and not in eval mode."""
    # verify: ignores flipped (logits of the opposite sign obey the same rule)
    ((_, seen),) = per_norm(observe, beside, ("batch",), ROWS, OTHERS)
    for mode in ("train()", "eval()", "train() under no_grad", "eval() under no_grad"):
        rows, changed, fewer = answers(seen[mode], 3)
        told = f"norm='batch', {mode}:"
        alive(rows, changed, told)
        if mode.startswith("train"):
            gap = np.abs(changed[0] - rows[0]).max()
            assert gap > 1e-3, f"{told} row 0 keeps its logits when others change; in train() the batch counts"
        else:
            told += " the answer to one sample depends on its neighbors; logits"
            close(changed[0], rows[0], f"{told} of row 0 with other neighbors")
            close(fewer, rows[:4], f"{told} in a batch of four, against those in a batch of six")


@points(1, hint="Running statistics are buffers (register_buffer), updated if self.training and at no other time.")
def test_running(observe, draw):
    """Running statistics move in train(), rest in eval() and travel in state_dict()."""
    # verify: ignores flipped (logits of the opposite sign obey the same rule)
    batches = [3 + 2 * normal(draw, 16, 12) for _ in range(3)]
    others = [normal(draw, 16, 12) - 5 for _ in range(3)]
    at_first, trained, rested, loaded = answers(observe(run_and_rest, batches, others, normal(draw, 6, 12)), 4)
    moved = np.abs(trained - at_first).max()
    assert moved > 1e-3, "after three batches in train() the eval logits are the same as before: nothing was remembered"
    close(rested, trained, "running statistics must rest in eval(): after more batches in eval() the logits")
    told = "the running statistics are not in state_dict() (use register_buffer): a new model that loads it"
    close(loaded, trained, f"{told} has other eval logits")


@points(1, hint="fc2(relu(norm(fc1(x)))): the ReLU comes after the norm.")
def test_order(observe, draw):
    """The norm sits before the ReLU."""
    for norm, seen in per_norm(observe, through_relu, NORMS, 10 * normal(draw, 16, 12)):
        entered, logits, moved, tripled = answers(seen, 4)
        told = f"norm={norm!r}:"
        assert len(entered) == 1, (
            f"{told} one forward pass must call the last nn.Linear once, it did {len(entered)} times"
        )
        least = np.min(entered[0])
        assert least >= 0, f"{told} the last layer sees negative numbers, such as {least:.2f}"
        assert np.mean(entered[0] == 0) > 0.1, f"{told} the ReLU zeroes nothing of what enters the last layer"
        assert np.ptp(logits, axis=0).max() > 1e-4, f"{told} all rows have the same logits"
        if norm == "batch":
            close(moved, logits, f"{told} 5x + 3 must give the logits of x if the norm comes before the ReLU", 0, 1e-3)
        if norm == "layer":
            close(tripled, logits, f"{told} tripling fc1 must not change logits if the norm comes first", 0, 1e-3)


@points(1, hint="Divide by sqrt(var + eps); var(unbiased=False) is the mean of the squared deviations.")
def test_formula(observe, draw):
    """The norm divides by √(var + eps), var being the mean squared deviation."""
    x, own = normal(draw, 8, 12), (1 + 0.3 * normal(draw, 8), 0.5 * normal(draw, 8))
    for norm, seen in per_norm(observe, numbers, ("layer", "batch"), x, FACTORS, own):
        parameters, logits, first, last, bias = answers(seen, 5)
        same(parameters, 2, f"norm={norm!r}: parameters beside those of the two nn.Linear (a scale and a shift)")
        found = how(x.astype("float64") @ first.T, norm, own, last, bias, answers(logits, len(FACTORS)))
        told = f"norm={norm!r}, 8 features, 8 samples in train(): logits are off; {WRONG.get(found, UNKNOWN)}"
        assert found == (0, False), told


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
    # verify: ignores flipped (logits of the opposite sign obey the same rule)
    x, weights = normal(draw, 16, 12), normal(draw, 16, 4)
    unknown = ("instance", "both", "")
    every = observe.each(learn, [(norm, x, weights) for norm in (*NORMS, *unknown)])
    for norm, seen in zip(NORMS, every[:3], strict=True):
        seen = observe(learn, norm, x, weights) if isinstance(seen, Raised) else seen
        logits, gradients, turned = answers(seen, 3)
        same(getattr(logits, "shape", None), (16, 4), f"norm={norm!r}: shape of the logits")
        for what, total in (("rows", logits.sum(1)), ("exponentials of each row", np.exp(logits).sum(1))):
            told = f"norm={norm!r}: the {what} sum to 1: cross entropy wants raw logits"
            assert np.abs(total - 1).max() > 1e-3, told
        told = f"norm={norm!r}: nothing comes after the last layer; with its numbers multiplied by -2 the logits"
        close(turned, -2 * logits, told)
        assert np.ptp(logits, axis=0).min() > 1e-4, f"norm={norm!r}: all rows have the same logits"
        without = [name for name, size in gradients.items() if size is None or not np.isfinite(size)]
        assert gradients and not without, f"norm={norm!r}: {', '.join(without) or 'no parameter'} got no gradient"
        still = [name for name, size in gradients.items() if size == 0]
        assert norm == "batch" or not still, f"norm={norm!r}: the gradient of {', '.join(still)} is 0"
    for norm, seen in zip(unknown, every[3:], strict=True):
        refused = isinstance(seen, Raised) and seen.is_a(ValueError)
        saw = repr(seen) if isinstance(seen, Raised) else "a model was built"
        assert refused, f"norm={norm!r} must raise ValueError: ask for one of none, batch, layer by name; saw {saw}"
        assert seen.message.strip(), f"norm={norm!r}: the ValueError has no message; say what is wrong"
