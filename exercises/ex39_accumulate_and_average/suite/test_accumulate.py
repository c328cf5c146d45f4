"""ex39, accumulate: against one large batch, samples and padded tokens."""

import numpy as np
import torch
from parts import accumulated, alike, compare, drawn, left, loss_of, network, samples, singly, tokens, whole

from grader.suite import answers, close, exactly, normal, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def count_terms(module, y, ignore):
    return module.loss_terms(y) if ignore is None else module.loss_terms(y, ignore)


def with_batch_norm(module, weights, batches, ignore, training):
    """Gradients and running mean of a model with batch norm, and whether its mode is as it was.

    >>> model = torch.nn.Sequential(torch.nn.Linear(6, 9), torch.nn.BatchNorm1d(9), torch.nn.Linear(9, 5))
    >>> accumulate(model.train(training), batches, torch.nn.functional.cross_entropy)  # its weights are others
    """
    model = network("batch norm", weights)
    model.train(training)
    model[1].train(training)
    module.accumulate(model, batches, loss_of(ignore), ignore)
    return [p.grad for p in model.parameters()], model[1].running_mean, model.training


def norm_alone(weights, batches, shares, training):
    """The same by hand: one micro-batch after the other, each with its share."""
    model = network("batch norm", weights)
    model.train(training)
    for (x, y), share in zip(batches, shares, strict=True):
        (share * loss_of(None)(model(torch.as_tensor(x)), torch.as_tensor(y))).backward()
    return [p.grad for p in model.parameters()], model[1].running_mean


def squared(module, weights, batches, frozen):
    """Loss and gradients of a regression with two targets per sample; its bias may be frozen.

    >>> accumulate(torch.nn.Linear(3, 2), batches, torch.nn.functional.mse_loss)  # its weights are others
    """
    model = torch.nn.Linear(3, 2)
    model.bias.requires_grad_(not frozen)
    with torch.no_grad():
        for p, values in zip(model.parameters(), weights, strict=True):
            p.copy_(torch.as_tensor(values))
    loss = module.accumulate(model, batches, torch.nn.functional.mse_loss)
    return loss, [p.grad for p in model.parameters()]


def refused(module, sizes, padded):
    """accumulate on micro-batches of so many sequences, of which some are nothing but padding.

    >>> batches = [(torch.ones(n, 6), torch.zeros(n, dtype=torch.int64)) for n in sizes]
    >>> accumulate(torch.nn.Linear(6, 9), batches, torch.nn.functional.cross_entropy, 0)  # another model
    """
    model = network("tokens", [torch.ones(7, 9), torch.ones(7, 9), torch.ones(7)])
    batches = []
    for n, empty in zip(sizes, padded, strict=True):
        y = torch.zeros(n, 6, dtype=torch.int64) if empty else torch.ones(n, 6, dtype=torch.int64)
        batches.append((torch.ones(n, 6, dtype=torch.int64), y))
    module.accumulate(model, batches, loss_of(0), 0)


# ---- the examiner's side


@points(1, hint="`y.numel()`, less those that equal `ignore`, if it is not None.")
def test_loss_terms(observe, draw):
    """loss_terms counts the entries that are not ignored."""
    for shape in ((9,), (5, 7), (3, 4, 2)):
        y = draw.integers(-1, 4, shape)
        y.flat[:2] = (0, 3)
        for ignore in (None, 0, 3, -1):
            right = y.size if ignore is None else int((y != ignore).sum())
            what = f"loss_terms of {shape} entries, {right} of them not {ignore}"
            same(observe(count_terms, y, ignore), right, what)
    y = np.where(draw.random(12) < 0.5, -100, 1)
    same(observe(count_terms, y, None), 12, "loss_terms of 12 entries, some of them -100, ignore not given")
    same(observe(count_terms, y, -100), int((y == 1).sum()), "loss_terms of 12 entries, ignore=-100")


@points(2.5, hint="Each loss times its share of all samples, before backward().")
def test_uneven_micro_batches(observe, neutral, draw):
    """The accumulated gradient is that of the whole batch, for micro-batches of different sizes."""
    for sizes in ((4, 4, 2), (1, 7), (5,), tuple(int(n) for n in draw.integers(1, 9, 4))):
        weights, batches = drawn(draw, "samples"), samples(draw, sizes)
        seen = answers(observe(accumulated, "samples", weights, batches, None), 4)
        _, right = answers(neutral(whole, "samples", weights, batches, None), 2)
        parts = [answers(one, 2) for one in neutral(singly, "samples", weights, batches, None)]
        compare(seen[1], right, f"{' + '.join(map(str, sizes))} samples", parts, sizes)


@points(2.5, hint="A token loss is the mean over real tokens: `loss_terms(y, ignore)`, not len(y).")
def test_tokens(observe, neutral, draw):
    """Real tokens count, not samples and not micro-batches."""
    for sizes in ((4, 4, 2), (3, 2, 5)):
        weights, batches = drawn(draw, "tokens"), tokens(draw, sizes)
        terms = [int((y != 0).sum()) for _, y in batches]
        seen = answers(observe(accumulated, "tokens", weights, batches, 0), 4)
        _, right = answers(neutral(whole, "tokens", weights, batches, 0), 2)
        parts = [answers(one, 2) for one in neutral(singly, "tokens", weights, batches, 0)]
        told = f"{' + '.join(map(str, sizes))} sequences with {', '.join(map(str, terms))} real tokens"
        compare(seen[1], right, told, parts, sizes)


@points(1.5, hint="The mean of no terms is 0/0 = NaN, and 0 times NaN is NaN: leave that micro-batch out.")
def test_nothing_but_padding(observe, draw):
    """A micro-batch of nothing but padding changes nothing."""
    # verify: ignores flipped, stretched (it compares two answers, with that micro-batch and without it)
    for place in (0, 1, 2):
        weights, batches = drawn(draw, "tokens"), tokens(draw, (3, 3), [(2, 6), (2, 6)])
        empty = (draw.integers(1, 7, (2, 6)), np.zeros((2, 6), dtype=np.int64))
        more = [*batches[:place], empty, *batches[place:]]
        loss, grads, _, events = answers(observe(accumulated, "tokens", weights, more, 0), 4)
        what = f"micro-batch {place} of 3 is nothing but padding"
        require(all(g is not None for g in grads), f"{what}: a parameter has no gradient")
        without = answers(observe(accumulated, "tokens", weights, batches, 0), 4)
        for name, found, wanted in (("gradients", grads, without[1]), ("loss", loss, without[0])):
            close(found, wanted, f"{what}: the {name}, against without it", rtol=1e-5, atol=1e-6)
        require(max(np.abs(g).max() for g in without[1]) > 1e-3, f"{what}: the gradients without it are 0")
        ran = [event for event, _ in events if event == "forward"]
        same(len(ran), 2, f"{what}: how often the model was run")


@points(1, hint="Add up the weighted losses: they are the parts of the mean.")
def test_returned_loss(observe, neutral, draw):
    """The loss that is returned is the mean over all terms."""
    # verify: ignores stretched (it looks at the loss only, which is a number)
    for kind, ignore in (("samples", None), ("tokens", 0)):
        weights = drawn(draw, kind)
        batches = samples(draw, (4, 1, 2)) if kind == "samples" else tokens(draw, (4, 4, 2))
        seen, _, _, events = answers(observe(accumulated, kind, weights, batches, ignore), 4)
        right = float(answers(neutral(whole, kind, weights, batches, ignore), 2)[0])
        parts = [float(one[0]) for one in neutral(singly, kind, weights, batches, ignore)]
        ways = {"the sum of the parts' losses": sum(parts), "the mean of the parts' losses": np.mean(parts),
                "the last part's loss": parts[-1], "the first part's loss": parts[0]}  # fmt: skip
        found = float(shaped(seen, (), f"{kind}: the loss that accumulate returns"))
        near = [why for why, other in ways.items() if abs(found - other) < 1e-5 < abs(right - other)]
        close(
            found,
            right,
            f"{kind}: the loss that accumulate returns{f' ({near[0]})' if near else ''}",
            rtol=1e-4,
            atol=1e-5,
        )
        require(("graph", 0) not in [tuple(event) for event in events], f"{kind}: the loss still carries a graph")


@points(1.5, hint="Clear `.grad` once, before the first micro-batch; there is no optimizer in accumulate.")
def test_old_gradients(observe, neutral, draw):
    """Old gradients are not included, and the weights do not move."""
    weights, batches = drawn(draw, "samples"), samples(draw, (4, 3))
    _, right = answers(neutral(whole, "samples", weights, batches, None), 2)
    scale = max(np.abs(g).max() for g in right)
    after = exactly(observe(left, "samples", weights, batches, None), 2, "the list of micro-batches after the call")
    for number, (seen, given) in enumerate(zip(after, batches, strict=True)):
        close(seen, given, f"micro-batch {number} of 2 after the call", rtol=0, atol=0)
    for garbage, calls, what in ((50.0, 1, "50 in every .grad before"), (0.0, 2, "accumulate called twice")):
        seen = answers(observe(accumulated, "samples", weights, batches, None, garbage, calls), 4)
        require(all(g is not None for g in seen[1]), f"{what}: a parameter has no gradient")
        size = max(np.abs(g).max() for g in seen[1])
        require(size > 0.05 * scale, f"{what}: the gradients are 0")
        close(seen[2], weights, f"{what}: the weights after it", rtol=0, atol=0)
        once = answers(observe(accumulated, "samples", weights, batches, None), 4)[1]
        close(seen[1], once, f"{what}: the gradients, against those of one call without", rtol=1e-4, atol=1e-5)


@points(1, hint="forward, backward, forward, backward: adding up losses keeps every graph until the end.")
def test_one_at_a_time(observe, draw):
    """One micro-batch at a time goes through the model, forward and backward."""
    # verify: ignores nan, stretched (it looks at the order of the calls only)
    sizes = [int(n) for n in draw.permutation(8)[:4] + 1]
    seen = answers(observe(accumulated, "samples", drawn(draw, "samples"), samples(draw, sizes), None), 4)
    noted = [tuple(event) for event in seen[3]]
    events = [event for event in noted if event[0] in ("forward", "backward")]
    order = [count for what, count in events if what == "forward"]
    same(sorted(order), sorted(sizes), f"micro-batches of {sizes} samples: the sizes that the model saw, sorted")
    right = [(what, count) for count in order for what in ("forward", "backward")]
    same(events, right, f"micro-batches of {sizes} samples: the passes")
    kept = [count for what, count in noted if what == "kept"]
    told = "an earlier graph, which backward() had not freed, was still in memory when the model ran (retain_graph?)"
    require(not kept, f"micro-batches of {sizes} samples: {told}")


@points(1, hint="The loss is a mean over y's entries, so a target of two numbers is two terms.")
def test_regression(observe, draw):
    """It works with other losses and targets, too."""
    weights = [normal(draw, 2, 3), normal(draw, 2)]
    batches = [(normal(draw, n, 3), normal(draw, n, 2)) for n in (4, 4, 1)]
    (loss, grads), (_, alone) = (answers(observe(squared, weights, batches, frozen), 2) for frozen in (False, True))
    x, y = (np.concatenate([batch[i] for batch in batches]) for i in (0, 1))
    off = x @ weights[0].T + weights[1] - y
    right = [2 * off.T @ x / off.size, 2 * off.sum(0) / off.size]
    close(grads, right, "mean squared error: the gradients", rtol=1e-4, atol=1e-5)
    close(
        answers(alone, 2)[0],
        right[0],
        "mean squared error, a frozen bias: the gradient of the weight",
        rtol=1e-4,
        atol=1e-5,
    )
    close(
        loss,
        (off**2).mean(),
        "mean squared error of 4 + 4 + 1 samples with two targets: the loss",
        rtol=1e-4,
        atol=1e-5,
    )


@points(1, hint="Only run the model and weigh the losses: its mode and its batch norm are its own business.")
def test_batch_norm(observe, neutral, draw):
    """Batch norm breaks the equality with the whole batch, and accumulate still runs, in each mode."""
    weights, batches = drawn(draw, "batch norm"), samples(draw, (6, 4))
    for training in (True, False):
        seen = answers(observe(with_batch_norm, weights, batches, None, training), 3)
        grads, mean = answers(neutral(norm_alone, weights, batches, [0.6, 0.4], training), 2)
        _, back = answers(neutral(norm_alone, weights, batches[::-1], [0.4, 0.6], training), 2)
        what = f"batch norm in {'train' if training else 'eval'} mode"
        compare(seen[0], grads, what)
        close(
            seen[1],
            mean if alike(seen[1], mean) else back,
            f"{what}: its running mean after 6 and 4 samples",
            rtol=1e-4,
            atol=1e-5,
        )
        same(seen[2], training, f"{what}: model.training afterwards")


@points(0.5, hint="Count first, and raise ValueError if the count is 0.")
def test_refuses_nothing(observe):
    """Nothing to average over raises ValueError."""
    bad = [([], []), ([2], [True]), ([1, 3], [True, True])]
    observe.refuses(
        refused, bad, [([2], [False]), ([1, 3], [True, False])], ValueError, "accumulate(sizes, all padding?)"
    )
