"""ex35, the rules: paths of several steps against the same rules in float64, and the misread rule by name."""

import numpy as np
from rules import adam, far, follows, momentum, precise, rmsprop, run, some

from grader.suite import answers, close, normal, points, require, shaped

SHAPES = ((4,), (2, 3), (2, 1, 2))


def five(draw, shape):
    return far(draw, *shape), [far(draw, *shape) for _ in range(5)]


@points(2, hint="mu times the old velocity plus the whole gradient; the first velocity is the gradient itself.")
def test_momentum(observe, draw):
    """Momentum adds the whole gradient to what is left of the velocity."""
    for shape in SHAPES:
        lr, mu = some(draw, 0.03, 0.1), some(draw, 0.6, 0.95)
        p, grads = five(draw, shape)
        misread = {
            "there is no memory: this is plain gradient descent": momentum(p, grads, lr, 0.0),
            "the gradient enters with the factor 1 - mu; PyTorch's momentum adds all of it": momentum(
                p, grads, lr, mu, 1 - mu
            ),
            "this is Nesterov's form, which looks ahead": momentum(p, grads, lr, mu, nesterov=True),
            "nothing is forgotten: mu plays no part": momentum(p, grads, lr, 1.0),
            "the sign is wrong: it goes uphill": momentum(p, grads, -lr, mu),
            "mu is not the one that was given": momentum(p, grads, lr, 0.9),
            "it moves by the velocity before this gradient came in": momentum(p, grads, lr, mu, late=True),
            "1 - mu is left of the velocity, asked for is mu": momentum(p, grads, lr, 1 - mu),
        }
        what = f"momentum_step, lr {lr}, mu {mu}, shape {shape}"
        seen = observe(run, "momentum_step", p, grads, [{"lr": lr, "mu": mu}] * 5)
        follows(seen, momentum(p, grads, lr, mu), what, misread)
    lr, mu = some(draw, 0.03, 0.1), some(draw, 0.6, 0.95)
    options = {"lr": lr, "mu": mu}
    precise(observe, draw, "momentum_step", options, lambda p, grads: momentum(p, grads, lr, mu), "momentum_step")


@points(1, hint="The velocity adds up gradients; the rate multiplies it where the parameter moves, and nowhere else.")
def test_momentum_with_changing_rate(observe, draw):
    """The velocity holds gradients: the rate may change from step to step."""
    mu = some(draw, 0.6, 0.95)
    p, grads = five(draw, (4,))
    rates = [0.02, 0.1, 0.05, 0.0, 0.1]
    seen = answers(observe(run, "momentum_step", p, grads, [{"lr": lr, "mu": mu} for lr in rates]), 5)
    steady = answers(observe(run, "momentum_step", p, grads, [{"lr": 0.1, "mu": mu}] * 5), 5)
    before, start = [p, *seen], [p, *steady]
    what = f"momentum_step, mu {mu}, rates {', '.join(f'{lr:g}' for lr in rates)}"
    for i, lr in enumerate(rates):  # how the velocity is made is judged elsewhere
        way = shaped(steady[i], (4,), what) - start[i]
        require(i > 0 or np.abs(way).min() > 1e-3, f"{what}: the first step moves nothing")
        told = f"{what}: step {i + 1}, which is {lr / 0.1:g} times that with rate 0.1"
        close(shaped(seen[i], (4,), what) - before[i], lr / 0.1 * way, told, rtol=1e-3, atol=1e-5)


@points(2, hint="The squares are averaged, and the gradient itself is divided by the root of that.")
def test_rmsprop(observe, draw):
    """RMSProp divides by the root of the average square."""
    for shape in SHAPES:
        lr, rho = some(draw, 0.03, 0.1), some(draw, 0.8, 0.97)
        p, grads = five(draw, shape)

        def path(lr=lr, rho=rho, p=p, grads=grads, **other):
            return rmsprop(p, grads, lr, rho, **other)

        misread = {
            "the root is missing": path(size=lambda s, eps: s + eps),
            "the average is multiplied by the gradient again: nothing was divided": path(size=lambda s, eps: 1.0),
            "rho and 1 - rho are swapped": path(rho=1 - rho),
            "the squares are added up, with the factor 1": path(share=1.0),
            "the squares are added up and none is forgotten, as in Adagrad": path(rho=1.0, share=1.0),
            "one average for all entries, asked for is one for each": path(one=True),
            "the average begins with the first square, asked for is 0": path(begin=True),
            "the average is corrected, which RMSProp does not do": path(correct=True),
            "the sign is wrong: it goes uphill": path(lr=-lr),
            "rho is not the one that was given": path(rho=0.99),
            "nothing is remembered": path(rho=0.0),
        }
        what = f"rmsprop_step, lr {lr}, rho {rho}, shape {shape}"
        seen = observe(run, "rmsprop_step", p, grads, [{"lr": lr, "rho": rho}] * 5)
        follows(seen, path(), what, misread)
    lr, rho = some(draw, 0.03, 0.1), some(draw, 0.8, 0.97)
    options = {"lr": lr, "rho": rho}
    precise(observe, draw, "rmsprop_step", options, lambda p, grads: rmsprop(p, grads, lr, rho), "rmsprop_step")


@points(3, hint="Two averages, each divided by 1 minus its beta to the power t; t is 1 in the first step.")
def test_adam(observe, draw):
    """Adam divides one corrected average by the root of the other."""
    for shape in SHAPES:
        lr, betas = some(draw, 0.03, 0.1), (some(draw, 0.7, 0.93), some(draw, 0.95, 0.99))
        p, grads = five(draw, shape)

        def path(lr=lr, betas=betas, p=p, grads=grads, **other):
            return adam(p, grads, lr, betas, **other)

        misread = {
            "no average is corrected": path(powers=(0, 0)),
            "the average of the squares is not corrected": path(powers=(1, 0)),
            "the average of the gradients is not corrected": path(powers=(0, 1)),
            "t is 2 in the first step, asked for is 1": path(times=lambda t: t + 1),
            "t is 1 in the second step as well": path(times=lambda t: max(t - 1, 1)),
            "t is 1 in every step": path(times=lambda t: 1),
            "the largest average of squares so far is kept, as in AMSGrad": path(peak=True),
            "the root is missing": path(size=lambda s, eps: s + eps),
            "the betas are swapped": path(betas=betas[::-1]),
            "the gradient itself is divided, asked for is its average": path(betas=(0.0, betas[1])),
            "the squares are not averaged": path(betas=(betas[0], 0.0)),
            "the square of m is averaged, asked for is that of g": path(square=lambda g, m: m**2),
            "the sign is wrong: it goes uphill": path(lr=-lr),
            "the betas are not those that were given": path(betas=(0.9, 0.999)),
            "1 - beta and beta are swapped": path(betas=(1 - betas[0], 1 - betas[1])),
        }
        what = f"adam_step, lr {lr}, betas {betas}, shape {shape}"
        seen = observe(run, "adam_step", p, grads, [{"lr": lr, "betas": betas}] * 5)
        follows(seen, path(), what, misread)
    lr, betas = some(draw, 0.03, 0.1), (some(draw, 0.7, 0.93), some(draw, 0.95, 0.99))
    options = {"lr": lr, "betas": betas}
    precise(observe, draw, "adam_step", options, lambda p, grads: adam(p, grads, lr, betas), "adam_step")


@points(1, hint="Corrected, the first averages are the gradient and its square: their quotient is a sign.")
def test_first_adam_step(observe, draw):
    """Adam's first step has length lr, whatever the size of the gradient."""
    lr = some(draw, 0.03, 0.1)
    for scale in (0.01, 1.0, 1e3):
        p, g = far(draw, 4), np.asarray(scale * far(draw, 4), np.float32)
        (seen,) = answers(observe(run, "adam_step", p, [g], [{"lr": lr}]), 1)
        what = f"adam_step, lr {lr}, gradients of about {scale:g}: the first step"
        way = shaped(seen, (4,), what) - p
        times = float(np.abs(way).mean() / lr)
        told = " (more than three times too long: the averages are not corrected)" if 3.1 < times < 3.2 else ""
        close(way, -lr * np.sign(g), what + told, rtol=1e-3, atol=1e-5)


@points(1, hint="√ŝ + eps: correct first, then take the root, then add eps.")
def test_eps(observe, draw):
    """eps is added to the root, after the correction."""
    inside, eps = {"size": lambda s, eps: np.sqrt(s + eps)}, some(draw, 0.2, 0.5)
    p, grads = far(draw, 4), [far(draw, 4) for _ in range(2)]
    lr, rho, betas = some(draw, 0.03, 0.1), some(draw, 0.8, 0.97), (some(draw, 0.7, 0.93), some(draw, 0.95, 0.99))
    none, larger = {"size": lambda s, eps: np.sqrt(s)}, {"size": lambda s, eps: np.maximum(np.sqrt(s), eps)}
    early = {"size": lambda s, eps: np.sqrt(s) + eps / np.sqrt(1 - betas[1])}
    cases = (
        ("rmsprop_step", {"rho": rho}, lambda **other: rmsprop(p, grads[:1], lr, rho, eps, **other)),
        ("adam_step", {"betas": betas}, lambda **other: adam(p, grads[:1], lr, betas, eps, **other)),
    )
    for name, options, path in cases:
        # The pace of a step whose eps is tiny is judged elsewhere: only what eps makes of it counts here.
        (tiny,) = answers(observe(run, name, p, grads[:1], [{"lr": lr, "eps": 1e-12, **options}]), 1)
        (seen,) = answers(observe(run, name, p, grads[:1], [{"lr": lr, "eps": eps, **options}]), 1)
        what = f"{name}, eps {eps}: the first step, as a share of that with eps 1e-12"
        full = shaped(tiny, (4,), what).astype(float) - p
        require((np.abs(full) > 1e-4).all() and (np.abs(full) < 10).all(), f"{name}, eps 1e-12: the step is {full}")
        share = (shaped(seen, (4,), what) - p) / full

        def expected(path=path, **other):
            return (path(**other)[0] - p) / (path(size=lambda s, eps: np.sqrt(s))[0] - p)

        misread = {"eps is inside the root": expected(**inside), "eps plays no part": expected(**none)}
        misread["the larger of root and eps, asked for is their sum"] = expected(**larger)
        if name == "adam_step":
            misread["eps is added before the correction"] = expected(**early)
        named = [why for why, other in misread.items() if np.allclose(share, other, rtol=1e-3)]
        close(share, expected(), what + (f" ({named[0]})" if named else ""), rtol=1e-3, atol=1e-4)


@points(2, hint="(1 - lr * weight_decay) * p, and Adam's step beside it; the gradient stays as it is.")
def test_decoupled_decay(observe, draw):
    """Weight decay shrinks the parameter beside Adam's step, and does not enter the averages."""
    lr, decay, betas = 0.1, some(draw, 0.3, 0.6), (some(draw, 0.7, 0.93), some(draw, 0.95, 0.99))
    p, grads = five(draw, (4,))
    grads = [5 * grad for grad in grads]  # no penalty could turn one of them round
    options, right = {"lr": lr, "betas": betas}, True
    for count in (1, 3):  # how long Adam's own step is, is judged elsewhere: here only what the decay adds to it
        plain = answers(observe(run, "adam_step", p, grads[:count], [options] * count), count)
        last = [options] * (count - 1) + [{**options, "weight_decay": decay}]
        seen = answers(observe(run, "adam_step", p, grads[:count], last), count)
        what = f"adam_step, lr {lr}, weight_decay {decay} in step {count} alone: how far it moves the parameter"
        old, new = (p if count == 1 else shaped(plain[-2], (4,), what)), shaped(plain[-1], (4,), what)
        require(
            np.abs(new - old).max() < 1 and np.abs(new - old).min() > 1e-4, f"{what}: the step itself is {new - old}"
        )
        moved = shaped(seen[-1], (4,), what).astype(float) - new
        misread = {
            "nothing: the decay went through the gradient, that is Adam with a penalty": 0 * old,
            "it is not scaled by lr": -decay * old,
            "the new parameter shrinks, asked for is the old one": -lr * decay * new,
            "the parameter grows": lr * decay * old,
            "it shrinks twice as fast": -2 * lr * decay * old,
        }
        off = [why for why, one in misread.items() if np.allclose(moved, one, rtol=1e-2, atol=2e-3)]
        told = f" ({off[0]})" if off and not np.allclose(moved, -lr * decay * old, rtol=1e-3, atol=1e-4) else ""
        close(moved, -lr * decay * old, what + told, rtol=1e-3, atol=1e-5)
        right = right and np.allclose(plain[-1], adam(p, grads[:count], lr, betas)[-1], rtol=1e-4, atol=1e-5)
    if right:
        seen = observe(run, "adam_step", p, grads, [{**options, "weight_decay": decay}] * 5)
        follows(seen, adam(p, grads, lr, betas, decay=decay), f"adam_step, lr {lr}, weight_decay {decay}")


@points(1, hint="In the first step a zero must not be divided by a zero; a velocity lives on without a gradient.")
def test_zero_gradients(observe, draw):
    """A gradient of 0 moves nothing in RMSProp's and Adam's first step, and does not stop momentum."""
    lr, mu = some(draw, 0.03, 0.1), some(draw, 0.6, 0.95)
    p, g = far(draw, 5), far(draw, 5)
    g[1] = g[3] = 0
    for name in ("rmsprop_step", "adam_step"):
        (seen,) = answers(observe(run, name, p, [g], [{"lr": lr}]), 1)
        way = shaped(seen, (5,), f"{name}: the new parameter") - p
        what = f"{name}, gradient 0 in two places: the first step there"
        require(not np.isnan(way).any(), f"{what} is nan: 0 / 0")
        require((np.abs(way[[0, 2, 4]]) > 1e-4).all(), f"{name}: the first step elsewhere is {way[[0, 2, 4]]}")
        close(way[[1, 3]], np.zeros(2), what, rtol=0, atol=1e-7)
    seen = answers(observe(run, "momentum_step", p, [normal(draw, 5), 0 * g, 0 * g], [{"lr": lr, "mu": mu}] * 3), 3)
    one, two, three = (shaped(one, (5,), "momentum_step: the new parameter") for one in seen)
    require((np.abs(one - p) > 1e-6).all() and np.abs(one - p).max() < 1, f"momentum_step: the first step is {one - p}")
    what = f"momentum_step, mu {mu}: a step with gradient 0 after one with another gradient"
    close(two - one, mu * (one - p), f"{what}, against mu times the step before", rtol=1e-3, atol=1e-5)
    close(three - two, mu * (two - one), f"{what}, once more", rtol=1e-3, atol=1e-5)
    rho, betas = some(draw, 0.5, 0.9), (some(draw, 0.7, 0.93), some(draw, 0.95, 0.99))
    for name, rule, options in (
        ("rmsprop_step", lambda grads: rmsprop(p, grads, lr, rho), {"lr": lr, "rho": rho}),
        ("adam_step", lambda grads: adam(p, grads, lr, betas), {"lr": lr, "betas": betas}),
    ):
        first, second, third = (far(draw, 5) for _ in range(3))
        usual = answers(observe(run, name, p, [first, second, third], [options] * 3), 3)
        if not np.allclose(usual, rule([first, second, third]), rtol=1e-4, atol=1e-5):
            continue  # the rule itself is judged elsewhere
        skipped = rule([first, third])
        misread = {"a gradient of 0 was no step at all": [skipped[0], skipped[0], skipped[1]]}
        what = f"{name}, a gradient of 0 between two others"
        seen = observe(run, name, p, [first, 0 * first, third], [options] * 3)
        follows(seen, rule([first, 0 * first, third]), what, misread)
