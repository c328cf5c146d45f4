"""ex06: two functions in one layer, one for train mode and one for eval mode, and the memory that joins them."""

import numpy as np
import torch

from grader.suite import Raised, answers, close, normal, points, same, uniform

EPS = 1e-5


# ---- scenarios: run beside the learner's code and only report
def give(layer, state):
    """Writes the numbers of `state` into the layer's parameters and buffers of those names."""
    with torch.no_grad():
        for name, values in state.items():
            getattr(layer, name).copy_(values)


def train_on(module, batches, momentum=None, state=None):
    """The output and the running statistics after each batch; without `momentum` the layer keeps its default."""
    features = batches[0].shape[1]
    layer = module.BatchNorm(features) if momentum is None else module.BatchNorm(features, momentum=momentum)
    give(layer, state or {})
    layer.train()
    steps = []
    for x in batches:
        out = layer(x)
        steps.append({"out": out, "x": x, "mean": layer.running_mean.clone(), "var": layer.running_var.clone()})
    return steps


def train_gradients(module, x, upstream, state):
    """Output in train mode, and the gradients of sum(upstream * output) by input, weight and bias."""
    layer = module.BatchNorm(x.shape[1])
    give(layer, state)
    layer.train()
    x.requires_grad_()
    out = layer(x)
    (upstream * out).sum().backward()
    return {"out": out, "x": x.grad, "weight": layer.weight.grad, "bias": layer.bias.grad}


def backward_train_then_eval(module, batches, upstream, state):
    """Backward after a batch in train mode, then after two batches in eval mode; the gradients by each batch."""
    layer = module.BatchNorm(upstream.shape[1])
    give(layer, state)
    layer.train()
    past, *later = [x.requires_grad_() for x in batches]
    (upstream * layer(past)).sum().backward()
    before = past.grad.clone()
    layer.eval()
    for x in later:
        (upstream * layer(x)).sum().backward()
    return {"before": before, "after": past.grad, "later": [x.grad for x in later]}


def evaluate(module, x, state):
    """Eval mode on one row and on the batch, with and without recording gradients; then train mode again."""
    layer = module.BatchNorm(x.shape[1])
    give(layer, state)
    layer.eval()
    with torch.no_grad():
        seen = {"one": layer(x[:1])}
    seen["batch"] = layer(x)
    with torch.no_grad():
        seen["batch_no_grad"] = layer(x)
    seen["mean"], seen["var"] = layer.running_mean.clone(), layer.running_var.clone()
    layer.train()
    with torch.no_grad():
        seen["train_no_grad"] = layer(x)
    seen["mean_after"] = layer.running_mean.clone()
    return seen


def names(module, features):
    """What the layer would save, and what it would train."""
    layer = module.BatchNorm(features)
    return {"saved": list(layer.state_dict()), "trained": [name for name, _ in layer.named_parameters()]}


def save_and_load(module, batches, x, state):
    """Trains a layer, loads its state_dict into a new one, which answers in eval mode."""
    layer = module.BatchNorm(x.shape[1])
    give(layer, state)
    layer.train()
    for batch in batches:
        layer(batch)
    fresh = module.BatchNorm(x.shape[1])
    fresh.load_state_dict(layer.state_dict())
    fresh.eval()
    return fresh(x)


def train_once(module, x, bias, eps=None):
    """The output in train mode of a new layer with this bias."""
    layer = module.BatchNorm(x.shape[1]) if eps is None else module.BatchNorm(x.shape[1], eps=eps)
    give(layer, {"bias": bias})
    layer.train()
    return layer(x)


def call(module, shape, features, training):
    module.BatchNorm(features).train(training)(torch.ones(shape))


# ---- the examiner's side
def batch(draw, n=7, f=4):
    """(n, f) float32: every feature has a mean and a spread of its own."""
    return (normal(draw, n, f) * (0.5 + uniform(draw, f)) + 2 * normal(draw, f)).astype(np.float32)


def some_state(draw, f=4):
    """Numbers for all parameters and buffers, none of them where a new layer starts."""
    return {
        "weight": 0.5 + uniform(draw, f),
        "bias": 1 + uniform(draw, f),
        "running_mean": normal(draw, f),
        "running_var": 1.5 + uniform(draw, f),
    }


def normalized(x, axis=0, ddof=0):
    x = x.astype(np.float64)
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, ddof=ddof, keepdims=True) + EPS)


def input_gradient(x, upstream, weight):
    """The gradient of sum(upstream * weight * normalized(x)) by x, mean and variance being functions of x."""
    hat, g = normalized(x), upstream * weight.astype(np.float64)
    return (g - g.mean(0) - hat * (g * hat).mean(0)) / np.sqrt(x.astype(np.float64).var(0) + EPS)


def blended(old, new, momentum=0.1):
    return (1 - momentum) * old + momentum * new


def naming(what, seen, wrong):
    """`what`, with the name of the wrong formula that gives just the numbers seen, if there is one."""
    for why, values in wrong.items():
        if np.shape(seen) == np.shape(values) and np.allclose(seen, values, rtol=1e-3, atol=2e-3):
            return f"{what}: {why}"
    return what


@points(2, hint="Average over the batch: dimension 0 of (N, F).")
def test_normalizes_each_feature(observe, draw):
    """Each feature gets mean 0, variance 1 over the batch (biased variance)."""
    x = batch(draw)
    (step,) = answers(observe(train_on, [x]), 1)
    wrong = {
        "every row was normalized by itself; that is layer norm": normalized(x, axis=1),
        "the variance was divided by N-1 = 6; to normalize, divide by N = 7": normalized(x, ddof=1),
    }
    close(step["out"], normalized(x), naming("train mode, 7 samples, 4 features", step["out"], wrong))
    same(step["x"], x, "the input after the call (it must not be modified)")


@points(1, hint="y = weight * normalized + bias, one number per feature; only an nn.Parameter is trained.")
def test_weight_and_bias(observe, draw):
    """weight and bias scale and shift."""
    x, upstream, state = batch(draw), normal(draw, 7, 4), some_state(draw)
    seen = observe(train_gradients, x, upstream, state)
    close(seen["out"], state["weight"] * normalized(x) + state["bias"], "weight * normalized + bias")
    for name, expected in (("weight", (upstream * normalized(x)).sum(0)), ("bias", upstream.sum(0))):
        assert seen[name] is not None, f"{name} got no gradient: wrap it in nn.Parameter"
        close(seen[name], expected, f"gradient of {name}", rtol=1e-3, atol=1e-4)


@points(1, hint="momentum is the share of the new batch: 0.1 moves running_mean a tenth of the way.")
def test_running_mean(observe, draw):
    """Running mean: (1-m)·old + m·batch."""
    x = batch(draw)
    (step,) = answers(observe(train_on, [x]), 1)
    batch_mean = x.astype(np.float64).mean(0)
    what = "default momentum 0.1, start 0: running_mean after one batch"
    if np.shape(step["mean"]) == (4,):
        moved = np.median(step["mean"] / batch_mean)
        what = f"after one batch running_mean moved {moved:.0%} of the way to the batch mean, momentum 0.1 means 10 %"
    close(step["mean"], 0.1 * batch_mean, what)

    batches, state = [batch(draw) for _ in range(3)], some_state(draw)
    expected = state["running_mean"]
    for i, step in enumerate(answers(observe(train_on, batches, momentum=0.3, state=state), 3)):
        expected = blended(expected, batches[i].mean(0), 0.3)
        close(step["mean"], expected, f"momentum 0.3: running_mean after batch {i + 1}")


@points(1, hint="What is remembered estimates all data from a sample: divide by N - 1 there.")
def test_running_variance(observe, draw):
    """Running variance uses the unbiased batch variance."""
    batches, state = [batch(draw) for _ in range(3)], some_state(draw)
    for momentum, expected, given in ((0.1, np.ones(4), None), (0.3, state["running_var"], state)):
        seen = observe(train_on, batches, momentum=momentum, state=given)
        for i, step in enumerate(answers(seen, 3)):
            new = batches[i].astype(np.float64)
            small = blended(expected, new.var(0), momentum)
            expected = blended(expected, new.var(0, ddof=1), momentum)
            wrong = {"the batch variance in running_var is (N-1)/N = 6/7 too small": small}
            what = f"running_var after batch {i + 1}, momentum {momentum}"
            close(step["var"], expected, naming(what, step["var"], wrong))


@points(2, hint="Ask self.training; in eval mode neither read nor write anything about the batch.")
def test_eval_uses_running_statistics(observe, draw):
    """eval uses running statistics and does not change them; a batch of one works in eval."""
    x, state = batch(draw), some_state(draw)
    seen = observe(evaluate, x, state)
    weight, bias, mean, var = (state[name] for name in ("weight", "bias", "running_mean", "running_var"))
    expected = weight * (x - mean) / np.sqrt(var + EPS) + bias
    wrong = {"a batch of one gives the bias for every input, since its own mean was subtracted": bias[None]}
    close(seen["one"], expected[:1], naming("eval mode, one sample", seen["one"], wrong))
    by_batch = weight * normalized(x) + bias
    wrong = {"these are the statistics of the batch; choose by self.training": by_batch}
    close(seen["batch"], expected, naming("eval mode, gradients recorded", seen["batch"], wrong))
    same(seen["mean"], mean, "running_mean after three calls in eval mode")
    same(seen["var"], var, "running_var after three calls in eval mode")
    close(seen["batch_no_grad"], expected, "eval mode under no_grad")
    close(seen["train_no_grad"], by_batch, "train mode again, under no_grad: normalized by the batch")
    close(seen["mean_after"], blended(mean, x.mean(0)), "train mode under no_grad: running_mean after one batch")


@points(2, hint="Only the running statistics are cut off from the graph; this batch's mean and variance are not.")
def test_gradients(observe, draw):
    """Gradients flow through mean and variance."""
    x, upstream, state = batch(draw), normal(draw, 7, 4), some_state(draw)
    seen = observe(train_gradients, x, upstream, state)
    slope = state["weight"] / np.sqrt(x.var(0) + EPS)
    why = "output right, gradient wrong: mean and variance depend on x, do not detach them"
    wrong = {why: upstream * slope, f"{why} (here: the variance)": (upstream - upstream.mean(0)) * slope}
    expected = input_gradient(x, upstream, state["weight"])
    close(seen["x"], expected, naming("gradient of the input", seen["x"], wrong), rtol=1e-3, atol=1e-4)

    question = [batch(draw) for _ in range(3)], upstream, state
    (seen,) = observe.each(backward_train_then_eval, [question])
    stuck = isinstance(seen, Raised) and "second time" in seen.message
    why = "the running statistics carry the graph of an earlier batch; update them under no_grad"
    assert not stuck, f"second backward failed: {why}"
    seen = observe(backward_train_then_eval, *question)
    running_var = blended(state["running_var"], question[0][0].var(0, ddof=1))
    expected = upstream * state["weight"] / np.sqrt(running_var + EPS)
    for grad in answers(seen["later"], 2):
        close(grad, expected, "eval mode after one training step: gradient of the input", rtol=1e-3, atol=1e-4)
    same(seen["after"], seen["before"], f"backward in eval mode reached the batch before: {why}; its gradient")


@points(1, hint="Neither a plain attribute (not saved) nor a Parameter (trained): register_buffer.")
def test_state_dict(observe, draw):
    """Statistics travel in state_dict but are not trained."""
    seen = observe(names, 4)
    for name in ("running_mean", "running_var"):
        assert name in seen["saved"], f"{name} missing in state_dict: register_buffer"
        assert name not in seen["trained"], f"the optimizer would train {name}: a buffer, not a Parameter"
    batches, x, state = [batch(draw) for _ in range(2)], batch(draw), some_state(draw)
    mean, var = state["running_mean"], state["running_var"]
    for past in batches:
        mean, var = blended(mean, past.mean(0)), blended(var, past.var(0, ddof=1))
    expected = state["weight"] * (x - mean) / np.sqrt(var + EPS) + state["bias"]
    close(observe(save_and_load, batches, x, state), expected, "trained, saved, loaded into a new layer, eval mode")


@points(1, hint="sqrt(var + eps), not sqrt(var) + eps.")
def test_nearly_constant_features(observe, draw):
    """Nearly constant features stay finite."""
    spread = np.array([1e-3, 2e-3, 1.0, 0.0], dtype=np.float32)
    x, bias = (normal(draw, 7, 4) * spread + 0.25).astype(np.float32), uniform(draw, 4)
    wide = x.astype(np.float64)
    for eps, given in ((EPS, None), (0.5, 0.5)):
        seen = observe(train_once, x, bias, given)
        expected = (wide - wide.mean(0)) / np.sqrt(wide.var(0) + eps) + bias
        outside = (wide - wide.mean(0)) / (wide.std(0) + eps) + bias
        what = naming(
            f"features of spread 0.001, 0.002, 1 and 0, eps {eps:g}", seen, {"eps stands outside the root": outside}
        )
        # E[x²] - E[x]² in float32 is legal and loses digits here: 2e-3 covers it, eps outside the root is off by 0.2.
        close(seen, expected, what, rtol=0, atol=2e-3)


@points(1, hint="One sample has no spread, so train mode cannot normalize it.")
def test_refusals(observe):
    """Batch of one in training refused, and so is a wrong number of features."""
    features = "shape of x, num_features, training"
    # F.batch_norm meets a wrong number of features with a RuntimeError.
    wrong = [((4, 1), 3, True), ((4, 1), 3, False), ((4, 5), 3, True), ((4, 3), 1, False)]
    observe.refuses(call, wrong, [((4, 1), 1, True), ((3, 3), 3, False)], (ValueError, RuntimeError), features)
    observe.refuses(call, [((1, 3), 3, True)], [((1, 3), 3, False), ((2, 3), 3, True)], ValueError, features)
