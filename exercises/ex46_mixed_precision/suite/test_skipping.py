"""ex46: steps that are skipped, the scale's own rule, and what must not leak into a step."""

import numpy as np
import torch
from halves import Edge, Spare, Told, drawn, half, held, loss_of, moved, network, off, total

from grader.suite import answers, between, close, normal, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def kept(optimizer):
    """The numbers in the optimizer's state."""
    return [[torch.as_tensor(v).clone() for v in state.values()] for state in optimizer.state.values()]


def good_bad_good(module, weights, batches, yb, how, bad):
    """Adam's weights and memory after a good step, a second one (bad if so wished) and a third; and the answers.

    >>> model = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.Tanh(), torch.nn.Linear(16, 4));
    ... optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    >>> amp_step(model, optimizer, batches[0], yb, torch.nn.functional.cross_entropy, LossScaler(64.0))
    ...  # its weights are others
    """
    last = Edge(how == "nan slope") if how in ("inf slope", "nan slope") else None
    model = network(weights, last)
    if last is not None:
        last.at.data.fill_(1.0)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    found, told = [], []
    for i, xb in enumerate(batches):
        scaler, mine = Told(64.0), xb.clone()
        if i == 1 and not bad:
            continue
        if i == 1 and how == "scale":
            scaler.scale = 2.0**40
        if i == 1 and how == "inf":
            mine[0, 0] = torch.inf
        if i == 1 and last is not None:
            at = last.at.detach().clone()
            last.at.data.zero_()
        told.append(module.amp_step(model, optimizer, mine, yb, loss_of(1.0), scaler, dtype=torch.float16))
        told[-1] = (told[-1]["skipped"], scaler.told)
        if i == 1 and last is not None:
            found_at = last.at.detach().clone()
            last.at.data.copy_(at + found_at)
        found.append((held(model), kept(optimizer)))
    return found, told


def followed(module, arguments, outcomes):
    """
    >>> scaler = LossScaler(*arguments)
    >>> [(scaler.update(finite), scaler.scale) for finite in outcomes]
    """
    scaler = module.LossScaler(*arguments)
    scales = [scaler.scale]
    for finite in outcomes:
        scaler.update(finite)
        scales.append(scaler.scale)
    return scales


def both(module, weights, xb, yb, scale, interval):
    """Scales of a LossScaler that goes through steps of which the third overflows.

    >>> scaler = LossScaler(scale, 2.0, 0.5, interval)
    >>> [(scaler.update(finite), scaler.scale) for finite in (True, True, False, True)]  # within amp_step
    """
    model, scaler = network(weights), module.LossScaler(scale, 2.0, 0.5, interval)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scales = []
    for i in range(4):
        mine = xb * torch.inf if i == 2 else xb
        module.amp_step(model, optimizer, mine, yb, loss_of(1.0), scaler, dtype=torch.bfloat16)
        scales.append(scaler.scale)
    return scales


def when_told(module, weights, xb, yb):
    """The weights at each call of update, and after the step.

    >>> model = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.Tanh(), torch.nn.Linear(16, 4));
    ... optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    >>> amp_step(model, optimizer, xb, yb, torch.nn.functional.cross_entropy, LossScaler(64.0))
    ...  # its weights are others
    """
    model = network(weights)
    scaler = Told(64.0, model)
    module.amp_step(model, torch.optim.SGD(model.parameters(), lr=1.0), xb, yb, loss_of(1.0), scaler)
    return scaler.weights, held(model)


def after_garbage(module, weights, xb, yb, garbage):
    """The weights after two steps; `.grad` held something before the first, if so wished.

    >>> model = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.Tanh(), torch.nn.Linear(16, 4));
    ... optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    >>> amp_step(model, optimizer, xb, yb, torch.nn.functional.cross_entropy, LossScaler(16.0))
    ...  # its weights are others
    """
    model = network(weights)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    if garbage:
        for p in model.parameters():
            p.grad = torch.full_like(p, 50.0)
    found = []
    for _ in range(2):
        module.amp_step(model, optimizer, xb, yb, loss_of(1.0), Told(16.0))
        found.append(held(model))
    return found


def in_mode(module, weights, xb, yb, gain, resting, name):
    """The weights after a step; a layer inside gives `gain` times as much in train mode.

    >>> model = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.Tanh(), torch.nn.Linear(16, 4));
    ... optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    >>> amp_step(model, optimizer, xb, yb, torch.nn.functional.cross_entropy, LossScaler(16.0))
    ...  # its weights are others
    """
    model = network(weights, gain=gain)
    model.train(not resting)
    model[1].eval()
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    module.amp_step(model, optimizer, xb, yb, loss_of(1.0), Told(16.0), dtype=half(name))
    return held(model)


def spared(module, values, xb, yb, old):
    """Weights before and after a step with decay, of which one layer takes no part; `old` stands in its .grad.

    >>> model = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.Tanh(), torch.nn.Linear(16, 4));
    ... optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    >>> amp_step(model, optimizer, xb, yb, torch.nn.functional.cross_entropy, LossScaler(1.0))
    ...  # its weights are others
    """
    model = Spare()
    for p, value in zip(model.parameters(), values, strict=True):
        p.data.copy_(torch.as_tensor(value))
    model.used.bias.requires_grad_(False)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, weight_decay=0.1)
    before = held(model)
    for p in model.unused.parameters():
        p.grad = torch.full_like(p, old) if old else None
    told = module.amp_step(model, optimizer, xb, yb, loss_of(1.0), Told(1.0), max_norm=10.0)
    return before, held(model), told["grad_norm"], told["skipped"]


def make(module, *arguments):
    module.LossScaler(*arguments)


# ---- the examiner's side


@points(3, hint="Look at every gradient before anything is changed: `all(g.isfinite().all() for g in grads)`.")
def test_bad_step_is_skipped(observe, draw):
    """A step with inf or NaN is skipped: weights and the optimizer's state stay as they are."""
    weights, xb, yb = drawn(draw)
    batches = [xb, xb + 1, xb - 1]
    ways = {
        "scale": "float16 at scale 2 to the 40",
        "inf slope": "an inf in the gradient of the last parameter alone",
        "nan slope": "a NaN in the gradient of the last parameter alone",
        "inf": "an inf in the batch, and NaN in the first layer's gradients alone",
    }  # fmt: skip
    for how, what in ways.items():
        found, told = answers(observe(good_bad_good, weights, batches, yb, how, True), 2)
        first, second, third = answers(found, 3)
        same([bool(skipped) for skipped, _ in answers(told, 3)], [False, True, False], f"{what} in step 2: skipped?")
        close(
            first[0][:4],
            weights,
            "the weights after one step of Adam with 0.01, against those before",
            rtol=0,
            atol=0.0101,
        )
        count = len(second[0]) - ("slope" in how)
        close(second[0][:count], first[0][:count], f"{what}: the weights, against those before", rtol=0, atol=0)
        close(second[1], first[1], f"{what}: Adam's memory, against before", rtol=0, atol=0)
        without = answers(answers(observe(good_bad_good, weights, batches, yb, how, False), 2)[0], 2)[1]
        close(third[0], without[0], f"{what}: the weights after one more good step, against those without the bad one")
        require(total([a - b for a, b in zip(third[0], first[0], strict=True)]) > 1e-3, "a good step moves nothing")


@points(2, hint="Bad: times backoff, count 0. Good: count, and at `interval` times growth, count 0.")
def test_rule_of_the_scale(observe, draw):
    """The scale follows the rule."""
    good, bad = True, False
    seen = observe(followed, (1024.0, 2.0, 0.5, 3), [good, good, bad, good, good, good])
    same(
        seen,
        [1024.0, 1024.0, 1024.0, 512.0, 512.0, 512.0, 1024.0],
        "scale 1024, interval 3: good good bad good good good",
    )
    for interval, growth, backoff in ((1, 2.0, 0.5), (2, 3.0, 0.25), (4, 1.5, 0.75)):
        outcomes = [bool(one) for one in draw.random(40) < 0.8] + [good] * 9
        scale, count, right = 2.0 ** int(draw.integers(3, 12)), 0, []
        start = scale
        for finite in (None, *outcomes):
            if finite is not None:
                count = count + 1 if finite else 0
                scale *= 1 if finite else backoff
                if count == interval:
                    scale, count = scale * growth, 0
            right.append(scale)
        seen = answers(observe(followed, (start, growth, backoff, interval), outcomes), len(right))
        close(seen, right, f"{interval=}, {growth=}, {backoff=}: the scale after each update", rtol=1e-9, atol=0)
    seen = observe(followed, (2.0, 2.0, 0.5, 3), [bad] * 4)
    same(seen, [2.0, 1.0, 0.5, 0.25, 0.125], "scale 2: four bad steps")
    outcomes = [good] * 99 + [good, bad]
    seen = answers(observe(followed, (), outcomes), 102)
    same(
        [seen[i] for i in (0, 99, 100, 101)],
        [65536.0, 65536.0, 131072.0, 65536.0],
        "LossScaler(): after 0, 99, 100 good, a bad",
    )


@points(1, hint="`scaler.update(finite)` once, as the last thing of every step, a skipped one as well.")
def test_scaler_is_told(observe, draw):
    """amp_step tells the scaler once, after good and after bad steps."""
    # verify: ignores stretched (it looks at yes and no, and at a scale)
    weights, xb, yb = drawn(draw)
    for how in ("scale", "inf"):
        _, told = answers(observe(good_bad_good, weights, [xb, xb + 1, xb - 1], yb, how, True), 2)
        calls, steps = [list(one) for _, one in answers(told, 3)], "a good, a bad, and a good step"
        counts = [len(one) for one in calls]
        require(counts == [1, 1, 1], f"calls of update in {steps}: expected 1 each, saw {counts}")
        same([one for (one,) in calls], [True, False, True], f"what update was told in {steps}")
    at_update, after = answers(observe(when_told, weights, xb, yb), 2)
    require(total(moved(after, weights, "a step")) > 1e-3, "the weights have not moved")
    close(answers(at_update, 1)[0], after, "the weights when update is called, against those after the step")
    scale = 2.0 ** int(draw.integers(6, 12))
    seen = observe(both, weights, xb, yb, scale, 2)
    same(
        seen, [scale, 2 * scale, scale, scale], f"LossScaler({scale:g}, interval 2) through good, good, bad, good steps"
    )


@points(1, hint="Clear the gradients before backward; it adds to what is there.")
def test_old_gradients(observe, neutral, draw):
    """Old gradients do not leak in."""
    weights, xb, yb = drawn(draw)
    plainly, garbage = (answers(observe(after_garbage, weights, xb, yb, one), 2) for one in (False, True))
    close(
        garbage,
        plainly,
        "weights after each of two steps, with 50 in every .grad before, against without",
        rtol=1e-5,
        atol=1e-6,
    )
    first = moved(plainly[0], weights, "the first step")
    require(1e-3 < total(first) < 50, f"the first step is {total(first):.3g} long")
    require(np.abs(plainly[0][0]).max() > 0, "the first weight is 0 after a step")
    fresh = answers(observe(after_garbage, plainly[0], xb, yb, False), 2)[0]
    close(plainly[1], fresh, "the second step, against a first step from the same weights", rtol=1e-5, atol=1e-6)


@points(1, hint="`model.train()` puts every module inside into train mode.")
def test_train_mode(observe, draw):
    """The model is trained in train mode, whatever mode it and its parts come in."""
    weights, xb, yb = drawn(draw)
    doubled = [2 * weights[0], 2 * weights[1], *weights[2:]]  # twice as much in the first layer is the same network
    for resting in (True, False):
        seen = moved(observe(in_mode, weights, xb, yb, 2.0, resting, "bfloat16"), weights, "a step")
        like = moved(observe(in_mode, doubled, xb, yb, 1.0, resting, "bfloat16"), doubled, "a step")
        like = [2 * like[0], 2 * like[1], *like[2:]]
        mode = "eval" if resting else "train"
        told = f"a model in {mode} mode, a layer inside in eval mode: its step is not train mode's"
        require(total(seen) > 1e-3, "the weights have not moved")
        require(off([a / total(like) for a in seen], [b / total(like) for b in like]) < 0.05, told)


@points(1, hint="`if p.grad is not None`, wherever you go through the parameters; clear old ones to None, not to 0.")
def test_without_gradient(observe, draw):
    """Parameters without a gradient are left alone."""
    values = [0.3 * normal(draw, 4, 4), normal(draw, 4), 0.3 * normal(draw, 4, 4), normal(draw, 4)]
    xb, yb = normal(draw, 9, 4), draw.integers(0, 4, 9)
    for old, when in ((0.0, ""), (50.0, " that found 50 in the unused layer's .grad")):
        before, after, norm, skipped = answers(observe(spared, values, xb, yb, old), 4)
        same(bool(skipped), False, "skipped?")
        for i, name in ((0, "unused weight"), (1, "unused bias"), (3, "frozen bias")):
            same(after[i], before[i], f"the {name} after a step with weight decay{when}")
    used = shaped(after[2], (4, 4), "the used weight")
    require(np.abs(used - before[2]).max() > 1e-4, "the used weight has not moved")
    between(norm, 1e-3, 10, "grad_norm")


@points(0.5, hint="Four conditions; 1 is too small a growth, and neither 0 nor 1 is a backoff.")
def test_scaler_refuses(observe):
    """LossScaler refuses scales, growths, backoffs and intervals that lead nowhere."""
    bad = [
        (0.0, 2.0, 0.5, 10), (-4.0, 2.0, 0.5, 10), (8.0, 1.0, 0.5, 10), (8.0, 0.5, 0.5, 10), (8.0, 2.0, 0.0, 10),
        (8.0, 2.0, 1.0, 10), (8.0, 2.0, 1.5, 10), (8.0, 2.0, -0.5, 10), (8.0, 2.0, 0.5, 0), (8.0, 2.0, 0.5, -3),
    ]  # fmt: skip
    good = [(8.0, 2.0, 0.5, 10), (0.5, 1.01, 0.99, 1), (2.0**40, 10.0, 0.01, 10**6), (8,), ()]
    observe.refuses(make, bad, good, ValueError, "LossScaler(scale, growth, backoff, interval)")
