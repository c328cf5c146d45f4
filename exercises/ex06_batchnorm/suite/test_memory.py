"""ex06, the memory: how it is fed, when it rests, what it may not hold on to, and how it travels."""

import numpy as np
import torch
from layers import give
from moments import batch, changed, memories, memory, naming, plain, rise

from grader.suite import Raised, answers, between, close, normal, points, require, same, shaped, uniform

# ---- scenarios: run beside the learner's code and only report


def train_on(module, batches, state, **settings):
    """The running statistics after each batch; without `settings` the layer keeps its defaults.

    >>> layer = BatchNorm(batches[0].shape[1], **settings)
    >>> [(layer(x), layer.running_mean) for x in batches]  # its numbers are those of a new layer
    """
    layer = module.BatchNorm(batches[0].shape[1], **settings)
    give(layer, state)
    layer.train()
    steps = []
    for x in batches:
        layer(x)
        steps.append([layer.running_mean.clone(), layer.running_var.clone()])
    return [list(kind) for kind in zip(*steps, strict=True)]


def switch(module, x, state):
    """Two calls in eval mode, then one in train mode under no_grad: the memory after each part, and the output.

    >>> layer = BatchNorm(x.shape[1])
    >>> layer.train()(x), layer.eval()(x)  # its numbers are those of a new layer
    """
    layer = module.BatchNorm(x.shape[1])
    give(layer, state)
    layer.eval()
    layer(x.clone())
    with torch.no_grad():
        layer(x.clone())
    rested = [layer.running_mean.clone(), layer.running_var.clone()]
    layer.train()
    with torch.no_grad():
        out = layer(x.clone())
    return rested, [layer.running_mean.clone(), layer.running_var.clone()], out


def train_then_eval(module, batches, upstream, state):
    """Backward after a batch in train mode, then after two batches in eval mode; the gradients by each batch."""
    layer = module.BatchNorm(upstream.shape[1])
    give(layer, state)
    layer.train()
    past, *later = [x.requires_grad_() for x in batches]
    (upstream * layer(past.clone())).sum().backward()
    before = past.grad.clone()
    layer.eval()
    for x in later:
        (upstream * layer(x.clone())).sum().backward()
    return {"before": before, "after": past.grad, "later": [x.grad for x in later]}


def save_and_load(module, x, state):
    """A trained layer and a new one with its state_dict: what they remember, and what they answer in eval mode."""
    layer, fresh = module.BatchNorm(x.shape[1]), module.BatchNorm(x.shape[1])
    give(layer, state)
    layer.train()
    layer(x.clone())
    fresh.eval()(x.clone())
    saved = layer.state_dict()
    fresh.load_state_dict(saved)
    return {
        "saved": list(saved),
        "trained": [name for name, _ in layer.named_parameters()],
        "memories": [[one.running_mean.clone(), one.running_var.clone()] for one in (layer, fresh)],
        "answers": [one.eval()(x.clone()) for one in (layer, fresh)],
    }


# ---- the examiner's side


def follow(observe, draw, part, statistic, misread_statistics):
    """Feeds a layer with three batches, with its defaults and with others, and judges one of the two statistics.

    What the rule is, is asked with a momentum that is given: the default is another question.
    """
    batches = [batch(draw) for _ in range(3)]
    rest = {"running_mean": 1 + uniform(draw, 4), "running_var": 1.5 + uniform(draw, 4)}
    name = ("running_mean", "running_var")[part]
    start = rest[name]

    def news(of):
        return np.stack([of(x.astype(np.float64)) for x in batches])

    settings = [{"momentum": 0.3, "eps": 0.5}, {}, {"momentum": 0.0}, {"momentum": 1.0}]
    for given in settings:
        momentum = given.get("momentum", 0.1)
        kinds = answers(observe(train_on, batches, plain(**rest), **given), 2)
        rows = answers(kinds[part], 3)
        seen = np.stack([shaped(one, (4,), f"{name} after batch {i + 1}") for i, one in enumerate(rows)])
        right, misread = memories(start, news(statistic), momentum)
        misread |= {why: memories(start, news(of), momentum)[0] for why, of in misread_statistics.items()}
        situation = f"{name} after 1, 2 and 3 batches, momentum {momentum:g}" + ("" if given else " (the default)")
        what = naming(situation, seen, misread if given is settings[0] else {})
        share = (seen[0] - start) / (news(statistic)[0] - start)
        if what == situation and np.ptp(share) < 1e-2 < abs(share.mean() - momentum):
            what += f": the first batch moved it {share.mean():.0%} of the way, momentum means {momentum:.0%}"
        close(seen, right, what, rtol=1e-4, atol=1e-4)


@points(1, hint="running = (1 - momentum) * running + momentum * batch: momentum is the share of the new batch.")
def test_running_mean(observe, draw):
    """Running mean: (1-m)·old + m·batch."""
    misread = {
        "the sum of the batch is divided by N - 1 instead of N": lambda x: x.sum(0) / (len(x) - 1),
        "one mean of all features is remembered": lambda x: np.full(x.shape[1], x.mean()),
        "the mean of the output is remembered, asked for is that of x": lambda x: 0 * x.mean(0),
    }
    follow(observe, draw, 0, lambda x: x.mean(0), misread)


@points(1, hint="What is remembered estimates all data from a sample: divide by N - 1 there.")
def test_running_variance(observe, draw):
    """Running variance: (1-m)·old + m·batch, with the unbiased batch variance."""
    misread = {
        "the batch variance in running_var is (N-1)/N = 6/7 too small": lambda x: x.var(0),
        "the batch variance in running_var is (N-1)/N too small twice": lambda x: x.var(0) * (len(x) - 1) / len(x),
        "standard deviations are remembered, asked for are variances": lambda x: x.std(0, ddof=1),
        "eps is remembered as well": lambda x: x.var(0, ddof=1) + 0.5,
        "the variance of the output is remembered, asked for is that of x": lambda x: 0 * x[0] + len(x) / (len(x) - 1),
        "one variance of all features is remembered": lambda x: np.full(x.shape[1], x.var(ddof=1)),
    }
    follow(observe, draw, 1, lambda x: x.var(0, ddof=1), misread)


@points(
    1, hint="self.training alone decides: in eval mode the memory rests, in train mode it is fed under no_grad too."
)
def test_mode_decides(observe, draw):
    """Only train() and eval() choose: eval leaves the memory alone, train() goes back, also under no_grad."""
    x, rest = batch(draw), memory(draw)
    rested, fed, out = answers(observe(switch, x, plain(**rest)), 3)
    for name, seen in zip(rest, answers(rested, 2), strict=True):
        same(seen, rest[name], f"{name} after two calls in eval mode must be what it was before")
    out = shaped(out, x.shape, "train() after eval(), under no_grad")
    what = "train() after eval(), under no_grad: the batch must be normalized by its own statistics"
    between(float(np.abs(out.mean(0)).max()), 0.0, 0.05, f"{what}; largest mean of a feature")
    require(rise(out, x), f"{what}; the output does not rise with the input")
    for name, seen in zip(rest, answers(fed, 2), strict=True):
        moved = float(np.abs(shaped(seen, (4,), name) - rest[name]).min())
        require(
            moved > 1e-3, f"train() after eval(), under no_grad: {name} of a feature was not fed, it moved {moved:.2g}"
        )


@points(1, hint="Update the running statistics under torch.no_grad(), or detach what goes into them.")
def test_memory_holds_no_graph(observe, draw):
    """The memory is outside the autograd graph: later batches do not reach back into earlier ones."""
    batches, upstream = [batch(draw) for _ in range(3)], normal(draw, 7, 4)
    question = batches, upstream, plain(**memory(draw))
    (seen,) = observe.each(train_then_eval, [question])
    stuck = isinstance(seen, Raised) and "second time" in seen.message
    why = "the running statistics carry the graph of an earlier batch; update them under no_grad"
    require(not stuck, f"second backward failed: {why}")
    seen = observe(train_then_eval, *question)
    same(seen["after"], seen["before"], f"backward in eval mode reached the batch before: {why}; its gradient")
    what = "eval mode after one training step: gradient of the input"
    for grad in answers(seen["later"], 2):
        along = float((upstream * shaped(grad, (7, 4), what)).sum())
        require(along > 1e-3, f"{what}: outputs must rise with inputs, slope {along:.3g}")
        require(changed(grad, upstream), f"{what}: the output is the input")


@points(1, hint="Neither a plain attribute (not saved) nor a Parameter (trained): register_buffer.")
def test_state_dict(observe, draw):
    """Statistics travel in state_dict but are not trained."""
    x, rest = batch(draw), memory(draw)
    seen = observe(save_and_load, x, plain(**rest))
    for name in rest:
        require(name in seen["saved"], f"{name} missing in state_dict: register_buffer")
        require(name not in seen["trained"], f"the optimizer would train {name}: a buffer, not a Parameter")
    kept, loaded = (answers(one, 2) for one in answers(seen["memories"], 2))
    for name, old, new in zip(rest, kept, loaded, strict=True):
        require((shaped(old, (4,), name) != 0).any(), f"{name} of a trained layer is still 0")
        same(new, old, f"{name} of a new layer that has loaded the state_dict of a trained one")
    before, after = answers(seen["answers"], 2)
    what = "eval mode of a new layer that has loaded the state_dict of a trained one"
    close(after, before, what, hint="What the answer depends on must be in the state_dict, all of it.")
    require(rise(shaped(before, x.shape, what), x), f"{what}: the output does not rise with the input")
