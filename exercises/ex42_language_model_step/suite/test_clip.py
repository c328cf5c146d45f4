"""ex42: clipping by the global norm."""

import numpy as np
import torch
from texts import along, total

from grader.suite import close, exactly, normal, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def clipped(module, grads, max_norm, kind):
    """What clip_by_global_norm returned, the gradients afterwards, and the parameters (all 7) afterwards.

    >>> p = torch.ones(3, requires_grad=True); p.grad = torch.ones(3)
    >>> clip_by_global_norm([p], max_norm), p.grad  # one gradient of several
    """
    params = []
    for grad in grads:
        params.append(torch.full(() if grad is None else grad.shape, 7.0, requires_grad=True))
        params[-1].grad = None if grad is None else grad.clone()
    given = {"list": params, "generator": (p for p in params), "tuple": tuple(params)}[kind]
    norm = module.clip_by_global_norm(given, max_norm)
    return torch.as_tensor(norm), [p.grad for p in params], [p.detach() for p in params]


def clip(module, max_norm):
    """
    >>> p = torch.ones(3, requires_grad=True); p.grad = torch.ones(3)
    >>> clip_by_global_norm([p], max_norm)
    """
    p = torch.ones(3, requires_grad=True)
    p.grad = torch.ones(3)
    module.clip_by_global_norm([p], max_norm)


def refused(module, grad, max_norm):
    """A gradient after clipping to max_norm was refused.

    >>> p = torch.ones(len(grad), requires_grad=True); p.grad = grad
    >>> clip_by_global_norm([p], max_norm)
    """
    p = torch.ones(len(grad), requires_grad=True)
    p.grad = grad.clone()
    try:
        module.clip_by_global_norm([p], max_norm)
    except ValueError:
        return p.grad
    return None


# ---- the examiner's side


def some_gradients(draw):
    sizes = draw.permutation([0.2, 1.0, 5.0])
    shapes = ((4, 3), (5,), (1, 2))
    return [np.float32(size) * normal(draw, *shape) for size, shape in zip(sizes, shapes, strict=True)]


@points(3, hint="One factor for all gradients, min(1, max_norm / norm): it may shorten, never lengthen.")
def test_clipping(observe, draw):
    """Clipping keeps the direction, shortens to max_norm, and leaves short gradients alone."""
    for share in (0.02, 0.6, 0.9):
        grads = some_gradients(draw)
        norm = total(grads)
        limit = float(share * norm)
        what = f"{len(grads)} gradients, norm {norm:.4g}, max_norm {limit:.4g}"
        _, after, _ = exactly(observe(clipped, grads, limit, "list"), 3)
        after = [shaped(a, g.shape, f"{what}: a gradient") for a, g in zip(exactly(after, 3), grads, strict=True)]
        cosine = along(after, grads)
        alone = [g * min(1, limit / total([g])) for g in grads]
        why = (
            " (each tensor was clipped by itself)"
            if total([a - b for a, b in zip(after, alone, strict=True)]) < 1e-3 * limit
            else ""
        )
        require(cosine > 1 - 1e-6, f"{what}: the direction has changed, cosine {cosine:.4f} of 1{why}")
        close(total(after), limit, f"{what}: the norm afterwards", rtol=1e-4, atol=0)
    for times in (1.1, 3.0, 100.0):
        grads = some_gradients(draw)
        norm = total(grads)
        what = f"{len(grads)} gradients, norm {norm:.4g}, max_norm {times * norm:.4g}"
        _, after, _ = exactly(observe(clipped, grads, times * norm, "list"), 3)
        why = " (short gradients were blown up)" if total(after) > 1.05 * norm else ""
        close(after, grads, f"{what}: the gradients{why}", rtol=1e-6, atol=0)


@points(2.5, hint="The root of the sum of all squares of all gradients, noted before anything is changed.")
def test_norm(observe, draw):
    """The norm is over all tensors together, those without a gradient are skipped; returned is the norm before."""
    for kind, limit in (("list", 1e6), ("generator", 0.3), ("tuple", 0.3)):
        grads = some_gradients(draw)
        grads = [None, grads[0], None, *grads[1:]] if kind != "tuple" else grads[:1]
        real = [g for g in grads if g is not None]
        norm = total(real)
        norm_told, after, params = exactly(observe(clipped, grads, limit * min(1, norm), kind), 3)
        found = float(shaped(norm_told, (), "what clip_by_global_norm returned"))
        named = {
            "the norms of the tensors were added up": sum(total([g]) for g in real), "the root is missing": norm**2,
            "the norm after clipping": limit * min(1, norm),
            "the largest norm of a tensor": max(total([g]) for g in real),
            "the sum of the absolute values": sum(np.abs(g).sum() for g in real),
            "the norm of the last tensor": total(real[-1:]),
        }  # fmt: skip
        why = [f" ({name})" for name, value in named.items() if abs(found - value) < 1e-4 * value < abs(norm - value)]
        what = f"{len(real)} gradients in a {kind}, {len(grads) - len(real)} parameters without"
        close(found, norm, f"{what}: the norm returned{(*why, '')[0]}", rtol=1e-4, atol=0)
        same([a is None for a in after], [g is None for g in grads], f"{what}: which .grad are None afterwards")
        same(params, [np.full(np.shape(p), 7.0) for p in params], f"{what}: the parameters afterwards")
        length = total([a for a in after if a is not None])
        require(length < 1.001 * limit * min(1, norm), f"{what}: the gradients were not shortened, norm {length:.4g}")
    norm, *_ = exactly(observe(clipped, [None, None], 1.0, "list"), 3)
    close(shaped(norm, (), "no gradient at all"), 0, "two parameters without gradients: the norm returned")
    norm, after, _ = exactly(observe(clipped, [np.zeros((2, 2), np.float32), np.zeros(3, np.float32)], 1.0, "list"), 3)
    close(
        [norm, *after],
        [0, np.zeros((2, 2)), np.zeros(3)],
        "gradients of zeros: the norm, and the gradients",
        rtol=0,
        atol=0,
    )


@points(0.5, hint="There is no gradient of length 0 or less that still points anywhere.")
def test_bad_norm(observe, draw):
    """A max_norm of 0 or less is refused."""
    observe.refuses(clip, bad=[0.0, -1.0, -1e-3], good=[1e-3, 1.0, 50.0], error=ValueError, what="max_norm")
    grad = normal(draw, 6)
    seen = observe(refused, grad, -float(draw.uniform(0.1, 2)))
    same(seen, grad, "the gradient after a negative max_norm was refused")
