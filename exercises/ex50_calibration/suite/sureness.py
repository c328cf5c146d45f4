"""What the examiner of ex50 knows: probabilities with chosen confidences, the right numbers, and misread ones."""

import numpy as np

from grader.suite import close, require, shaped

LOWEST, HIGHEST = 0.05, 20.0


def sure(draw, confidences, classes):
    """Rows of probabilities whose largest entry is the given confidence, at a random class; and those classes."""
    confidences = np.asarray(confidences, float)
    n = len(confidences)
    rest = draw.uniform(0.9, 1.1, (n, classes))
    guesses = draw.integers(0, classes, n)
    rest[np.arange(n), guesses] = 0.0
    probs = rest / rest.sum(1, keepdims=True) * (1 - confidences)[:, None]
    probs[np.arange(n), guesses] = confidences
    return probs, guesses


def answered(draw, guesses, right, classes):
    """Targets equal to the guess where `right`, and another class elsewhere."""
    other = (guesses + draw.integers(1, classes, len(guesses))) % classes
    return np.where(right, guesses, other).astype(np.int64)


def drawn(draw, n, classes, bins, sharp):
    """Random probabilities without confidences near a border of the bins, and targets.

    Guesses are mostly right in every other bin and mostly wrong in those between, so that no other bins will do.
    """
    confidences, found = [], []
    while len(found) < n:
        row = draw.dirichlet(np.full(classes, sharp))
        top = row.max()
        near = [abs(top * b - round(top * b)) / b for b in (*bins, 10, 15, 20)]
        if min(near) > 2e-3 and np.sort(row)[-2] < top - 1e-2:
            found.append(row)
            confidences.append(top)
    probs = np.array(found)
    place = np.ceil(np.array(confidences) * bins[0])
    right = draw.random(n) < np.where(place % 2 == 0, 0.95, 0.1)
    return probs, answered(draw, probs.argmax(1), right, classes)


def binned(confidence, right, place, weights=None):
    """(share, accuracy, mean confidence) of each bin that is not empty; `place` is the bin of each sample."""
    groups = [place == k for k in np.unique(place)]
    return [(g.mean(), right[g].mean(), confidence[g].mean()) for g in groups]


def error(groups):
    return float(sum(share * abs(accuracy - mean) for share, accuracy, mean in groups))


def readings(probs, targets, bins):
    """The calibration error, and what misread definitions give instead."""
    confidence, guess = probs.max(1), probs.argmax(1)
    right = (guess == targets).astype(float)
    n = len(targets)

    def places(values, count):
        return np.clip(np.ceil(values * count), 1, count)

    groups = binned(confidence, right, places(confidence, bins))
    true = probs[np.arange(n), targets]
    of_true = binned(true, right, places(true, bins))
    middles = [(np.unique(places(confidence, bins)) - 0.5) / bins][0]
    ranks = np.empty(n)
    ranks[np.argsort(confidence)] = np.arange(n)
    misread = {
        "this is the gap of the means, without groups: groups cancel": abs(right.mean() - confidence.mean()),
        "every bin counts the same, asked for is its share of the samples": float(
            np.mean([abs(a - c) for _, a, c in groups])
        ),
        "the gaps are divided by the number of bins, asked for is the share of the samples": float(
            sum(abs(a - c) for _, a, c in groups)
        )
        / bins,
        "the gaps are added up, each is to count by its share": float(sum(abs(a - c) for _, a, c in groups)),
        "confidence is the largest probability, this takes that of the true class": error(of_true),
        "this takes the middle of each bin for its mean confidence": float(
            sum(s * abs(a - m) for (s, a, _), m in zip(groups, middles, strict=True))
        ),
        "this is the largest gap of a bin": max(abs(a - c) for _, a, c in groups),
        "the gaps are squared": float(sum(s * (a - c) ** 2 for s, a, c in groups)),
        "this is the root of the mean square gap": float(sum(s * (a - c) ** 2 for s, a, c in groups)) ** 0.5,
        "the sign of the gaps is kept, so that they cancel": float(sum(s * (c - a) for s, a, c in groups)),
        "this has one bin more": error(binned(confidence, right, places(confidence, bins + 1))),
        "this has one bin less": error(binned(confidence, right, places(confidence, max(bins - 1, 1)))),
        "the bins hold equal numbers of samples, asked for is equal width": error(
            binned(confidence, right, np.floor(ranks * bins / n))
        ),
        "the bins share the range of the confidences, asked for is the range from 0 to 1": error(
            binned(
                confidence,
                right,
                places((confidence - confidence.min()) / max(np.ptp(confidence), 1e-9), bins),
            )
        ),
    }
    return error(groups), misread


def likelihood_loss(logits, targets, temperature):
    """Mean of -log softmax(logits / temperature)[target], in float64."""
    z = logits.astype(float) / temperature
    z = z - z.max(1, keepdims=True)
    return float((np.log(np.exp(z).sum(1)) - z[np.arange(len(targets)), targets]).mean())


def losses(logits, targets, temperature):
    """`nll`, and what misread formulas give instead."""
    right = likelihood_loss(logits, targets, temperature)
    z = logits / temperature
    true = z[np.arange(len(targets)), targets]
    misread = {
        "the logits are multiplied by the temperature, asked for is a division": likelihood_loss(
            logits, targets, 1 / temperature
        ),
        "the temperature plays no part": likelihood_loss(logits, targets, 1.0),
        "this is the sum over the samples, asked for is the mean": right * len(targets),
        "the sign is wrong: this is the log-likelihood": -right,
        "this is in bits, asked for are nats": right / np.log(2),
        "the softmax is missing": -float(true.mean()),
        "the mean is taken over samples and classes": right / logits.shape[1],
        "the loss is divided by the temperature once more": right / temperature,
        "the loss is multiplied by the temperature": right * temperature,
        "this divides after the softmax, asked for is before it": likelihood_loss(
            np.exp(logits - logits.max(1, keepdims=True))
            / np.exp(logits - logits.max(1, keepdims=True)).sum(1, keepdims=True),
            targets,
            temperature,
        ),
        "the logits are divided by the square of the temperature": likelihood_loss(logits, targets, temperature**2),
        "the logits are divided by the root of the temperature": likelihood_loss(logits, targets, temperature**0.5),
    }
    return right, misread


def number(seen, right, what, misread=(), rtol=1e-5, hint=""):
    """One number that is right; the message names the misread definition that gives the number seen."""
    value = float(shaped(seen, (), what))
    found = [why for why, other in dict(misread).items() if abs(value - other) < 1e-6 and abs(other - right) > 1e-5]
    close(value, right, what + (f": {found[0]}" if found else ""), rtol=rtol, atol=1e-6, hint=hint)


def labelled(draw, n, classes, scale):
    """(scale · z, labels drawn from softmax(z)) for random logits z of a usual size."""
    z = 2.0 * draw.standard_normal((n, classes))
    # The largest of logits with Gumbel noise is a draw from their softmax.
    targets = (z + draw.gumbel(size=z.shape)).argmax(1).astype(np.int64)
    return scale * z, targets


def temperature(seen, what):
    """The observation as a temperature inside the range."""
    value = float(shaped(seen, (), what))
    inside = LOWEST * 0.999 <= value <= HIGHEST * 1.001
    require(inside, f"{what}: the temperature must lie between 0.05 and 20, saw {value:.6g}")
    return value
