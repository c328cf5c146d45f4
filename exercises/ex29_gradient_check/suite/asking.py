"""What the suite of ex29 asks: functions to differentiate, and gradients that are right or wrong."""

import torch

# ---- scenarios: run beside the learner's code and only report


def function(kind, a, center):
    """A function of a tensor, in the type of that tensor."""

    def f(x):
        b = torch.as_tensor(a).to(x.dtype)
        d = x - center.to(x.dtype)
        if kind == "linear":
            return (b * x).sum()
        if kind == "quadratic":
            return (b * x * x).sum() + x.sum() ** 2 / 4
        if kind == "number":
            return float((b * x * x).sum())
        if kind == "product":
            return (x @ b).square().sum()
        if kind == "sine":
            return x.sin()
        if kind == "straight":
            return (b * d).sum()
        if kind == "bent":
            return (b * d + 50 * d * d).sum()
        return (b * d**3).sum()

    return f


def numeric(module, kind, x, a, options):
    """>>> numerical_gradient(lambda z: (a * z * z).sum(), x, **options)  # another function"""
    x = torch.as_tensor(x)
    return module.numerical_gradient(function(kind, a, x.clone()), x.clone(), **options)


def views(module, x, ways):
    """Per way the gradient of a view of x, that of a tensor of its own with the same entries, and x afterwards.

    >>> numerical_gradient(lambda z: (z * z).sum(), x)  # views of it are asked for, with another function
    """
    told = []
    for way in ways:
        base = torch.as_tensor(x).clone()
        view = base
        if way == "transposed":
            view = base.T
        if way == "every other column":
            view = base[:, ::2]
        if way == "one row for all":
            view = base[1].expand(4, 4)
        own = torch.tensor(view.tolist(), dtype=view.dtype)
        weights = torch.arange(1.0, own.numel() + 1).reshape(own.shape)
        f = function("quadratic", weights, torch.zeros(()))
        told.append((module.numerical_gradient(f, view), module.numerical_gradient(f, own), base))
    return told


def kept(module, x):
    """A verdict and a relative error, and what has become of the tensors."""
    mine, a = torch.as_tensor(x).clone(), torch.as_tensor(x).clone()
    b = a + 1
    verdict = module.check_gradient(lambda z: z.square().sum(), lambda z: 2 * z, mine)
    return verdict, module.relative_error(a, b), mine, a, b


def refusable(module, eps):
    module.numerical_gradient(lambda z: z.sum(), torch.ones(2), eps)


def error(module, a, b):
    return module.relative_error(torch.as_tensor(a).clone(), torch.as_tensor(b).clone())


def verdicts(module, x, features, targets, changes, scale, options):
    """check_gradient for a mean squared error whose gradient is multiplied entry by entry, a change each.

    >>> f = lambda w: scale * (features @ w - targets).square().mean()
    >>> check_gradient(f, lambda w: scale * 2 / targets.numel() * features.T @ (features @ w - targets) * changes[0],
    ... x, **options)
    """
    features, targets = torch.as_tensor(features), torch.as_tensor(targets)

    def f(w):
        return scale * (features @ w - targets).square().mean()

    def gradient(w):
        return scale * 2 / targets.numel() * features.T @ (features @ w - targets)

    told = []
    for change in changes:
        factor = torch.as_tensor(change)
        told.append(
            module.check_gradient(f, lambda w, k=factor: gradient(w) * k, torch.as_tensor(x).clone(), **options)
        )
    return told


def uneven(module, x, a, factors):
    """check_gradient of a linear function, its gradient multiplied entry by entry; tol 0.001.

    >>> check_gradient(lambda z: (a * z).sum(), lambda z: a * torch.as_tensor(factors[0]), x, 1e-3)
    """
    a, told = torch.as_tensor(a), []
    for factor in factors:
        wrong = a * torch.as_tensor(factor)
        told.append(module.check_gradient(lambda z: (a * z).sum(), lambda z, g=wrong: g, torch.as_tensor(x), 1e-3))
    return told


def precise(module, x, offset):
    """check_gradient of a gradient that loses its digits in float32, right and off by a hundredth."""
    told = []
    for k in (1.0, 1.01):

        def gradient(z, k=k):
            return 2 * k * ((z + offset) - offset)

        told.append(module.check_gradient(lambda z: z.square().sum(), gradient, torch.as_tensor(x).clone()))
    return told
