"""ex02: who looks at whom in a batch, what is remembered, and what the numbers of both norms are."""

import copy

import numpy as np
import torch
from formula import FACTORS, problem
from models import entered, set_up, stir

from grader.suite import Raised, answers, close, normal, points, require, shaped

MODES = ("train()", "eval()", "train() under no_grad", "eval() under no_grad")


# Scenarios


def beside(module, norm, rows, others):
    """Per situation: logits of the rows, of row 0 with others beside it, of the first four rows.

    >>> model = NormMLP(12, 8, 4, norm)
    >>> model.train()(rows), model.eval()(rows)  # its weights are others
    """
    model, seen = module.NormMLP(12, 8, 4, norm), {}
    stir(model)
    model(rows)
    for mode, grad in (("train", True), ("train", False), ("eval", True), ("eval", False)):
        model.train(mode == "train")
        with torch.set_grad_enabled(grad):
            batches = (rows, torch.cat([rows[:1], others]), rows[:4])
            seen[f"{mode}()" if grad else f"{mode}() under no_grad"] = [model(batch) for batch in batches]
    return seen


def train_long(module, first, batch, times, others):
    """Trains on one batch once and on another many times; logits of the latter in train(), in eval(), and at rest.

    >>> model = NormMLP(12, 8, 4, "batch")
    >>> [model(x) for x in (first, batch, batch)], model.eval()(batch)  # its weights are others
    """
    model, twin = module.NormMLP(12, 8, 4, "batch"), module.NormMLP(12, 8, 4, "batch").eval()
    stir(model)
    untouched, before = twin(batch), model.eval()(batch)
    model.train()(first)
    for _ in range(times):
        trained = model(batch)
    seen = {"train": trained, "before": before, "eval": model.eval()(batch)}
    for other in others:
        model(other)
    return {**seen, "rested": model(batch), "twin": [untouched, twin(batch)]}


def train_quietly(module, batch):
    """Logits in eval() before and after a batch in train() under no_grad."""
    model = module.NormMLP(12, 8, 4, "batch").eval()
    before = model(batch)
    with torch.no_grad():
        model.train()(batch)
    return before, model.eval()(batch)


def save_and_load(module, batches, rows):
    """Eval logits of a trained network, of a new one, and of the new one with the state of the first."""
    model, twin = module.NormMLP(12, 8, 4, "batch"), module.NormMLP(12, 8, 4, "batch")
    for batch in batches:
        model.train()(batch)
    new = twin.eval()(rows)
    state = {name: v.clone() if torch.is_tensor(v) else copy.deepcopy(v) for name, v in model.state_dict().items()}
    twin.load_state_dict(state)
    return model.eval()(rows), new, twin.eval()(rows)


def through_relu(module, norm, x, weight):
    """What enters the last Linear in train(), for x and 5x + 3, and for x with the first Linear tripled and shifted.

    >>> model = NormMLP(12, 8, 8, norm)
    >>> model(x), model(5 * x + 3)  # its weights are others
    """
    model = module.NormMLP(12, 8, 8, norm)
    first, last = set_up(model, weight)
    seen = [entered(model, last, x), entered(model, last, 5 * x + 3)]
    with torch.no_grad():
        first.weight *= 3
        if first.bias is not None:
            first.bias += 2
    return [*seen, entered(model, last, x)]


def in_sizes(module, norm, x, factors, weight):
    """What enters the last Linear in train() for factor·x, with the norm's numbers as they are at first.

    >>> model = NormMLP(12, 8, 8, norm)
    >>> [model(factor * x) for factor in factors]  # its weights are others
    """
    model = module.NormMLP(12, 8, 8, norm)
    _, last = set_up(model, weight)
    return [entered(model, last, factor * x) for factor in factors]


def stirred(module, norm, x, weight):
    """What enters the last Linear in train(), for x and -x, and for x with other numbers in the norm's parameters.

    >>> model = NormMLP(12, 8, 8, norm)
    >>> model(x), model(-x)  # its weights are others
    """
    model = module.NormMLP(12, 8, 8, norm)
    _, last = set_up(model, weight)
    seen = [entered(model, last, x), entered(model, last, -x)]
    stir(model)
    return [*seen, entered(model, last, x)]


# What the examiner saw


def per_norm(observe, scenario, norms, *arguments):
    """For each of `norms`, what the scenario tells of it; all are asked at once."""
    cases = [(norm, *arguments) for norm in norms]
    for case, seen in zip(cases, answers(observe.each(scenario, cases), len(norms)), strict=True):
        # One that raised is asked again, alone, to show the learner where.
        yield case[0], observe(scenario, *case) if isinstance(seen, Raised) else seen


def alive(rows, changed, told):
    """The logits of six rows have the right shape and depend on the row."""
    shaped(rows, (6, 4), f"{told} logits of six rows")
    require(np.ptp(rows, axis=0).max() > 1e-4, f"{told} all rows have the same logits")
    require(np.abs(changed[1:] - rows[1:]).max() > 1e-3, f"{told} other rows came in, but the same logits came out")


@points(1, hint="Layer norm averages along each row, over the hidden features, in train() and in eval() alike.")
def test_rows(observe, draw):
    """Without norm and with layer norm each sample is on its own, in both modes."""
    # verify: ignores flipped (logits of the opposite sign obey the same rule)
    rows, others = normal(draw, 6, 12), 2 + normal(draw, 5, 12)
    for norm, seen in per_norm(observe, beside, ("none", "layer"), rows, others):
        for mode in MODES:
            logits, changed, fewer = answers(seen[mode], 3)
            told = f"norm={norm!r}, {mode}:"
            alive(logits, changed, told)
            close(changed[0], logits[0], f"{told} row 0 changed when only other rows changed; its logits")
            close(fewer, logits[:4], f"{told} logits of four rows, against those of the same rows in a batch of six")
            close(logits, seen["train()"][0], f"{told} logits, against those in train()")


@points(1, hint="Batch norm asks self.training, which train() and eval() set, and not whether gradients are on.")
def test_batch(observe, draw):
    """Batch norm looks at the whole batch in train mode, and not in eval mode."""
    # verify: ignores flipped (logits of the opposite sign obey the same rule)
    rows, others = normal(draw, 6, 12), 2 + normal(draw, 5, 12)
    ((_, seen),) = per_norm(observe, beside, ("batch",), rows, others)
    for mode in MODES:
        logits, changed, fewer = answers(seen[mode], 3)
        told = f"norm='batch', {mode}:"
        alive(logits, changed, told)
        if mode.startswith("train"):
            gap = np.abs(changed[0] - logits[0]).max()
            require(gap > 1e-3, f"{told} row 0 keeps its logits when others change; in train() the batch counts")
        else:
            told += " the answer to one sample depends on its neighbors; logits"
            close(changed[0], logits[0], f"{told} of row 0 with other neighbors")
            close(fewer, logits[:4], f"{told} in a batch of four, against those in a batch of six")


@points(
    1, hint="running = (1 - m) * running + m * batch's, for mean and variance, if self.training and at no other time."
)
def test_running(observe, draw):
    """A running mean and variance follow the batches in train() and rest in eval()."""
    # verify: ignores flipped (logits of the opposite sign obey the same rule)
    # The hidden numbers' variance is about 1/15: a start with 1 shows for long if a new batch counts for little.
    first, batch = normal(draw, 64, 12) - 3, 3 + 0.45 * normal(draw, 64, 12)
    seen = observe(train_long, first, batch, 600, [normal(draw, 16, 12) - 5 for _ in range(3)])
    trained, evaluated = (shaped(seen[mode], (64, 4), f"logits in {mode}()") for mode in ("train", "eval"))
    require(np.ptp(trained, axis=0).max() > 1e-3, "all rows have the same logits")
    moved = np.abs(evaluated - shaped(seen["before"], (64, 4), "logits in eval() before training")).max()
    require(moved > 1e-3, "after 601 batches in train() the eval logits are the same as before: nothing was remembered")
    # With a share of 1 % the start still counts for 0.99^600 = 0.002; var with n - 1 differs by 1/63.
    gap = np.abs(evaluated - trained).max() / np.std(trained)
    told = (
        "after 600 times the same batch in train() the running mean and variance must be about this batch's: its logits"
    )
    require(
        gap < 0.3, f"{told} in eval() are {gap:.2f} of their spread away from those in train(), at most 0.3 expected"
    )
    asleep, awake = (shaped(one, (64, 4), "logits in eval()") for one in answers(observe(train_quietly, batch), 2))
    quiet = "after a batch in train() under no_grad the eval logits are the same as before: nothing was remembered"
    require(np.abs(awake - asleep).max() > 1e-3, quiet, "Ask self.training, not whether gradients are recorded.")
    close(seen["rested"], evaluated, "running statistics must rest in eval(): after more batches in eval() the logits")
    close(
        *seen["twin"][::-1],
        "another network's eval logits changed while this one trained: they share statistics; its logits",
    )


@points(1, hint="Running statistics that are buffers (register_buffer) are in state_dict() by themselves.")
def test_saved(observe, draw):
    """The running statistics travel in state_dict()."""
    # verify: ignores flipped (logits of the opposite sign obey the same rule)
    batches = [3 + 2 * normal(draw, 16, 12) for _ in range(3)]
    trained, new, loaded = answers(observe(save_and_load, batches, normal(draw, 6, 12)), 3)
    shaped(trained, (6, 4), "eval logits")
    require(np.abs(trained - new).max() > 1e-3, "two new networks have the same eval logits")
    told = "the running statistics are not in state_dict() (use register_buffer): a new model that loads it"
    close(loaded, trained, f"{told} has other eval logits")


@points(1, hint="fc2(relu(norm(fc1(x)))): the ReLU comes after the norm.")
def test_order(observe, draw):
    """The norm sits before the ReLU."""
    x, weight = 30 * normal(draw, 16, 12), normal(draw, 8, 12)
    for norm, seen in per_norm(observe, through_relu, ("none", "batch", "layer"), x, weight):
        told = f"norm={norm!r}:"
        hidden, moved, tripled = (
            shaped(one, (16, 8), f"{told} what enters the last Linear") for one in answers(seen, 3)
        )
        least = hidden.min()
        require(least >= 0, f"{told} the last layer sees negative numbers, such as {least:.2g}")
        require((hidden == 0).mean() > 0.1, f"{told} the ReLU zeroes nothing of what enters the last layer")
        require(np.ptp(hidden, axis=0).max() > 1e-4, f"{told} all rows give the same")
        if norm == "none":
            expected = np.maximum(x.astype(float) @ weight.T, 0)
            close(
                hidden,
                expected,
                f"{told} what enters the last Linear, against the ReLU of the first",
                rtol=1e-3,
                atol=1e-3,
            )
        if norm == "batch":
            close(
                moved,
                hidden,
                f"{told} 5x + 3 must give the numbers of x if the norm comes before the ReLU",
                rtol=0,
                atol=1e-3,
            )
        if norm == "layer":
            close(
                tripled,
                hidden,
                f"{told} tripling fc1 must not change what follows if the norm comes first",
                rtol=0,
                atol=1e-3,
            )


@points(1, hint="Divide by sqrt(var + eps); var(unbiased=False) is the mean of the squared deviations.")
def test_formula(observe, draw):
    """The norm divides by √(var + eps), var being the mean squared deviation."""
    x, weight = normal(draw, 8, 12), normal(draw, 8, 12)
    x[0], weight[0] = 0, 0  # layer norm meets a row of equal numbers, batch norm a column of them
    hidden = x.astype(float) @ weight.T.astype(float)
    for norm, seen in per_norm(observe, in_sizes, ("layer", "batch"), x, FACTORS, weight):
        told = f"norm={norm!r}, 8 features, 8 samples in train():"
        for one in answers(seen, len(FACTORS)):
            finite = np.isfinite(shaped(one, (8, 8), f"{told} what enters the last Linear")).all()
            require(
                finite, f"{told} NaN or infinity: equal numbers have variance 0, and only eps keeps the root above 0"
            )
        wrong = problem(
            hidden, norm, [np.maximum(one, 0) for one in seen]
        )  # whether there is a ReLU is judged elsewhere
        require(not wrong, f"{told} the numbers after the norm are off; {wrong}")


@points(1, hint="Two parameters of `hidden` numbers each, one that multiplies and one that is added.")
def test_scale_and_shift(observe, draw):
    """γ and β are learnable, one of each per hidden feature."""
    x, weight = normal(draw, 40, 12), normal(draw, 8, 12)
    for norm, seen in per_norm(observe, stirred, ("layer", "batch"), x, weight):
        told = f"norm={norm!r}:"
        every = (shaped(one, (40, 8), f"{told} what enters the last Linear") for one in answers(seen, 3))
        up, down, after = (np.maximum(one, 0) for one in every)
        before = up - down  # without the ReLU
        require(np.ptp(before, axis=0).min() > 1e-3, f"{told} a hidden feature is the same for all rows")
        lines = [np.polyfit(b[a > 0], a[a > 0], 1) for a, b in zip(after.T, before.T, strict=True) if (a > 0).sum() > 5]
        require(len(lines) == 8, f"{told} with other γ and β a hidden feature is zero for nearly all rows")
        scale, shift = np.transpose(lines)
        gap = np.abs(np.maximum(before * scale + shift, 0) - after).max()
        require(
            gap < 1e-2, f"{told} with other numbers in the norm's parameters, its result is no γ · old + β any more"
        )
        for what, numbers, still in (("γ", scale, 1), ("β", shift, 0)):
            stays = np.abs(numbers - still).max() < 1e-3
            require(
                not stays,
                f"{told} no learnable {what}: with other numbers in all of the norm's parameters it acts as {still}",
            )
            require(np.ptp(numbers) > 1e-3, f"{told} one {what} for all hidden features; each needs its own")
