"""ex34, the penalty: its value, the gradient that it hands to every tensor, and what it may be given."""

import numpy as np
from decay import call_penalty, gradients, penalized, penalty, rates, some_tensors, squares

from grader.suite import answers, close, normal, points, require, shaped


def misread(tensors, lam):
    """Values of other penalties."""
    flat = np.concatenate([np.ravel(one).astype(float) for one in tensors])
    return {
        "the ½ is missing: PyTorch's weight_decay is the ½ convention": lam * (flat @ flat),
        "this is the norm, asked for is its square": lam / 2 * np.sqrt(flat @ flat),
        "this is the norm, asked for is half of its square": lam * np.sqrt(flat @ flat),
        "these are the norms of the tensors, asked for are their squares": lam
        / 2 * sum(np.linalg.norm(np.ravel(one)) for one in tensors),
        "this is the sum of the absolute values": lam * np.abs(flat).sum(),
        "this is half the sum of the absolute values": lam / 2 * np.abs(flat).sum(),
        "this is the sum of the entries, squared": lam / 2 * flat.sum() ** 2,
        "this is the mean over the entries, which depends on a layer's size": lam / 2 * (flat @ flat) / len(flat),
        "these are means over the entries of each tensor": lam / 2 * sum(np.square(one).mean() for one in tensors),
        "this is the mean over the tensors": lam / 2 * (flat @ flat) / len(tensors),
        "λ is squared": lam**2 / 2 * (flat @ flat),
        "λ plays no part": (flat @ flat) / 2,
        "only the first tensor counts": lam / 2 * squares(tensors[:1]),
        "only the last tensor counts": lam / 2 * squares(tensors[-1:]),
        "only matrices and kernels count": lam / 2 * squares([one for one in tensors if one.ndim > 1]),
        "only tensors with an axis count": lam / 2 * squares([one for one in tensors if one.ndim]),
    }  # fmt: skip


@points(2, hint="Square every entry of every tensor, add them all up, and multiply once by lam / 2.")
def test_value(observe, draw):
    """The penalty is half of lam times the sum of all squares, over all tensors."""
    for tensors in ([normal(draw, 6)], some_tensors(draw), [10 * normal(draw, 4, 5), normal(draw, 2)]):
        lam = rates(draw)[1]
        right, value = lam / 2 * squares(tensors), observe(penalty, tensors, lam, "list")
        what = f"lam {lam}, {len(tensors)} tensor{'s' * (len(tensors) > 1)}: penalty"
        seen = float(shaped(value, (), what))
        named = [why for why, other in misread(tensors, lam).items() if np.isclose(seen, other, rtol=1e-4)]
        close(seen, right, what + (f" ({named[0]})" if named and not np.isclose(seen, right, rtol=1e-4) else ""))
    tensors, lam = [normal(draw, 3, 2, dtype="float64"), normal(draw, 4, dtype="float64")], rates(draw)[1]
    what = "penalty of float64 tensors"
    close(observe(penalty, tensors, lam, "list"), lam / 2 * squares(tensors), what, rtol=1e-10, atol=0)


@points(
    2, hint="The penalty stays a tensor that autograd can follow back to every parameter: no item(), detach or data."
)
def test_gradient(observe, draw):
    """Every tensor gets the gradient lam times itself from the penalty, on top of the loss's own."""
    lam = rates(draw)[1]
    tensors = [*some_tensors(draw), np.zeros(3, np.float32), 20 * normal(draw, 3)]
    slopes = [normal(draw, *one.shape) for one in tensors]
    value, early, grads = answers(observe(gradients, tensors, slopes, lam), 3)
    require(isinstance(value, float) and 0 < value < 1e6, f"lam {lam}: the penalty is {value}")
    require(not any(answers(early, len(tensors))), "`.grad` was filled before the caller's backward")
    factor = value / (lam / 2 * squares(tensors))  # a wrong constant is judged by the value alone
    for seen, tensor, slope in zip(answers(grads, len(tensors)), tensors, slopes, strict=True):
        what = f"lam {lam}, a tensor of shape {tensor.shape}: gradient of loss plus penalty"
        shaped(seen, tensor.shape, what)
        lost = tensor.any() and np.allclose(seen, slope, rtol=1e-4, atol=1e-5)
        told = " (the penalty hands no gradient to it)" if lost else ""
        nan = np.isnan(seen).any() and not tensor.any()
        close(
            seen,
            slope + factor * lam * tensor,
            what + told + (" (a tensor of zeros)" if nan else ""),
            rtol=1e-4,
            atol=1e-4,
        )


@points(1, hint="Go through `params` once, with a plain loop: a generator has no length and no second round.")
def test_any_iterable(observe, draw):
    """The parameters may be a generator, such as model.parameters(); the tensors may be views."""
    # verify: ignores stretched (a penalty is a single number)
    tensors, lam = some_tensors(draw), rates(draw)[1]
    listed = float(shaped(observe(penalty, tensors, lam, "list"), (), "penalty of a list"))
    require(0 < listed < 1e6, f"the penalty of a list of tensors is {listed}")
    ways = (("generator", "a generator"), ("model", "model.parameters()"), ("transposed", "transposed tensors"))
    for kind, what in ways:
        close(observe(penalty, tensors, lam, kind), listed, f"penalty of {what}, against that of a list")


@points(0.5, hint="The tensors are only read.")
def test_penalty_changes_nothing(observe, draw):
    """The tensors that the penalty is taken of stay as they are."""
    tensors, lam = some_tensors(draw), rates(draw)[1]
    value, after = answers(observe(penalized, tensors, lam), 2)
    require(isinstance(value, float) and 0 < value < 1e6, f"lam {lam}: the penalty is {value}")
    close(after, tensors, "l2_penalty changed what was passed: tensors after the call", rtol=0, atol=0)


@points(0.5, hint="`if lam < 0`: raise a ValueError, before anything else. 0 is fine.")
def test_penalty_refuses(observe):
    """l2_penalty refuses a negative lam."""
    bad, good = [(3, -0.1), (1, -2.0), (5, -1e-6)], [(3, 0.1), (1, 0.0), (5, 1e-6), (2, 3.0)]
    observe.refuses(call_penalty, bad, good, ValueError, "l2_penalty: size of the tensor, lam")
