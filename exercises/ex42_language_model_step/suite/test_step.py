"""ex42: the step of a language model. What the loss alone decides is judged in its own tests: here tokens repeat."""

import numpy as np
import torch
from texts import Bigram, along, echoes, held, plain, some_weights, told, total

from grader.suite import close, exactly, normal, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def step(module, weights, tokens, lr, options, kind="SGD", training=True):
    """The weights after one step, what it told, the loss of next_token_loss before, the model's modes in and after.

    >>> model = torch.nn.Sequential(torch.nn.Embedding(*weights[0].shape), torch.nn.Linear(*weights[1].shape[::-1],
    ... bias=False))
    >>> lm_step(model, tokens, torch.optim.SGD(model.parameters(), lr=0.0033), lr, **options)
    ...  # its weights are others
    """
    model = Bigram(weights).train(training)
    own = module.next_token_loss(model(tokens), tokens, options.get("pad_id")).detach()
    model.modes = []
    make = {"SGD": torch.optim.SGD, "AdamW": torch.optim.AdamW}[kind]
    groups = [{"params": [model.embed.weight], "lr": 0.0077}, {"params": [model.head.weight]}]
    optimizer = make(groups, lr=0.0033, weight_decay=0.0)
    answer = module.lm_step(model, tokens, optimizer, lr, **options)
    return held(model), told(answer), own, [*model.modes, model.training]


def scheduled(module, weights, tokens, rates):
    """The weights before and after each of some steps of SGD without clipping.

    >>> model = torch.nn.Sequential(torch.nn.Embedding(*weights[0].shape), torch.nn.Linear(*weights[1].shape[::-1],
    ... bias=False))
    >>> lm_step(model, tokens, torch.optim.SGD(model.parameters(), lr=0.5), rates[0], 1e9)  # its weights are others
    """
    model = Bigram(weights)
    optimizer = torch.optim.SGD([{"params": [p], "lr": 0.5 + i} for i, p in enumerate(model.parameters())])
    path = [held(model)]
    for rate in rates:
        module.lm_step(model, tokens, optimizer, rate, 1e9)
        path.append(held(model))
    return path


def dirty(module, weights, spare, tokens, old):
    """The weights after each of two steps and the norms told; `old` stood in every .grad before the first.

    >>> model = torch.nn.Sequential(torch.nn.Embedding(*weights[0].shape), torch.nn.Linear(*weights[1].shape[::-1],
    ... bias=False))
    >>> lm_step(model, tokens, torch.optim.SGD(model.parameters(), lr=0.1), 0.1, 1e9)  # its weights are others
    """
    model = Bigram(weights, spare)
    if old:
        for p in model.parameters():
            p.grad = torch.full_like(p, old)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    found, norms = [], []
    for _ in range(2):
        numbers, _ = told(module.lm_step(model, tokens, optimizer, 0.1, 1e9))
        found.append(held(model))
        norms.append(numbers["grad_norm"])
    return found, norms


def learned(module, weights, text, length, rates):
    """The logits of each token after training on pieces of a repeating text.

    >>> model = torch.nn.Sequential(torch.nn.Embedding(*weights[0].shape), torch.nn.Linear(*weights[1].shape[::-1],
    ... bias=False))
    >>> lm_step(model, text.unfold(0, length, 1)[::3], torch.optim.AdamW(model.parameters()), rates[0])
    ...  # its weights are others
    """
    model = Bigram(weights)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1, weight_decay=0.0)
    pieces = text.unfold(0, length, 1)
    for i, rate in enumerate(rates):
        module.lm_step(model, pieces[i % 3 :: 3], optimizer, rate)
    return model(torch.arange(len(weights[0]))).detach()


# ---- the examiner's side


def moved(after, before, what):
    """What was taken away from the weights."""
    found = [shaped(a, np.shape(b), f"{what}: weights") for a, b in zip(exactly(after, 2), before, strict=True)]
    return [np.asarray(b, np.float64) - a for a, b in zip(found, before, strict=True)]


@points(3, hint="Between `loss.backward()` and `optimizer.step()`, over all parameters of the model.")
def test_step_is_clipped(observe, neutral, draw):
    """lm_step clips after backward and before the step."""
    for share, size in ((0.3, 3.0), (0.02, 3.0), (None, 4.0), (200.0, 1.0)):
        weights, tokens, lr = some_weights(draw, size=size), echoes(draw), float(draw.uniform(0.02, 0.1))
        _, grads = exactly(neutral(plain, weights, tokens), 2)
        limit = 1.0 if share is None else share * total(grads)
        options = {} if share is None else {"max_norm": limit}
        loose, short = (
            moved(exactly(observe(step, weights, tokens, lr, one), 4)[0], weights, "a step")
            for one in ({"max_norm": 1e9}, options)
        )
        what = f"max_norm {limit:.3g}{' by default' if share is None else ''}, lr {lr:.3f}"
        require(along(loose, grads) > 0.8, "max_norm 1e9: the step does not go down the gradient of the loss")
        for i in range(2):
            require(along([short[i]], [loose[i]]) > 0.9999, f"{what}: tensor {i} moves elsewhere than without clipping")
        factors = [total([a]) / total([b]) for a, b in zip(short, loose, strict=True)]
        require(abs(factors[0] / factors[1] - 1) < 2e-3, f"{what}: two tensors were shortened by {factors}")
        rates = [(a, b) for a in (lr, 0.0077) for b in (lr, 0.0033)]  # the rate has a test of its own
        norms = [total([part / rate for part, rate in zip(loose, pair, strict=True)]) for pair in rates]
        right = min((min(1.0, limit / norm) for norm in norms), key=lambda c, seen=factors[0]: abs(c - seen))
        told_norm = f"gradients of norm {norms[0]:.3g}, {what}: factor on the step"
        why = " (the update was not clipped)" if abs(factors[0] - 1) < 1e-3 < abs(right - 1) else ""
        close(factors[0], right, f"{told_norm}{why}", rtol=2e-3, atol=0)


@points(2, hint='`for group in optimizer.param_groups: group["lr"] = lr`, before the step.')
def test_learning_rate(observe, draw):
    """lm_step uses the given learning rate, in every group."""
    weights, tokens = some_weights(draw), echoes(draw)
    rates = [float(rate) for rate in draw.uniform(0.001, 0.004, 3)]
    path = exactly(observe(scheduled, weights, tokens, rates), 4)
    small = exactly(observe(scheduled, weights, tokens, [1e-3]), 2)
    first = moved(small[1], weights, "a step with lr 0.001")
    require(min(np.abs(one).max() for one in first) > 0, "a step with lr 0.001: a tensor has not moved")
    for i, part in enumerate(moved(path[1], weights, "the first step")):
        ratio = float(np.sum(part * first[i]) / np.sum(first[i] ** 2)) * 1e-3
        close(
            ratio,
            rates[0],
            f"lr {rates[0]:.5f}: what group {i} was moved by, in units of its gradient",
            rtol=1e-2,
            atol=0,
        )
    for number in (1, 2):
        again = exactly(observe(scheduled, path[number], tokens, [rates[number]]), 2)
        told_rates = ", ".join(f"{rate:.4f}" for rate in rates)
        what = f"lr {told_rates}: weights after step {number}, against a first step with that rate"
        close(path[number + 1], again[1], what, rtol=1e-4, atol=1e-6)
    lr = float(draw.uniform(0.01, 0.05))
    after, *_ = exactly(observe(step, weights, tokens, lr, {}, "AdamW"), 4)
    what = f"AdamW's first step with lr {lr:.4f}: the largest change of a weight in each group"
    close([float(np.abs(one).max()) for one in moved(after, weights, what)], [lr, lr], what, rtol=1e-2, atol=0)


@points(1.5, hint="Clear the gradients before backward: they add up.")
def test_clean_gradients(observe, draw):
    """lm_step starts from clean gradients."""
    # verify: ignores zero (the norms told are compared with those of clean gradients, their values elsewhere)
    weights, spare, tokens = some_weights(draw), normal(draw, 3), echoes(draw)
    (clean, norms), (after, others) = (
        exactly(observe(dirty, weights, spare, tokens, old), 2) for old in (0.0, float(draw.uniform(3, 9)))
    )
    for number in range(2):
        what = f"old numbers in every .grad before the first step: after step {number + 1}"
        close(after[number], clean[number], f"{what}, the weights, against those without", rtol=1e-5, atol=1e-6)
        close(others[number], norms[number], f"{what}, the norm told, against that without", rtol=1e-4, atol=1e-6)
    start = [part for part in exactly(clean[0], 3) if np.shape(part) != (3,)]
    first = moved(start, weights, "the first step")
    require(total(first) > 1e-3, "no weight has moved")
    fresh, _ = exactly(observe(dirty, start, spare, tokens, 0.0), 2)
    what = "the second step, against a first one from the same weights (it used the sum of two gradients)"
    close(clean[1], fresh[0], what, rtol=1e-5, atol=1e-6)


@points(1.5, hint="Note the numbers before the step: `loss.item()`, and what the clipping returned.")
def test_what_it_tells(observe, neutral, draw):
    """lm_step tells the loss before the step, the norm before clipping, and the learning rate."""
    # verify: ignores stretched (what is told are single numbers)
    for padded, limit in ((False, 0.05), (True, 1e9)):
        weights, lr = some_weights(draw), float(draw.uniform(0.5, 2))
        tokens = echoes(draw)
        _, grads = exactly(neutral(plain, weights, tokens), 2)
        given = np.concatenate([tokens, np.zeros((3, 5), np.int64)]) if padded else tokens
        options = {"max_norm": limit, **({"pad_id": 0} if padded else {})}
        _, answer, own, modes = exactly(observe(step, weights, given, lr, options, "SGD", padded), 4)
        numbers, graphs = exactly(answer, 2)
        what = f"4 texts{' and 3 of padding alone' if padded else ''}, max_norm {limit:g}"
        loss = float(shaped(own, (), "what next_token_loss gives for the model before the step"))
        why = " (does pad_id reach the loss?)" if padded else ""
        close(numbers["loss"], loss, f"{what}: loss, against next_token_loss before the step{why}", rtol=1e-3)
        if not padded:
            found, right = float(shaped(numbers["grad_norm"], (), f"{what}: grad_norm")), total(grads)
            why = " (this is the norm after clipping)" if abs(found - limit) < 1e-3 else ""
            close(found, right, f"{what}: grad_norm{why}", rtol=1e-3)
        close(numbers["lr"], lr, f"{what}: lr", rtol=1e-5)
        same(graphs, [], "which of the numbers still carry a graph")
        *modes, later = modes
        same(len(modes), 1, "calls of the model in a step")
        left = f"a model in {'train' if padded else 'eval'} mode: model.training"
        same([bool(mode) for mode in (*modes, later)], [padded] * 2, f"{left} during and after the step")


@points(1, hint="Loss, backward, clip, step: a model that has learned names the next token, not its own.")
def test_learns(observe, draw):
    """A model learns a repeating text within 60 steps."""
    order = 1 + draw.permutation(7)
    rates = [float(0.1 * min(1, (i + 1) / 5)) for i in range(60)]
    weights = some_weights(draw, 8, 12, 0.5)
    logits = shaped(observe(learned, weights, np.tile(order, 6), 8, rates), (8, 8), "logits of each token")
    found, right = logits.argmax(1)[order], np.roll(order, -1)
    why = " (it repeats its input)" if np.array_equal(found, order) else ""
    same(found, right, f"the text {order.tolist()} again and again, 60 steps: the token named after each of them{why}")
