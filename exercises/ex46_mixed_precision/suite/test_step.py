"""ex46, the step: what runs in which precision, and a scale of which nothing is left afterwards."""

import numpy as np
import torch
from halves import Told, drawn, half, held, loss_of, moved, network, off, plain, total

from grader.suite import answers, between, close, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def step(module, weights, xb, yb, scale, name, factor=1.0, lr=1.0, max_norm=None):
    """The weights after one step of SGD, and the answer.

    >>> model = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.Tanh(), torch.nn.Linear(16, 4));
    ... optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    >>> amp_step(model, optimizer, xb, yb, torch.nn.functional.cross_entropy, LossScaler(scale), dtype=getattr(torch,
    ... name), max_norm=max_norm)  # its weights are others
    """
    model = network(weights)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    told = module.amp_step(model, optimizer, xb, yb, loss_of(factor), Told(scale), dtype=half(name), max_norm=max_norm)
    return held(model), told


def step_by_default(module, weights, xb, yb):
    """
    >>> model = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.Tanh(), torch.nn.Linear(16, 4));
    ... optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    >>> amp_step(model, optimizer, xb, yb, torch.nn.functional.cross_entropy, LossScaler(8.0))
    ...  # its weights are others
    """
    seen = []
    model = network(weights, seen=seen)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    module.amp_step(model, optimizer, xb, yb, loss_of(1.0), Told(8.0))
    return held(model), seen


def watched(module, weights, xb, yb, name):
    """Dtypes inside the network, what the loss got, dtypes and weights afterwards; whether the answer has a graph.

    >>> model = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.Tanh(), torch.nn.Linear(16, 4));
    ... optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    >>> amp_step(model, optimizer, xb, yb, torch.nn.functional.cross_entropy, LossScaler(256.0), dtype=getattr(torch,
    ... name))  # its weights are others
    """
    seen, notes = [], []
    model = network(weights, seen=seen)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    told = module.amp_step(model, optimizer, xb, yb, loss_of(1.0, notes), Told(256.0), dtype=half(name))
    graph = any(getattr(value, "requires_grad", False) for value in told.values())
    return seen, notes, [str(p.dtype) for p in model.parameters()], held(model), graph, told["loss"]


# ---- the examiner's side


@points(2, hint='`with torch.autocast("cpu", dtype=dtype):` around the call of the model, and nothing else.')
def test_forward_in_half(observe, neutral, draw):
    """The forward pass runs in half precision, and the weights stay in float32."""
    weights, xb, yb = drawn(draw)
    right = answers(neutral(plain, weights, xb, yb), 2)[1]
    for name, least in (("bfloat16", 3e-4), ("float16", 3e-5)):
        seen, _, kinds, after, *_ = answers(observe(watched, weights, xb, yb, name), 6)
        same(seen, [f"torch.{name}"], f"dtype={name}: what the network's first layer puts out, in each forward pass")
        same(kinds, ["torch.float32"] * 4, f"dtype={name}: the parameters after the step")
        share = off(moved(after, weights, name), right)
        scaled = "; it is as if the gradients were still scaled" if share > 100 else ""
        told = f"dtype={name}: the step is {share:.2g} off the one in float32, relative to its length"
        require(least < share < 0.2 or abs(share - 1) < 0.01 or share > 1, f"{told}: nothing was rounded to 16 bits")
        require(share < 0.2, f"{told}{scaled}")
    after, seen = answers(observe(step_by_default, weights, xb, yb), 2)
    same(seen, ["torch.bfloat16"], "dtype not given: what the network's first layer puts out")
    moved(after, weights, "dtype not given")


@points(1, hint="Leave the `with` before the loss, and hand it `answer.float()`.")
def test_loss_in_float32(observe, draw):
    """loss_fn gets float32 logits, outside of autocast."""
    weights, xb, yb = drawn(draw)
    for name in ("bfloat16", "float16"):
        seen, notes, _, after, graph, loss = answers(observe(watched, weights, xb, yb, name), 6)
        same(len(answers(seen, 1)), 1, "calls of the model")
        same(len(notes), 1, f"dtype={name}: calls of loss_fn")
        same(notes[0][0], "torch.float32", f"dtype={name}: dtype of the logits that loss_fn got")
        require(not notes[0][1], f"dtype={name}: loss_fn was called under autocast")
        require(total(moved(after, weights, name)) > 0, f"dtype={name}: the weights have not moved")
        require(not graph, "a value of the answer carries a graph")
        require(float(shaped(loss, (), "loss")) > 0.05, f"dtype={name}: the loss of the answer is {loss}")
        given = notes[0][2] * (256 if np.isclose(loss, 256 * notes[0][2], rtol=1e-3) else 1)  # judged elsewhere
        close(loss, given, f"dtype={name}: the loss of the answer, against what loss_fn gave", rtol=1e-5, atol=1e-7)


@points(2, hint="Divide the gradients by the scale; return the loss, not scale times the loss.")
def test_scale_leaves_no_trace(observe, neutral, draw):
    """Weights, loss and norm do not depend on the scale."""
    weights, xb, yb = drawn(draw)
    loss, grads = answers(neutral(plain, weights, xb, yb), 2)
    norm = total(grads)
    for scale in (1.0, 1024.0, 65536.0, 3 * 2.0 ** int(draw.integers(3, 9))):
        after, told = answers(observe(step, weights, xb, yb, scale, "bfloat16"), 2)
        require(isinstance(told, dict) and {"loss", "grad_norm", "skipped"} <= set(told), f"the answer is {told!r}")
        same(bool(told["skipped"]), False, f"scale {scale:g}: skipped?")
        for name, right in (("loss", float(loss)), ("grad_norm", norm)):
            found = float(shaped(told[name], (), f"scale {scale:g}: {name}"))
            near = abs(found / right / scale - 1) < 0.1 and scale > 1
            close(
                found,
                right,
                f"scale {scale:g}: {name}" + (" (the scale is still in it)" if near else ""),
                rtol=0.05,
                atol=0,
            )
        length = total(moved(after, weights, f"scale {scale:g}"))
        factor = " (the gradients are still scaled)" if scale > 1 and abs(length / norm / scale - 1) < 0.1 else ""
        between(length, 0.9 * norm, 1.1 * norm, f"scale {scale:g}: length of a step with learning rate 1{factor}")
        require(off(moved(after, weights, ""), grads) < 0.2, f"scale {scale:g}: the step has another direction")


@points(2, hint="Backward from scale · loss: a factor put on the gradients afterwards comes too late.")
def test_tiny_gradients(observe, neutral, draw):
    """float16: tiny gradients survive, but only scaled."""
    weights, xb, yb = drawn(draw)
    _, grads = answers(neutral(plain, weights, xb, yb, 1e-6), 2)
    rate = 0.1 / total(grads)
    after, _ = answers(observe(step, weights, xb, yb, 65536.0, "float16", 1e-6, rate), 2)
    share = off(moved(after, weights, "float16"), [rate * g for g in grads])
    lost = (
        "all gradients were lost" if abs(share - 1) < 1e-3 else f"the step is {share:.2g} off, relative to its length"
    )
    require(share < 0.03, f"float16, loss times 1e-6, scale 65536: {lost}")
    after, _ = answers(observe(step, weights, xb, yb, 0.125, "float16", 1e-6, rate), 2)
    length = total(moved(after, weights, "float16"))
    # Biases get theirs in float32 in some versions, weights never.
    require(
        length < 0.05, f"float16, loss times 1e-6, scale 1/8: a step {length:.2g} long, its gradients are 0 in 16 bits"
    )


@points(2, hint="Divide by the scale first, clip afterwards; a norm below max_norm stays.")
def test_unscaled_before_clipping(observe, neutral, draw):
    """Gradients are unscaled before they are clipped, and clipped only if they are too long."""
    weights, xb, yb = drawn(draw)
    _, grads = answers(neutral(plain, weights, xb, yb), 2)
    norm = total(grads)
    for scale in (1.0, 1024.0, 65536.0):
        limit = float(draw.uniform(0.2, 0.5)) * norm
        what = f"scale {scale:g}, gradients {norm:.3g} long, max_norm {limit:.3g}: a step with learning rate 1"
        after, told = answers(observe(step, weights, xb, yb, scale, "bfloat16", max_norm=limit), 2)
        taken = moved(after, weights, what)
        length = total(taken)
        misread = {"scaled gradients were clipped": limit / scale, "nothing was clipped": norm}
        if scale > 1:
            misread["clipped gradients were not unscaled"] = limit * scale
        named = [
            why for why, other in misread.items() if abs(length / other - 1) < 0.1 and abs(length / limit - 1) > 0.1
        ]
        close(length, limit, what + (f" ({named[0]})" if named else ""), rtol=2e-3, atol=0)
        require(off([t / limit for t in taken], [g / norm for g in grads]) < 0.2, f"{what}: has another direction")
        told = float(shaped(told["grad_norm"], (), "grad_norm"))
        between(told, 0.9 * norm, 1.1 * norm, f"scale {scale:g}, max_norm {limit:.3g}: grad_norm, before clipping")
    after, _ = answers(observe(step, weights, xb, yb, 1024.0, "bfloat16", max_norm=3 * norm), 2)
    what = f"max_norm {3 * norm:.3g}, larger than the norm {norm:.3g}: length of the step"
    between(total(moved(after, weights, what)), 0.9 * norm, 1.1 * norm, what)
    require(np.isfinite(norm) and norm > 0, "no gradient")
