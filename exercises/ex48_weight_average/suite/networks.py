"""Networks whose state is written by hand, and what the examiner of ex48 computes for them."""

import numpy as np
import torch
from torch import nn

from grader.suite import normal, require, shaped

FLOATS = ("0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "2.inner.weight")
WHOLE = ("1.num_batches_tracked", "table")

# ---- scenarios: run beside the learner's code and only report


def network():
    """Linear, batch norm and a nested PReLU, with a frozen bias and a table of integers."""
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2), nn.Sequential())
    model[2].add_module("inner", nn.PReLU(3))
    model[0].bias.requires_grad_(False)
    model.register_buffer("table", torch.zeros(4, dtype=torch.int64))
    return model


def overwrite(model, values):
    """In place, as an optimizer does it."""
    state = model.state_dict()
    for name, value in values.items():
        state[name].copy_(torch.as_tensor(value))


def held(model):
    return {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}


def averaged(module, decay, history, fresh_default=False, double=False):
    """What the model holds inside `swapped` after an update for each state of the history.

    >>> average = WeightAverage(decay); model = torch.nn.Linear(3, 2); average.update(model)
    >>> average.swapped(model)  # another model
    """
    average = module.WeightAverage() if fresh_default else module.WeightAverage(decay)
    model = network().double() if double else network()
    for values in history:
        overwrite(model, values)
        average.update(model)
    with average.swapped(model):
        return held(model)


def side_by_side(module, decays, history):
    """What one model holds inside the `swapped` of each of several averages, all of which saw every update.

    >>> average = WeightAverage(decays[0]); model = torch.nn.Linear(3, 2); average.update(model)
    >>> average.swapped(model)  # another model
    """
    averages, model, found = [module.WeightAverage(decay) for decay in decays], network(), []
    for values in history:
        for average in averages:
            overwrite(model, values)
            average.update(model)
    for average in averages:
        with average.swapped(model):
            found.append(held(model))
    return found


def moved_on(module, decay, history, later):
    """The average of these updates after the model has moved on; and the model before and after the last of them.

    >>> average = WeightAverage(decay); model = torch.nn.Linear(3, 2); average.update(model)
    >>> average.swapped(model)  # another model
    """
    average, model = module.WeightAverage(decay), network()
    for values in history:
        overwrite(model, values)
        before = held(model)
        average.update(model)
        after = held(model)
    overwrite(model, later)
    with average.swapped(model):
        inside = held(model)
    return inside, before, after


def exchanged(module, decay, first, own, how):
    """The model inside and after `swapped`; `how` says what happens inside. Also the text of what came out of it.

    >>> average = WeightAverage(decay); model = torch.nn.Linear(3, 2); average.update(model)
    >>> average.swapped(model)  # another model
    """
    average, model, came = module.WeightAverage(decay), network(), ""
    overwrite(model, first)
    average.update(model)
    overwrite(model, own)
    inside = None
    try:
        with average.swapped(model):
            inside = held(model)
            if how == "raise":
                raise KeyError("evaluation broke down")
            if how == "stop":
                raise KeyboardInterrupt("stopped by hand")
            if how == "write":
                overwrite(model, {name: 7.0 + 0 * np.asarray(value) for name, value in first.items()})
    except (KeyError, KeyboardInterrupt) as error:
        came = str(error)
    return inside, held(model), came


def trained(module, decay, first, grads):
    """The weights after steps of SGD with momentum, gradients written by hand, an exchange before each.

    >>> average = WeightAverage(decay); model = torch.nn.Linear(3, 2); average.update(model)
    >>> average.swapped(model)  # another model
    """
    average, model = module.WeightAverage(decay), network()
    overwrite(model, first)
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1, momentum=0.9)
    average.update(model)
    for row in grads:
        with average.swapped(model):
            pass
        for name, p in model.named_parameters():
            p.grad = torch.as_tensor(row[name]).clone() if name in row else None
        optimizer.step()
    return held(model)


def outlived(module, decay, history, meddle):
    """The average after all updates; in between an exchange in which the model is written over.

    >>> average = WeightAverage(decay); model = torch.nn.Linear(3, 2); average.update(model)
    >>> average.swapped(model)  # another model
    """
    average, model = module.WeightAverage(decay), network()
    for i, values in enumerate(history):
        overwrite(model, values)
        average.update(model)
        if meddle and i == 1:
            with average.swapped(model):
                overwrite(model, {name: 90.0 + 0 * np.asarray(value) for name, value in values.items()})
    with average.swapped(model):
        return held(model)


def modes(module, decay, first):
    """Mode of each module, need of a gradient and gradient of each parameter: before and after update and exchange.

    >>> average = WeightAverage(decay); model = torch.nn.Linear(3, 2); average.update(model)
    >>> average.swapped(model)  # another model
    """
    average, model = module.WeightAverage(decay), network()
    overwrite(model, first)
    model[1].eval()
    for p in model.parameters():
        p.grad = torch.full_like(p, 5.0)

    def told():
        flags = [m.training for m in model.modules()], [p.requires_grad for p in model.parameters()]
        return *flags, [None if p.grad is None else p.grad.clone() for p in model.parameters()]

    before = told()
    average.update(model)
    with average.swapped(model):
        inside = held(model)
    return inside, before, told()


def make(module, decay):
    module.WeightAverage(decay)


def swap_after(module, updates, decay):
    """
    >>> average = WeightAverage(decay); model = torch.nn.Linear(3, 2)
    >>> [average.update(model) for _ in range(updates)]; average.swapped(model)  # another model
    """
    average, model = module.WeightAverage(decay), network()
    for _ in range(updates):
        average.update(model)
    with average.swapped(model):
        pass


# ---- the examiner's side


def some_state(draw):
    """A value for every entry of the state."""
    with_shapes = {"0.weight": (2, 3), "0.bias": (2,), "2.inner.weight": (3,)}
    state = {name: 3 * normal(draw, *with_shapes.get(name, (2,))) for name in FLOATS}
    state["1.running_var"] = np.abs(state["1.running_var"]) + np.float32(0.1)
    return state | {"1.num_batches_tracked": int(draw.integers(5, 90)), "table": draw.integers(0, 99, 4)}


def one_sided(draw, count):
    """States whose entries keep their signs, and a state of these signs: no average of them changes one."""
    signs = {name: np.sign(value) for name, value in some_state(draw).items() if name in FLOATS}
    found = states(draw, count)
    for state in found:
        state.update({name: np.asarray(sign * (0.5 + np.abs(state[name])), "f4") for name, sign in signs.items()})
    return found, signs


def states(draw, count):
    return [some_state(draw) for _ in range(count)]


def part(seen, name, like, what):
    """One entry of a state that was seen."""
    require(isinstance(seen, dict) and name in seen, f"{what}: the model has no {name} any more")
    return shaped(seen[name], np.shape(like), f"{what}: {name}")


def mean(values):
    return sum(np.asarray(one, float) for one in values) / len(values)


def moving(values, decay, start=None):
    """The moving average; from the first value, or from another start."""
    values = [np.asarray(one, float) for one in values]
    average, rest = (values[0], values[1:]) if start is None else (start, values)
    for one in rest:
        average = decay * average + (1 - decay) * one
    return average
