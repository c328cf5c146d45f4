"""ex16, what survives: its scale, its gradient, its form, and what is refused."""

import math

import numpy as np
import torch
from noise import dropped, noisy, nonzero, outputs, train_calls
from torch.overrides import TorchFunctionMode

from grader.suite import answers, close, normal, points, require, shaped

# ---- scenarios: run beside the learner's code and only report


class Watch(TorchFunctionMode):
    """Notes which functions with "dropout" in their names are called, by whatever name they were imported."""

    def __init__(self, met):
        super().__init__()
        self.met = met

    def __torch_function__(self, func, types, args=(), kwargs=None):
        name = str(getattr(func, "__name__", ""))
        if "dropout" in name:
            self.met.append(name)
        return func(*args, **(kwargs or {}))


def watched(load, x, p):
    """Output in train and in eval mode, and PyTorch's own dropout functions that were called for them."""
    met = []
    with Watch(met):
        layer = load().Dropout(p)
        return [layer.train()(x.clone()), layer.eval()(x.clone()), sorted(set(met))]


def with_gradient(module, x, upstream, p, train=True):
    """Output, and the gradient that reaches x (None: no gradient flows), of two calls before the way back."""
    layer = module.Dropout(p)
    layer.train(train)
    leaves = [x.clone().requires_grad_() for _ in range(2)]
    outs = [layer(leaf * 1) for leaf in leaves]
    seen = [out.detach().clone() for out in outs]
    for out in outs:
        if out.requires_grad:
            out.backward(upstream)
    return [[out, leaf.grad] for out, leaf in zip(seen, leaves, strict=True)]


def what_is_left_of(module, x, p, turned):
    """Outputs in train and eval mode, each with its input as it is after the call."""
    layer = module.Dropout(p)
    seen = []
    for mode in (True, False):
        layer.train(mode)
        given = x.clone()
        seen.append([layer(given.mT if turned else given), given])
    return seen


def forms(module, numbers, shape, kind, p):
    """x, and shape, dtype and numbers of the outputs in train and eval mode; the numbers as float64."""
    layer = module.Dropout(p)
    x = numbers.reshape(shape).to(getattr(torch, kind))
    outs = [layer.train(mode)(x.clone()) for mode in (True, False)]
    seen = [[list(out.shape), str(out.dtype).rpartition(".")[2], out.double().reshape(-1)] for out in outs]
    return [x.double().reshape(-1), *seen]


def build(module, p):
    module.Dropout(p=p)


# ---- the examiner's side


@points(2, hint="Divide what survives by 1 - p, so that the mean stays.")
def test_survivors_are_scaled(observe, draw):
    """Survivors are scaled by 1 / (1 - p)."""
    cases = []
    for shape, kind, p in (
        ((40, 50), "float32", 0.3),
        ((30, 40), "float32", draw.uniform(0.15, 0.7)),
        ((60, 50), "float32", draw.uniform(0.955, 0.97)),
        ((30, 40), "float64", 0.3),
    ):
        cases.append((nonzero(draw, *shape, dtype=kind), p))
    for answer, (x, p) in zip(answers(observe.each(train_calls, cases), 4), cases, strict=True):
        what = f"{x.size} {x.dtype} numbers, p = {p:.3f}"
        (out,) = outputs(answer, x, 1, what)
        kept = ~dropped(answer, x, 1, what)[0]
        factors = out[kept].astype(np.float64) / x[kept]
        low, high, right = factors.min(), factors.max(), 1 / (1 - p)
        seen = f"survivors are multiplied by {low:.5f} to {high:.5f}, expected {right:.5f}"
        if high - low < 1e-4:
            off = abs(1 - factors.mean() / right)
            size = f"{100 * off:.0f} % too {'small' if factors.mean() < right else 'large'}"
            require(off < 5e-3, f"{what}: training outputs are {size} on average; {seen}")
        require(np.abs(factors - right).max() < 1e-5 * right, f"{what}: {seen}")
        if x.dtype == out.dtype == np.float64:
            told = (
                f"{what}: survivors differ by {(high - low) / right:.1e} in their factors: they lost digits of float64"
            )
            require((high - low) < 1e-12, told, "Do not pass float64 numbers through float32 on the way.")


@points(2, hint="Multiply the tensor itself by mask and scale: autograd then does the rest.")
def test_gradient_goes_the_same_way(observe, draw):
    """The gradient passes only where the value passed, scaled alike."""
    x, upstream = nonzero(draw, 30, 20), normal(draw, 30, 20)
    cases = [(x, upstream, 0.3), (x, upstream, 0.6), (x * 0, upstream, 0.4), (x, upstream, 0.4, False)]
    *train, zeros, in_eval = answers(observe.each(with_gradient, cases), 4)
    for both, p in zip(train, (0.3, 0.6), strict=True):
        for number, call in enumerate(answers(both, 2)):
            out, gradient = answers(call, 2)
            kept = ~dropped([out], x, 1, f"p = {p}")[0]
            # The factor that the value got: whether that is right is another test's affair.
            factor = np.where(kept, out / x, 0)
            what = f"p = {p}, call {number + 1} of two, then backward through both: gradient at x"
            require(gradient is not None, f"p = {p}: no gradient reaches x: the output is cut off from it")
            gradient = shaped(gradient, x.shape, what)
            leaks = int((gradient[~kept] != 0).sum())
            told = f"{what} is not 0 at {leaks} of {int((~kept).sum())} dropped elements"
            require(not leaks, told, "The way back needs the mask of its own call, not another one and not none.")
            close(gradient, upstream * factor, f"{what}, incoming gradient * output / x", hint="Scale it as the value.")
    _, gradient = answers(answers(zeros, 2)[0], 2)
    gradient = shaped(gradient, x.shape, "p = 0.4, all x are 0: gradient at x")
    told = "p = 0.4, all x are 0: elements of 600 through which no gradient passes"
    hint = "An element that survived passes its gradient even if its value is 0: keep the mask, do not read it off."
    gone = int((gradient == 0).sum())
    require(0 < gone < 600, f"{told}: expected about 240, saw {gone}", hint)
    out, gradient = answers(answers(in_eval, 2)[0], 2)
    (out,) = outputs([out], x, 1, "eval mode")
    require(gradient is not None, "eval mode: no gradient reaches x: the output is cut off from it")
    close(gradient, upstream * (out / x), "eval mode: gradient at x, which goes the way of the value")


@points(2, hint="Try both ends by hand: what is dropped at p = 0 and at p = 1, and what is divided by what?")
def test_extreme_rates(observe, draw):
    """p = 0 changes nothing, p = 1 gives zeros without NaN."""
    x, upstream = nonzero(draw, 30, 20), normal(draw, 30, 20)
    rates = (("p = 0", 0.0), ("p = 1", 1.0), ("p = 0.5", 0.5))
    cases = [(x, upstream, p) for _, p in rates] + [(x, upstream, p, False) for p in (0.5, 1.0)]
    *seen, usual, last = answers(observe.each(with_gradient, cases), 5)
    for (what, p), answer in zip(rates, seen, strict=True):
        out, gradient = answers(answers(answer, 2)[0], 2)
        out = shaped(out, x.shape, f"{what}: output")
        bad = int((~np.isfinite(out)).sum())
        require(not bad, f"{what}: output is NaN or inf in {bad} of {x.size} places")
        if p == 0.5:
            noisy([out], x, what)
            continue
        close(out, (1 - p) * x, f"{what}: output", rtol=1e-6, atol=0)
        require(gradient is not None or p, f"{what}: no gradient reaches x: the output is cut off from it")
        if gradient is not None:
            close(gradient, (1 - p) * upstream, f"{what}: gradient", rtol=1e-6, atol=0)
    usual, last = (answers(answers(answer, 2)[0], 2)[0] for answer in (usual, last))
    if np.array_equal(usual, x):  # what eval mode does at other rates is another test's affair
        close(
            last,
            x,
            "eval mode, p = 1: output",
            rtol=0,
            atol=0,
            hint="The mode is the first question: in eval mode p plays no part.",
        )
    check_half(observe, draw)
    cases = [(x, p, False) for p in (0.0, 1.0)]
    check_inputs(answers(observe.each(what_is_left_of, cases), 2), cases)


def check_half(observe, draw):
    """Both ends hold in other dtypes too; which dtype the result has is another test's affair."""
    numbers = nonzero(draw, 3000)
    cases = [(numbers, [60, 50], kind, p) for p in (0.0, 1.0) for kind in ("float64", "float16", "bfloat16")]
    for answer, (_, _, kind, p) in zip(answers(observe.each(forms, cases), 6), cases, strict=True):
        x, (_, _, out), _ = answers(answer, 3)
        off = int((shaped(out, (3000,), f"{kind}, p = {p:g}") != (1 - p) * shaped(x, (3000,), "x")).sum())
        hint = (
            "" if p else "`torch.rand_like(x)` is 0 in one of 256 places of a bfloat16: drop where it is < p, not <= p."
        )
        told = "changed at p = 0" if p == 0 else "are not 0 at p = 1"
        require(not off, f"train mode: {off} of 3000 {kind} elements {told}", hint)


def check_inputs(seen, cases):
    """Inputs after a call in train and in eval mode are what they were."""
    for answer, (x, p, turned) in zip(seen, cases, strict=True):
        for mode, pair in zip(("train", "eval"), answers(answer, 2), strict=True):
            what = f"{mode} mode, p = {p:g}, x {'transposed' if turned else 'contiguous'}"
            out, after = answers(pair, 2)
            hint = "Return a new tensor: `x[mask] = 0` and `x.mul_(...)` write into the caller's numbers."
            close(after, x, f"{what}: your input was changed; x after the call", rtol=0, atol=0, hint=hint)
            given = np.swapaxes(x, 0, 1) if turned else x
            out = shaped(out, given.shape, what)
            require(out.any() or p == 1, f"{what}: nothing of x is left in the output")
            require((out != given).any() or p == 0 or mode == "eval", f"{what}: nothing was dropped")


@points(1, hint="Return a new tensor: `x[mask] = 0` and `x.mul_(...)` write into the caller's numbers.")
def test_input_is_untouched(observe, draw):
    """The input stays untouched, contiguous or not."""
    cases = [(nonzero(draw, *shape), p, False) for shape, p in (((500,), 0.5), ((4, 3, 8, 9), 0.3))]
    cases += [(nonzero(draw, 40, 30), p, True) for p in (0.5, 0.2)]
    check_inputs(answers(observe.each(what_is_left_of, cases), 4), cases)


def check_forms(seen, cases):
    """Outputs have shape and dtype of x; how many elements changed in train mode, and how many are left."""
    changed = left = 0
    for answer, (numbers, wanted, kind, p) in zip(seen, cases, strict=True):
        x, *modes = answers(answer, 3)
        x = shaped(x, numbers.shape, "x")
        for mode, form in zip(("train", "eval"), modes, strict=True):
            what = f"{mode} mode, p = {p:g}, x of shape {tuple(wanted)}, dtype {kind}"
            shape, dtype, numbers = answers(form, 3)
            require(shape == wanted, f"{what}: output has shape {tuple(shape)}, dtype {dtype}")
            hint = "A float32 mask makes float32 of a half precision x, .float() makes it of all: keep x.dtype."
            require(dtype == kind, f"{what}: output has dtype {dtype}", hint)
            (out,) = outputs([numbers], x, 1, what)
            if mode == "train":
                changed, left = changed + int((out != x).sum()), left + int((out != 0).sum())
    return changed, left


@points(1, hint="Work with x.shape and x.dtype as they are: new tensors take them over, and nothing is unpacked.")
def test_form(observe, draw):
    """Shape and dtype are those of x, whatever they are."""
    shapes = (
        (),
        (1,),
        (7,),
        (0, 3),
        (3, 0),
        (0,),
        (4, 5),
        (2, 3, 4),
        (4, 5, 6, 7),
        (2, 3, 1, 4, 2),
        (2, 1, 3, 2, 1, 4),
    )
    cases = [(nonzero(draw, math.prod(shape)), list(shape), "float32", 0.5) for shape in shapes]
    kinds = ("float64", "float16", "bfloat16")
    cases += [(nonzero(draw, 30), [6, 5], kind, p) for p in (0.5, 0.0, 1.0) for kind in kinds]
    changed, left = check_forms(answers(observe.each(forms, cases), len(cases)), cases)
    require(changed and left, "train mode: nothing was dropped, or everything, of all shapes together")


@points(1, hint="Check p in __init__, with a chain of comparisons: 0 <= p <= 1.")
def test_bad_rates(observe, draw):
    """p outside [0, 1] is refused."""
    near, far = float(draw.uniform(2e-4, 8e-4)), float(draw.uniform(0.1, 0.9))
    hair = float(10 ** draw.uniform(-13, -9))
    bad = [-near, -far, 1 + near, 1 + far, 25.0, -hair, 1 + hair, -(hair**2)]
    observe.refuses(build, bad, [0.5, far], ValueError, "Dropout(p) with p")


@points(2, hint="Draw random numbers, make the mask, multiply and divide: it is three lines.")
def test_own_work(observe, draw):
    """The noise is your own, not that of PyTorch's dropout functions."""
    x = nonzero(draw, 30, 20)
    train, in_eval, met = answers(observe(watched, x, 0.5), 3)
    noisy([train], x, "train mode, p = 0.5")
    shaped(in_eval, x.shape, "eval mode")
    names = " and ".join(f"`{name}`" for name in met)
    require(not met, f"your layer calls PyTorch's {names}, and this exercise is about writing that yourself")
