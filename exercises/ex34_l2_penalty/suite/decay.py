"""What the examiner of ex34 knows: the right penalty and steps, what misread formulas give instead, how to ask."""

import numpy as np
import torch

from grader.suite import answers, close, normal, require, shaped

EPS = 1e-8

# ---- scenarios: run beside the learner's code and only report


def penalty(module, tensors, lam, kind):
    """The penalty of these tensors, given as a list, as transposed views, or as what can be read once."""
    params = [torch.as_tensor(one).clone() for one in tensors]
    if kind == "transposed":
        return module.l2_penalty([one.mT if one.ndim > 1 else one for one in params], lam)
    if kind == "generator":
        return module.l2_penalty((one for one in params), lam)
    if kind == "model":
        model = torch.nn.Module()
        for i, one in enumerate(params):
            model.register_parameter(f"p{i}", torch.nn.Parameter(one))
        return module.l2_penalty(model.parameters(), lam)
    return module.l2_penalty(params, lam)


def gradients(module, tensors, slopes, lam):
    """The penalty, what `.grad` held before backward, and after it: of the sum of slope times parameter, and of the
    penalty added to it.
    """
    params = [torch.nn.Parameter(torch.as_tensor(one).clone()) for one in tensors]
    extra = module.l2_penalty(params, lam)
    early = [p.grad is not None for p in params]
    loss = sum((p * torch.as_tensor(s)).sum() for p, s in zip(params, slopes, strict=True))
    (loss + extra).backward()
    value = float(extra.detach()) if isinstance(extra, torch.Tensor) else extra
    return value, early, [p.grad for p in params]


def steps(module, name, w, grads, args):
    """The weight after each of these gradients, one step after the other."""
    w, path = torch.as_tensor(w), []
    for grad in grads:
        w = getattr(module, name)(w.clone(), torch.as_tensor(grad).clone(), *args)
        path.append(w.clone())
    return path


def leftovers(module, name, w, grad, args):
    """The new weight, and what became of the two tensors that were passed."""
    w, grad = w.clone(), grad.clone()
    new = getattr(module, name)(w, grad, *args).clone()
    return new, w, grad


def penalized(module, tensors, lam):
    """The tensors after a penalty, and its value."""
    params = [torch.as_tensor(one).clone() for one in tensors]
    value = module.l2_penalty(params, lam)
    return float(value), params


def call_penalty(module, size, lam):
    module.l2_penalty([torch.ones(size)], lam)


def call_sgd_penalty(module, size, lam):
    module.sgd_step_penalty(torch.ones(size), torch.ones(size), 0.1, lam)


def call_sgd_decay(module, size, lam):
    module.sgd_step_decay(torch.ones(size), torch.ones(size), 0.1, lam)


def call_adam(module, size, lam, decoupled):
    module.adam_first_step(torch.ones(size), torch.ones(size), 0.1, lam, decoupled)


# ---- the examiner's side


def some_tensors(draw, dtype="float32"):
    """A matrix, a vector, a kernel and a single number."""
    return [normal(draw, *shape, dtype=dtype) for shape in ((3, 4), (5,), (2, 1, 3, 2), ())]


def far(draw, shape, dtype="float32"):
    """Normal numbers pushed away from 0, so that every sign is clear."""
    numbers = draw.standard_normal(shape)
    return np.asarray(np.sign(numbers) * (0.3 + np.abs(numbers)), dtype)


def squares(tensors):
    return sum(float(np.square(one, dtype=np.float64).sum()) for one in tensors)


def rates(draw):
    """lr and lam, both large enough to be seen."""
    return round(float(draw.uniform(0.1, 0.4)), 3), round(float(draw.uniform(0.1, 0.5)), 3)


def by_penalty(w, g, lr, lam):
    return w - lr * (g + lam * w)


def unit(g):
    return g / (np.sqrt(g * g) + EPS)


def misread_sgd(w, g, lr, lam):
    """Steps of gradient descent that are none of the two."""
    return {
        "λ plays no part": w - lr * g,
        "it decays twice as fast": by_penalty(w, g, lr, 2 * lam),
        "it decays half as fast": by_penalty(w, g, lr, lam / 2),
        "the weight grows: the sign of the decay is wrong": by_penalty(w, g, lr, -lam),
        "the step goes uphill": w + lr * (g + lam * w),
        "the step goes uphill along grad": (1 - lr * lam) * w + lr * g,
        "the decay is not scaled by lr": (1 - lam) * w - lr * g,
        "the new weight shrinks, asked for is the old one": (1 - lr * lam) * (w - lr * g),
        "grad is not scaled by lr": (1 - lr * lam) * w - g,
        "λ sign(w) is added to the gradient, asked for is λ w": w - lr * (g + lam * np.sign(w)),
        "λ alone is added to the gradient, asked for is λ w": w - lr * (g + lam),
        "λ w / |w| is added to the gradient, asked for is λ w": by_penalty(w, g, lr, lam / np.linalg.norm(w)),
        "the penalty itself is added to the gradient, asked for is its gradient λ w": w
        - lr * (g + lam / 2 * (w * w).sum()),
        "λ w is divided by the number of entries": by_penalty(w, g, lr, lam / w.size),
        "grad shrinks, asked for is that the weight does": w - (1 - lr * lam) * lr * g,
    }


def misread_adam(w, g, lr, lam):
    """First steps of Adam that are wrong with and without `decoupled`."""
    full = g + lam * w
    return {
        "λ plays no part": w - lr * unit(g),
        "the averages are not corrected: the step is 3.16 times too long": w
        - lr * 0.1 * full / np.sqrt(0.001 * full**2),
        "the averages are not corrected: the step of the gradient is 3.16 times too long": (1 - lr * lam) * w
        - lr * 0.1 * g / np.sqrt(0.001 * g**2),
        "this is plain gradient descent": by_penalty(w, g, lr, lam),
        "the penalty is squared into v̂ only": w - lr * g / (np.abs(full) + EPS),
        "the penalty is in m̂ only": w - lr * full / (np.abs(g) + EPS),
        "the decay is not scaled by lr": (1 - lam) * w - lr * unit(g),
        "the new weight shrinks, asked for is the old one": (1 - lr * lam) * (w - lr * unit(g)),
        "the weight grows: the sign of the decay is wrong": (1 + lr * lam) * w - lr * unit(g),
        "the sign of the penalty is wrong": w - lr * unit(g - lam * w),
        "the step goes uphill": w + lr * unit(full),
        "the step goes uphill along the gradient": (1 - lr * lam) * w + lr * unit(g),
        "it decays inside and outside": (1 - lr * lam) * w - lr * unit(full),
        "g is divided by v̂, the root is missing": w - lr * full / full**2,
        "grad is divided by v̂, the root is missing": (1 - lr * lam) * w - lr * g / g**2,
        "the gradient is divided by its norm, asked for is entry by entry": w - lr * full / np.linalg.norm(full),
        "grad is divided by its norm, asked for is entry by entry": (1 - lr * lam) * w - lr * g / np.linalg.norm(g),
        "the decay is in the step, and λ w is not multiplied by lr": w - lr * unit(g) - lam * w,
    }  # fmt: skip


def follows(seen, right, what, misread, hint=""):
    """Equal to a part in 10⁴, or the misread formula that was used is named."""
    found = shaped(seen, right.shape, what)
    named = [why for why, other in misread.items() if np.allclose(found, other, rtol=1e-4, atol=1e-5)]
    off = not np.allclose(found, right, rtol=1e-4, atol=1e-5)
    close(seen, right, what + (f" ({named[0]})" if named and off else ""), hint=hint)


def first(observe, draw, name, shape, args):
    """One step from a random weight: what was seen, the weight and the gradient in float64."""
    w, g = far(draw, shape), far(draw, shape)
    (seen,) = answers(observe(steps, name, w, [g], args), 1)
    return seen, w.astype(float), g.astype(float)


def precise(observe, draw, name, args, formula, what):
    """float64 in, float64 out, to nine digits; the gradients are so large that eps does not show."""
    w, g = far(draw, (4, 3), "float64"), 300 * far(draw, (4, 3), "float64")
    (seen,) = answers(observe(steps, name, w, [g], args), 1)
    told = f"{what}, float64 tensors"
    shaped(seen, (4, 3), told, "float64")
    rough = np.allclose(seen, formula(w, g), rtol=1e-4, atol=1e-5)
    close(seen, formula(w, g), told + (": right in float32 only" if rough else ""), rtol=1e-9, atol=1e-10)


def kept(seen, w, grad, name):
    """The tensors that were passed have their numbers still."""
    new, w_after, grad_after = answers(seen, 3)
    shaped(new, w.shape, f"{name}: the new weight")
    moved = np.abs(np.asarray(new, float) - w)
    require(((moved > 1e-4) & (moved < 0.29)).all(), f"{name}: a short step leads from {w} to {new}")
    close(w_after, w, f"{name} changed the weight that was passed: w after the call", rtol=0, atol=0)
    close(grad_after, grad, f"{name} changed the gradient that was passed: grad after the call", rtol=0, atol=0)
