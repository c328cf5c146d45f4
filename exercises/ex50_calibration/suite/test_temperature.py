"""ex50, fit_temperature: the temperature found, against a grid of a hundred others."""

import numpy as np
import torch
from sureness import HIGHEST, LOWEST, drawn, labelled, likelihood_loss, readings, temperature

from grader.suite import answers, apart, between, close, may_fail, points, require, same, shaped

# ---- scenarios: run beside the learner's code and only report


def fit(module, logits, targets):
    return module.fit_temperature(logits, targets)


def repeated(module, logits, targets):
    """The temperature three times, with random numbers drawn in between."""
    found = []
    for _ in range(3):
        found.append(module.fit_temperature(logits, targets))
        torch.rand(3), np.random.rand(2)
    return found


def traced(module, name, scores, targets, *rest):
    """The answer for scores with gradients, the name of its type, then the tensors and the gradient after the call."""
    scores.requires_grad_()
    answer = getattr(module, name)(scores, targets, *rest)
    gradient = "none" if scores.grad is None else "some"
    return answer, type(answer).__name__, scores.detach(), targets, gradient, scores.requires_grad


def call_fit(module, logits, targets):
    module.fit_temperature(logits, targets)


# ---- the examiner's side


def no_better(logits, targets, t, what):
    """No temperature of a grid over the whole range, nor of one around `t`, has a loss lower by more than 0.00001."""
    mine = likelihood_loss(logits, targets, t)
    grid = np.exp(np.linspace(np.log(LOWEST), np.log(HIGHEST), 100))
    near = np.clip(t * np.exp(np.linspace(-0.2, 0.2, 41)), LOWEST, HIGHEST)
    best, better = min((likelihood_loss(logits, targets, other), other) for other in (*grid, *near))
    loss, _, least = apart(mine, -np.inf, best, 6)
    require(mine <= best + 1e-5, f"{what}: T {t:.5g} has loss {loss}, T {better:.5g} has {least}")


@points(2, hint="Too sure by a factor of 3 needs T = 3: logits are divided by T.")
def test_finds_the_temperature(observe, draw):
    """Logits that are too sure by a factor need that factor as their temperature."""
    may_fail(1e-10)  # the estimate's standard deviation is about 2 %
    for scale in (3.0, 0.4, float(draw.uniform(5, 9))):
        logits, targets = labelled(draw, 2000, 5, scale)
        what = f"2000 labels drawn from softmax(z), logits {scale:.2f}·z: fit_temperature"
        t = temperature(observe(fit, logits, targets), what)
        upside = abs(t * scale - 1) < 0.15
        saw, low, high = apart(t, 0.85 * scale, 1.15 * scale)
        told = f"{what}: expected {low} to {high}, saw {saw}" + ("; that is 1 / T" if upside else "")
        require(abs(t - scale) < 0.15 * scale, told)


@points(2, hint="Narrow the interval until it is far smaller than you need; compare likelihoods, not accuracies.")
def test_no_temperature_is_better(observe, draw):
    """No temperature from 0.05 to 20 has a smaller loss."""
    for n, classes, scale in ((300, 3, 1.7), (25, 2, 0.9), (200, 6, 12.0), (200, 4, 0.11)):
        logits, targets = labelled(draw, n, classes, scale)
        what = f"{n} samples, {classes} classes: fit_temperature"
        for dtype in ("float64", "float32"):
            given = logits.astype(dtype)
            no_better(given, targets, temperature(observe(fit, given, targets), f"{what}, {dtype}"), f"{what}, {dtype}")


@points(1, hint="The search must be able to come as close to 0.05 and to 20 as to anything between.")
def test_both_ends_are_reached(observe, draw):
    """All right: the temperature is 0.05; all wrong: it is 20."""
    guesses = draw.integers(0, 3, 50)
    # Small margins, so that the loss still falls at 0.05, in float32 too.
    logits = draw.uniform(0.2, 0.4, 50)[:, None] * np.eye(3)[guesses] + 0.01 * draw.standard_normal((50, 3))
    for what, targets, right in (("right", guesses, LOWEST), ("wrong", (guesses + 1) % 3, HIGHEST)):
        t = temperature(observe(fit, logits, targets), f"50 samples, all {what}: fit_temperature")
        between(t, 0.99 * right, 1.01 * right, f"50 samples, all {what}: fit_temperature")


@points(
    1, hint="Fit on the tensors that are given, by likelihood: then other samples of the same kind are repaired, too."
)
def test_repairs_other_samples(observe, draw):
    """A temperature fitted on validation logits calibrates test logits, and no guess changes."""
    may_fail(1e-9)
    scale = float(draw.uniform(2.5, 4.0))
    validation, labels = labelled(draw, 1500, 5, scale)
    test, targets = labelled(draw, 1500, 5, scale)
    t = temperature(observe(fit, validation, labels), "1500 validation samples: fit_temperature")

    def probs(logits):
        z = np.exp(logits - logits.max(1, keepdims=True))
        return z / z.sum(1, keepdims=True)

    before, after = probs(test), probs(test / t)
    gap, rest = readings(before, targets, 15)[0], readings(after, targets, 15)[0]
    told = f"1500 other samples at T {t:.3f}: the calibration error was {gap:.3f} and is {rest:.3f}"
    require(rest < 0.35 * gap, f"{told}, expected less than a third")


@points(1, hint="A fixed search without random numbers; work on `logits.detach()`.")
def test_fit_is_repeatable(observe, draw):
    """The same logits give the same temperature, and all tensors stay as they are."""
    logits, targets = labelled(draw, 120, 4, float(draw.uniform(2.0, 4.0)))
    best = min(
        np.exp(np.linspace(np.log(LOWEST), np.log(HIGHEST), 400)), key=lambda t: likelihood_loss(logits, targets, t)
    )
    found = answers(observe(repeated, logits, targets), 3)
    found += answers(observe(repeated, logits, targets, fresh=True), 3)
    for t in found:
        close(
            temperature(t, "fit_temperature"),
            found[0],
            "fit_temperature of the same logits once more",
            rtol=1e-9,
            atol=1e-12,
        )
    # Roughly right is enough here, upside down as well: other tests ask for more.
    roughly = min(abs(np.log(found[0] / best)), abs(np.log(found[0] * best)))
    require(roughly < 0.3, f"fit_temperature: expected about {best:.3f}, saw {found[0]:.3g}")


@points(1, hint="`logits.detach()` first, `.item()` last; no operation in place.")
def test_tensors_stay(observe, draw):
    """All three answer with plain floats, and leave tensors and gradients as they are."""
    probs, labels = drawn(draw, 20, 3, (10,), 0.6)
    logits, targets = labelled(draw, 20, 3, 1.0)
    for name, scores, classes, rest in (
        ("ece", probs, labels, [10]), ("nll", logits, targets, [2.0]), ("fit_temperature", logits, targets, []),
    ):  # fmt: skip
        seen, kind, after, still, gradient, needed = answers(observe(traced, name, scores, classes, *rest), 6)
        same(after, scores, f"{name}: the first tensor after the call")
        same(still, classes, f"{name}: the targets after the call")
        require("Tensor" not in kind, f"{name} gives a tensor, asked for is a float")
        require(gradient == "none", f"{name}: the first tensor has a gradient after the call")
        require(needed, f"{name}: the first tensor does not require gradients any more")
        value = float(shaped(seen, (), f"{name}: the answer"))  # whether it is right is asked elsewhere
        require(np.isfinite(value) and value != 0, f"{name}: the answer is {value}")


@points(1, hint="The loss must stay finite wherever the search looks, and its range ends at 20.")
def test_fit_of_large_logits(observe, draw):
    """Large logits, and logits moved by a constant, are fitted as well."""
    logits, targets = labelled(draw, 200, 4, 1.0)
    for size in (1000.0, 2000.0):
        large = np.clip(size * logits, -1e4, 1e4)
        what = f"logits up to {np.abs(large).max():.0f}, far too sure: fit_temperature"
        between(temperature(observe(fit, large, targets), what), 19.8, 20.01, what)
    for n, offset in ((200, 5000.0), (30, 9000.0), (30, -9000.0)):
        logits, targets = labelled(draw, n, 4, 3.0)
        what = f"{n} samples, logits moved by {offset:+.0f}, which changes no probability: fit_temperature"
        no_better(logits, targets, temperature(observe(fit, logits + offset, targets), what), what)


@points(0.5, hint="At least one sample, and a target for each.")
def test_fit_refuses(observe):
    """fit_temperature refuses no samples and sizes that differ."""
    logits, targets = np.array([[0.2, 0.8], [0.7, 0.3], [1.5, 0.5]]), np.array([1, 1, 0])
    bad = [
        (logits[:0], targets[:0]), (logits, targets[:2]), (logits[:2], targets), (logits[:1], targets),
        (logits, targets[:1]), (logits, targets[:0]),
    ]  # fmt: skip
    good = [(logits, targets), (logits[:1], targets[:1]), (logits[1:], targets[1:])]
    observe.refuses(call_fit, bad, good, ValueError, "fit_temperature(logits, targets)")
