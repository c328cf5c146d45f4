"""What the examiner of ex35 knows: the four rules in float64, misread ones, and how to ask for a path."""

import copy

import numpy as np
import torch

from grader.suite import answers, close, require, shaped

# ---- scenarios: run beside the learner's code and only report


def run(module, name, p, grads, options, columns=False):
    """The parameter after each step; `options` holds keyword arguments, a dict for each step.

    With `columns` parameter and gradient are transposed matrices: they lie in memory column by column.
    """
    p, state, path = torch.as_tensor(p), {}, []
    for grad, named in zip(grads, options, strict=True):
        given = [p.clone(), torch.as_tensor(grad).clone()]
        p = getattr(module, name)(*((one.T.contiguous().T for one in given) if columns else given), state, **named)
        path.append(p.clone())
    return path


def put_elsewhere(module, name, places, grads, options):
    """How far each step moves a parameter that the caller puts into another place before every step."""
    state, ways = {}, []
    for place, grad in zip(places, grads, strict=True):
        new = getattr(module, name)(torch.as_tensor(place).clone(), torch.as_tensor(grad).clone(), state, **options)
        ways.append(new - torch.as_tensor(place))
    return ways


def in_turn(module, name, starts, grads, options):
    """Two parameters, each with its state, a step of one and a step of the other; `grads` are pairs."""
    now = [torch.as_tensor(p) for p in starts]
    states, paths = ({}, {}), ([], [])
    for pair in grads:
        for i, grad in enumerate(pair):
            now[i] = getattr(module, name)(now[i].clone(), torch.as_tensor(grad).clone(), states[i], **options)
            paths[i].append(now[i].clone())
    return list(paths)


def resumed(module, name, p, before, after, options):
    """The path after these gradients, on with the state; the path of a copy of that state, made before; and whether
    there was anything in the state.
    """
    p, state = torch.as_tensor(p), {}
    step = getattr(module, name)
    for grad in before:
        p = step(p.clone(), torch.as_tensor(grad).clone(), state, **options)
    saved, start, paths = copy.deepcopy(state), p, []
    for one in (state, saved):
        p, path = start, []
        for grad in after:
            p = step(p.clone(), torch.as_tensor(grad).clone(), one, **options)
            path.append(p.clone())
        paths.append(path)
    return *paths, len(saved)


def reused(module, name, p, grads, options):
    """The path of a caller who keeps one buffer for the gradients and one for the parameter, and what became of
    parameter and gradient in each call.
    """
    p, buffer, state = torch.as_tensor(p).clone(), torch.empty(len(p)), {}
    path, kept = [], []
    for grad in grads:
        buffer.copy_(torch.as_tensor(grad))
        before = p.clone()
        new = getattr(module, name)(p, buffer, state, **options)
        kept.append((p - before, buffer - torch.as_tensor(grad)))
        p.copy_(new.clone())
        path.append(p.clone())
        buffer.zero_()
    return path, kept


def call_momentum(module, lr, mu, steps=0):
    state = {}
    for _ in range(steps):
        module.momentum_step(torch.ones(2), torch.ones(2), state)
    module.momentum_step(torch.ones(2), torch.ones(2), state, lr=lr, mu=mu)


def call_rmsprop(module, lr, rho, steps=0):
    state = {}
    for _ in range(steps):
        module.rmsprop_step(torch.ones(2), torch.ones(2), state)
    module.rmsprop_step(torch.ones(2), torch.ones(2), state, lr=lr, rho=rho)


def call_adam(module, lr, betas, steps=0):
    state = {}
    for _ in range(steps):
        module.adam_step(torch.ones(2), torch.ones(2), state)
    module.adam_step(torch.ones(2), torch.ones(2), state, lr=lr, betas=betas)


# ---- the examiner's side


def momentum(p, grads, lr, mu, whole=1.0, nesterov=False, inside=False, late=False):
    """The right path; or with `whole` * g for g, looking ahead, with the rate inside the velocity (`lr` a list), or
    with the velocity of the step before.
    """
    rates = lr if isinstance(lr, list) else [lr] * len(grads)
    p, v, path = np.asarray(p, float), 0.0, []
    for g, rate in zip(grads, rates, strict=True):
        before = v
        v = mu * v + whole * (rate * g if inside else g)
        way = whole * g + mu * v if nesterov else v
        p = p - (way if inside else rate * (before if late else way))
        path.append(p)
    return path


def rmsprop(p, grads, lr, rho, eps=1e-8, share=None, size=None, begin=False, correct=False, one=False):
    """The right path; or with another share of g², another denominator, begun at the first g², corrected, or with one
    average for all entries.
    """
    p, s, path = np.asarray(p, float), 0.0, []
    for t, g in enumerate(np.asarray(grads, float), 1):
        square = np.mean(g**2) if one else g**2
        s = square if begin and t == 1 else rho * s + (1 - rho if share is None else share) * square
        seen = s / (1 - rho**t) if correct else s
        p = p - lr * g / (size(seen, eps) if size else np.sqrt(seen) + eps)
        path.append(p)
    return path


def adam(
    p, grads, lr, betas, eps=1e-8, decay=0.0, times=int, powers=(1, 1), size=None, square=None, coupled=0.0, peak=False
):
    """The right path; or with another t (`times` of it), corrections switched off by `powers`, another denominator,
    another `square` of g and m, a penalty in the gradient, or the largest corrected average so far.
    """
    p, m, s, path, highest = np.asarray(p, float), 0.0, 0.0, [], 0.0
    for step, g in enumerate(np.asarray(grads, float), 1):
        t = times(step)
        g = g + coupled * p
        m = betas[0] * m + (1 - betas[0]) * g
        s = betas[1] * s + (1 - betas[1]) * (square(g, m) if square else g**2)
        m_hat = m / (1 - betas[0] ** t) if powers[0] else m
        s_hat = s / (1 - betas[1] ** t) if powers[1] else s
        highest = np.maximum(highest, s_hat)
        s_hat = highest if peak else s_hat
        p = (1 - lr * decay) * p - lr * m_hat / (size(s_hat, eps) if size else np.sqrt(s_hat) + eps)
        path.append(p)
    return path


def follows(seen, right, what, misread=()):
    """The path step by step; the message names the misread rule that gives the one that was seen."""
    found = answers(seen, len(right))
    for i, one in enumerate(found):
        shaped(one, right[i].shape, f"{what}: parameter after step {i + 1}")
    named = [
        why
        for why, path in dict(misread).items()
        if all(np.allclose(one, other, rtol=1e-4, atol=1e-6) for one, other in zip(found, path, strict=True))
    ]
    if any(np.isnan(one).any() for one in found):
        named = ["0 / 0 gives nan; 1 - beta ** t is 0 for t = 0"]
    for i, one in enumerate(found):
        off = not np.allclose(one, right[i], rtol=1e-4, atol=1e-5)
        close(one, right[i], f"{what}: parameter after step {i + 1}" + (f" ({named[0]})" if named and off else ""))


def precise(observe, draw, name, options, rule, what):
    """float64 in, float64 out, to eight digits; the gradients are so large that eps does not show."""
    p, grads = draw.standard_normal((2, 3)), [300 * draw.standard_normal((2, 3)) for _ in range(3)]
    seen = answers(observe(run, name, p, grads, [options] * 3, columns=True), 3)
    for i, (one, right) in enumerate(zip(seen, rule(p, grads), strict=True)):
        told = f"{what}, transposed float64 matrices: parameter after step {i + 1}"
        shaped(one, (2, 3), told, "float64")
        rough = np.allclose(one, right, rtol=1e-4, atol=1e-5)
        close(one, right, told + (": right in float32 only" if rough else ""), rtol=1e-8, atol=1e-9)


def far(draw, *shape):
    """Normal numbers pushed away from 0, so that every sign is clear."""
    numbers = draw.standard_normal(shape)
    return np.asarray(np.sign(numbers) * (0.3 + np.abs(numbers)), np.float32)


def some(draw, low, high):
    return round(float(draw.uniform(low, high)), 3)


def usual(draw):
    """For each function: options drawn anew, and what it is called in messages."""
    return {
        "momentum_step": {"lr": some(draw, 0.03, 0.1), "mu": some(draw, 0.6, 0.95)},
        "rmsprop_step": {"lr": some(draw, 0.03, 0.1), "rho": some(draw, 0.5, 0.7)},
        "adam_step": {"lr": some(draw, 0.03, 0.1), "betas": (some(draw, 0.7, 0.93), some(draw, 0.95, 0.99))},
    }


def away(draw, *shape):
    """A start so far from 0 that no right step passes it."""
    return 10 * far(draw, *shape)


def moves(path, start, what):
    """A path that is there: it goes on from `start`, and on from its first point."""
    first, second = (np.asarray(one, float) - start for one in path[:2])
    way, told = np.abs(first), f"{what}: the path goes from {start} to {path[0]} and on to {path[1]}"
    require((way < 2.5).all() and (way > 1e-4).any() and np.abs(second - first).max() > 1e-5, told)
