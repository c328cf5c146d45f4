"""ex50, nll: the likelihood of scores, against what a slip would make of them."""

import numpy as np
from sureness import labelled, likelihood_loss, losses, number

from grader.suite import points

# ---- scenarios: run beside the learner's code and only report


def loss(module, logits, targets, temperature):
    return module.nll(logits, targets, temperature)


def loss_by_default(module, logits, targets):
    return module.nll(logits, targets)


def call_nll(module, logits, targets, temperature):
    module.nll(logits, targets, temperature)


# ---- the examiner's side


@points(2, hint="Divide the logits, then softmax, logarithm, the target's entry, minus, mean.")
def test_nll(observe, draw):
    """nll is the mean negative log-likelihood of softmax(logits / temperature)."""
    for t in (float(draw.uniform(1.5, 3.0)), float(draw.uniform(0.2, 0.6))):
        logits, targets = labelled(draw, 40, int(draw.integers(3, 7)), 1.5)
        right, misread = losses(logits, targets, t)
        for dtype in ("float64", "float32"):
            what = f"40 samples, temperature {t:.3f}, {dtype}: nll"
            number(observe(loss, logits.astype(dtype), targets, t), right, what, misread)
    logits, targets = labelled(draw, 25, 2, 1.5)
    number(
        observe(loss_by_default, logits, targets), likelihood_loss(logits, targets, 1.0), "temperature not given: nll"
    )


@points(1, hint="Subtract the largest logit before exp, or leave it to log_softmax: exp(1e4) is infinite.")
def test_nll_stays_finite(observe, draw):
    """Logits of 10,000 stay finite."""
    logits, targets = labelled(draw, 30, 4, 1.0)
    for size, t in ((2000.0, 1.0), (2000.0, 0.05), (2000.0, 20.0)):
        large = np.clip(size * logits, -1e4, 1e4)
        what = f"logits up to {np.abs(large).max():.0f}, temperature {t}: nll"
        number(observe(loss, large, targets, t), likelihood_loss(large, targets, t), what)
    for offset in (9000.0, -9000.0):
        what = f"all logits moved by {offset:+.0f}, which changes no probability: nll"
        number(observe(loss, logits + offset, targets, 1.0), likelihood_loss(logits, targets, 1.0), what)


@points(0.5, hint="Two conditions on the sizes, one on the temperature.")
def test_nll_refuses(observe):
    """nll refuses no samples, sizes that differ, and temperatures of 0 or less."""
    logits, targets = np.array([[0.2, 0.8], [0.7, 0.3], [1.5, 0.5]]), np.array([1, 1, 0])
    bad = [
        (logits[:0], targets[:0], 1.0), (logits, targets[:2], 1.0), (logits[:2], targets, 1.0), (logits, targets, 0.0),
        (logits, targets, -0.5), (logits, targets, 0), (logits[:1], targets, 1.0), (logits, targets[:1], 1.0),
    ]  # fmt: skip
    good = [(logits, targets, 1.0), (logits, targets, 1e-3), (logits, targets, 200.0), (logits[:1], targets[:1], 2)]
    observe.refuses(call_nll, bad, good, ValueError, "nll(logits, targets, temperature)")
