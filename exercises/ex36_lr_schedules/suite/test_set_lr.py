"""ex36, set_lr: weights after a step tell which rate moved them."""

import numpy as np
import torch

from grader.suite import answers, close, normal, points, require

# ---- scenario: runs beside the learner's code and only reports


def train(module, kind, options, values, scales, grads, lrs):
    """The weights after steps at these rates, one group each; and what groups and `defaults` hold, before and after.

    A list among the options has one value per group, which is not the optimizer's default.

    >>> optimizer = torch.optim.SGD([torch.ones(2, requires_grad=True)], lr=7.0)
    >>> set_lr(optimizer, lrs[0]); optimizer.param_groups  # with other groups
    """
    weights = [torch.nn.Parameter(torch.as_tensor(one).clone()) for one in values]
    groups = [{"params": [weight]} for weight in weights]
    for group, scale in zip(groups, scales, strict=True):
        if scale is not None:
            group["lr_scale"] = scale
    for key, own in options.items():
        for group, value in zip(groups, own, strict=True):
            group[key] = value
    optimizer = getattr(torch.optim, kind)(groups, lr=7.0)

    def rest():
        groups = [
            {k: v for k, v in g.items() if k not in ("params", "lr", "initial_lr")} for g in optimizer.param_groups
        ]
        return [*groups, dict(optimizer.defaults)]

    before = [dict(one) for one in rest()]
    for lr, row in zip(lrs, grads, strict=True):
        for weight, grad in zip(weights, row, strict=True):
            weight.grad = torch.as_tensor(grad).clone()
        module.set_lr(optimizer, lr)
        optimizer.step()
    return [weight.detach() for weight in weights], before, rest()


# ---- the examiner's side


def moved(observe, draw, kind, options, scales, lrs):
    """What `train` tells, and the weights and gradients that went into it."""
    values = [normal(draw, 3) for _ in scales]
    grads = [[normal(draw, 3) for _ in scales] for _ in lrs]
    weights, before, after = answers(observe(train, kind, options, values, scales, grads, lrs), 3)
    return answers(weights, len(scales)), before, after, values, grads


def manner(seen, was, lr, way):
    """What a step against `way` tells that was not as long as `lr`, the right rate; the old one was 7."""
    lengths = {
        "which kept its old rate": 7.0,
        "which have not moved": 0.0,
        "which moved twice": 2 * lr,
        "whose old rate was multiplied": 7 * lr,
    }
    found = [f", {told}" for told, rate in lengths.items() if np.allclose(seen, was - rate * way, rtol=1e-4)]
    return found[0] if found else ""


@points(2, hint='`optimizer.param_groups` is a list of dicts: loop over all of them and write to "lr".')
def test_set_lr_reaches_every_group(observe, draw):
    """set_lr reaches every group."""
    for kind, groups in (("SGD", 1), ("SGD", 3), ("Adagrad", 2)):
        lr = float(draw.uniform(0.05, 0.3))
        weights, _, _, values, grads = moved(observe, draw, kind, {}, [None] * groups, [lr])
        for i, (seen, was, grad) in enumerate(zip(weights, values, grads[0], strict=True)):
            way = grad if kind == "SGD" else np.sign(grad)  # Adagrad's first step
            what = f"rate {lr:.4f} set on an {kind} with rate 7 and {groups} groups: weights of group {i} after a step"
            close(seen, was - lr * way, what + manner(seen, was, lr, way))


@points(1, hint='The group\'s rate is lr times its "lr_scale", which may be 0 and may be missing.')
def test_set_lr_keeps_ratios(observe, draw):
    """A group's lr_scale multiplies its rate."""
    scales = [float(draw.uniform(0.05, 0.4)), None, float(draw.uniform(2.0, 4.0)), 0.0]
    lr = float(draw.uniform(0.05, 0.3))
    weights, _, _, values, grads = moved(observe, draw, "SGD", {}, scales, [lr])
    for scale, seen, was, grad in zip(scales, weights, values, grads[0], strict=True):
        whose = "no lr_scale" if scale is None else f"lr_scale {scale:.3g}"
        what = f"rate {lr:.4f} set on SGD: weights of a group with {whose} after a step"
        if scale is not None and np.allclose(seen, was - lr * grad, rtol=1e-4):
            what += ", as if its scale were 1"
        elif scale:
            what += manner(seen, was, lr * scale, grad)
        close(seen, was - lr * (1 if scale is None else scale) * grad, what)


@points(1, hint="Set the rate, do not multiply the present one: it was another step's.")
def test_set_lr_again_and_again(observe, draw):
    """set_lr may be called before each update: only the last rate counts, also after a rate of 0."""
    scales = [None, float(draw.uniform(0.2, 0.6))]
    lrs = [float(draw.uniform(0.05, 0.3)), 0.0, *map(float, draw.uniform(0.05, 0.3, 2))]
    weights, _, _, values, grads = moved(observe, draw, "SGD", {}, scales, lrs)
    # The scale is left to another test: whatever the group's first step told of it holds for the others.
    for i in range(2):
        total = sum(lr * row[i] for lr, row in zip(lrs, grads, strict=True))
        moves = values[i] - weights[i]
        factor = float((moves * total).sum() / (total * total).sum())
        what = f"rates {', '.join(f'{lr:.3f}' for lr in lrs)} set one after the other: group {i}'s way"
        require(0.1 < factor < 1.5, f"{what} is {factor:.3g} times as long as expected")
        close(moves, factor * total, what, rtol=1e-3, atol=1e-5)


@points(1, hint='Write to the key "lr" of the groups that are there, and leave all else alone.')
def test_set_lr_leaves_the_rest(observe, draw):
    """set_lr leaves momentum, decay, lr_scale and all other keys as they are."""
    lrs, mu = [float(v) for v in draw.uniform(0.05, 0.3, 3)], [0.8, 0.6]
    decay = [float(v) for v in draw.uniform(0.1, 0.3, 2)]
    options = {"momentum": mu, "weight_decay": decay}
    weights, _, _, values, grads = moved(observe, draw, "SGD", options, [None, None], lrs)
    for i, seen in enumerate(weights):
        weight, velocity = values[i].astype(float), 0.0
        for lr, row in zip(lrs, grads, strict=True):
            velocity = mu[i] * velocity + row[i] + decay[i] * weight
            weight = weight - lr * velocity
        what = f"three steps of SGD with momentum {mu[i]} and decay {decay[i]:.3f}: weights of group {i}"
        close(seen, weight, what, rtol=1e-4, atol=1e-5)
    scales = [float(draw.uniform(0.2, 0.6)), None]
    _, before, after, _, _ = moved(observe, draw, "AdamW", {"weight_decay": decay}, scales, lrs)
    for i, (old, new) in enumerate(zip(answers(before, 3)[:2], answers(after, 3)[:2], strict=True)):
        changed = [key for key in old if key not in new or new[key] != old[key]]
        require(not changed, f"AdamW: group {i} had other values before at {', '.join(map(repr, changed))}")
        require(old.get("weight_decay") == decay[i] and not set(new) - set(old), f"AdamW: group {i} has new keys")
    changed = [key for key, value in before[2].items() if after[2].get(key) != value]
    told = f"AdamW: `defaults`, which are for groups added later, had another {', '.join(map(repr, changed))} before"
    require(not changed, told)
