"""ex14, soft_cross_entropy: its value, its value for huge logits, and its slope beside its own differences."""

import numpy as np
import torch
from blends import soft_rows

from grader.suite import answers, close, normal, one_hot, points, require, shaped

# ---- scenarios: run beside the learner's code and only report


def loss(module, logits, target):
    return module.soft_cross_entropy(logits.clone(), target.clone())


def start_backward(module, logits, target, directions):
    """What kind of thing the loss is, its gradient, and losses a small step away in either direction."""
    leaf = logits.clone().requires_grad_()
    found = module.soft_cross_entropy(leaf, target)
    a_tensor = isinstance(found, torch.Tensor)
    seen = {"kind": "Tensor" if a_tensor else type(found).__name__, "attached": a_tensor and found.requires_grad}
    seen["shape"] = tuple(found.shape) if a_tensor else None
    seen["dtype"] = str(found.dtype).removeprefix("torch.") if a_tensor else None
    if seen["attached"]:
        found.sum().backward()
    seen["slope"] = leaf.grad
    seen["beside"] = [
        [module.soft_cross_entropy(logits + sign * 0.05 * one, target) for sign in (1, -1)] for one in directions
    ]
    given = logits.clone(), target.clone()
    module.soft_cross_entropy(*given)
    return {**seen, "after": given}


# ---- the examiner's side


def cross_entropies(logits, axis=1):
    """(N, K): the cross entropy that each class would have as the only right answer."""
    wide = logits.astype(np.float64)
    peak = wide.max(axis, keepdims=True)
    return peak + np.log(np.exp(wide - peak).sum(axis, keepdims=True)) - wide


def right_loss(logits, target):
    return float((target * cross_entropies(logits)).sum(1).mean())


def number(seen, what):
    """The loss as a number, whether its tensor has shape () or a single element."""
    if isinstance(seen, np.ndarray) and seen.size == 1:
        return float(seen.reshape(()))
    return float(shaped(seen, (), what, hint="Average over the batch: the loss is one number."))


def misreadings(logits, target):
    """What other formulas give, each with its words."""
    n, k = target.shape
    each, right = cross_entropies(logits), right_loss(logits, target)
    p = np.exp(-each)
    largest = each[np.arange(n), target.argmax(1)].mean()
    over_batch = (target * cross_entropies(logits, 0)).sum(1).mean()
    binary = np.logaddexp(0, logits) - target * logits
    wanted, two_largest = np.exp(target), np.where(target >= np.sort(target, 1)[:, -2:-1], target, 0)
    entropy = -(target * np.log(np.where(target > 0, target, 1))).sum(1).mean()
    return {
        f"{n} times too large: it grows with N, asked for is the mean over the batch": n * right,
        f"{k} times too small: sum over the {k} classes, the mean is over the batch alone": right / k,
        f"{n * k} / {k * k} of the right one: divide by N, not by K": n * right / k,
        "of the other sign: a cross entropy is positive": -right,
        "in bits: asked for is the natural logarithm": right / np.log(2),
        "the cross entropy of the largest class alone: the soft label is the point": largest,
        "the KL divergence: the entropy of the target is missing": right - entropy,
        "the one of a target that went through softmax: it is a distribution already": right_loss(
            logits, wanted / wanted.sum(1, keepdims=True)
        ),
        "the one of the two largest classes of each target: all of them count": right_loss(logits, two_largest),
        f"divided by {np.count_nonzero(target)} entries of the target that are not 0: divide by {n} images": (
            n * right / np.count_nonzero(target)
        ),
        "the one with a softmax of a softmax: logits are raw scores": right_loss(p, target),
        "the one with a softmax over the batch: it goes over the classes": over_batch,
        "the mean squared error of the probabilities": ((p - target) ** 2).mean(),
        "the squared error of the probabilities": k * ((p - target) ** 2).mean(),
        "the one of a sigmoid for each class (binary cross entropy)": binary.mean(),
        "the sum of a sigmoid's binary cross entropies, one for each class": k * binary.mean(),
        "the one of a target that was smoothed by 0.1: use it as it is": right_loss(logits, 0.9 * target + 0.1 / k),
    }


@points(2, hint="Sum target times log_softmax over the classes, then average over the images.")
def test_soft_loss(observe, draw):
    """The soft loss is the mixture of the two plain losses."""
    n, k = int(draw.integers(6, 9)), int(draw.integers(4, 6))
    logits = 2 * normal(draw, n, k)
    first = one_hot(draw.integers(0, k, n), k)
    share = draw.uniform(0.55, 0.9, (n, 1)).astype(np.float32)
    two = share * first + (1 - share) * np.roll(first, 1, axis=1)
    what = f"loss of {n} images"
    cases = {
        f"{what} with two classes each, lam * CE(first) + (1 - lam) * CE(second)": two,
        f"{what} with targets soft in all classes": soft_rows(draw, n, k),
        f"{what} with one-hot targets, the plain cross entropy": first,
    }
    seen = answers(observe.each(loss, [(logits, target) for target in cases.values()]), 3)
    for (what, target), answer in zip(cases.items(), seen, strict=True):
        found, right = number(answer, what), right_loss(logits, target)
        if not abs(found - right) < 1e-4 * right + 1e-5:
            for words, value in misreadings(logits, target).items():
                told = f"{what}: expected {right:.5f}, saw {found:.5f}, which is {words}"
                require(abs(found - value) > 1e-4 * abs(value) + 1e-5, told)
        close(found, right, what)


@points(1, hint="log_softmax subtracts the largest logit of each row first; the log of a softmax takes the log of 0.")
def test_huge_logits(observe, draw):
    """The loss stays exact for logits of 1e4."""
    n, k = 4, 3
    target, calm = soft_rows(draw, n, k), normal(draw, n, k)
    huge = calm.copy()
    huge[0] = draw.permutation([1e4, 0, -1e4])
    huge[1] = draw.permutation([1e4, 2e3, 0])
    huge[2] -= 1e4
    for_calm, for_huge = answers(observe.each(loss, [(calm, target), (huge, target)]), 2)
    for_calm, for_huge = number(for_calm, "loss for small logits"), number(for_huge, "loss for logits of 1e4")
    require(np.isfinite(for_huge), f"loss is {for_huge} for logits of 1e4")
    # A sum in place of the mean is another test's affair: both losses are too large by the same factor then.
    right = right_loss(calm, target)
    factor = min((1, n, 1 / k, n / k), key=lambda one: abs(for_calm / right - one))
    close(for_calm, factor * right, "loss for small logits, beside those of 1e4")
    what = "loss for logits of 1e4" + ("" if factor == 1 else f", times {factor:.3g} as for small ones")
    close(for_huge, factor * right_loss(huge, target), what, atol=5e-3)


@points(1, hint="Keep the loss a tensor without dimensions, computed from the logits by torch alone.")
def test_backward_can_start(observe, draw):
    """backward() starts from the loss and gives its slope; logits and target stay untouched."""
    n, k = 7, 5
    logits, directions = 2 * normal(draw, n, k), normal(draw, 3, n, k)
    target = soft_rows(draw, n, k) * np.float32(1 - 2.0**-22)  # who divides by the sums changes them
    seen = observe(start_backward, logits, target, directions)
    require(isinstance(seen, dict) and len(seen) == 7, "the loss could not be examined")
    require(seen["kind"] == "Tensor", f"the loss is a {seen['kind']}, from which backward() cannot start: not a tensor")
    require(seen["attached"], "backward() cannot start: the loss is cut off from the logits (detach? item? no_grad?)")
    told = "no gradient reaches the logits, though the loss has one (.data, a copy, NumPy on the way?)"
    require(seen["slope"] is not None, told)
    slope = shaped(seen["slope"], (n, k), "gradient of the loss at the logits")
    for one, pair in zip(directions, answers(seen["beside"], 3), strict=True):
        up, down = (number(side, "loss near by") for side in answers(pair, 2))
        told = "slope of the loss along a random direction, by backward() against its own differences"
        close(float((slope * one).sum()), (up - down) / 0.1, told, rtol=0, atol=3e-3 + 2e-3 * abs(up))
    for name, after, before in zip(("logits", "target"), answers(seen["after"], 2), (logits, target), strict=True):
        close(after, before, f"soft_cross_entropy changed its input: {name} after the call", rtol=0, atol=0)
    told = f"the loss: expected shape (), a tensor without dimensions, saw shape {seen['shape']}, dtype {seen['dtype']}"
    require(seen["shape"] == (), told, "sum() and mean() without dim give a tensor without dimensions.")
