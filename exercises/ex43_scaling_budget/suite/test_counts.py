"""ex43: parameters, work and days, with numbers drawn anew; the parameters of small real modules are counted."""

import math

from judging import ask, judged, shown
from torch import nn

from grader.suite import answers, points, require


def matrices(layers, width, heads, vocab, context):
    """Numbers in all parameters with two axes of a transformer with learned embeddings."""
    body = [nn.TransformerEncoderLayer(width, heads, 4 * width) for _ in range(layers)]
    model = nn.ModuleList([nn.Embedding(vocab, width), nn.Embedding(max(context, 1), width), *body])
    count = sum(p.numel() for p in model.parameters() if p.ndim == 2)
    return count if context else count - width


def call_params(module, *args):
    module.transformer_params(*args)


def call_flops(module, *args):
    module.training_flops(*args)


def call_optimal(module, *args):
    module.compute_optimal(*args)


def call_days(module, *args):
    module.training_days(*args)


def wrapped(number):
    """What a signed integer of 64 bits makes of it."""
    return (number + 2**63) % 2**64 - 2**63


def large(draw, low, high):
    """A float between 10 to the power `low` and `high`."""
    return float(10 ** draw.uniform(low, high))


@points(2, hint="Attention has four maps of width by width, the feed-forward part two of width by 4 · width.")
def test_transformer_params(observe, neutral, draw):
    """transformer_params counts the weights of real modules, without biases and norms."""
    for real, context in ((True, int(draw.integers(5, 30))), (True, 0), (False, 1024)):
        heads = int(draw.integers(2, 5))
        width = 4 * heads if real else 64 * heads
        layers, vocab = int(draw.integers(4, 6)), int(draw.integers(50, 200))
        args = (layers, width, vocab, context)
        right = 12 * layers * width**2 + (vocab + context) * width
        if real:
            counted = neutral(matrices, layers, width, heads, vocab, context)
            require(counted == right, f"{shown('transformer_params', args)}: real modules have {counted}")
        misread = {
            "layers plays no part": 12 * width**2 + (vocab + context) * width,
            "the feed-forward part is missing": 4 * layers * width**2 + (vocab + context) * width,
            "a part of 4 · width² is missing: attention has 4, the feed-forward part 8": 8 * layers * width**2
            + (vocab + context) * width,
            "the embedding is missing": 12 * layers * width**2,
            "the positions are missing": 12 * layers * width**2 + vocab * width,
            "the vocabulary is missing": 12 * layers * width**2 + context * width,
            "width is not squared": 12 * layers * width + (vocab + context) * width,
            "biases and norms are counted, which are left out": right + 13 * layers * width,
            "biases are counted, which are left out": right + 9 * layers * width,
            "norms are counted, which are left out": right + 4 * layers * width,
            "embeddings lie around the layers, not in each of them": layers
            * (12 * width**2 + (vocab + context) * width),
            "the embedding is counted twice": right + (vocab + context) * width,
            "the word embedding is counted twice": right + vocab * width,
            "a position for every word: their tables are two, beside each other": 12 * layers * width**2
            + vocab * context * width,
        }
        judged(observe(ask, "transformer_params", args), right, shown("transformer_params", args), misread)
    args = (int(draw.integers(2, 9)), 48, int(draw.integers(50, 200)))
    seen = observe(ask, "transformer_params", args)
    judged(seen, 12 * args[0] * 48**2 + args[2] * 48, shown("transformer_params", args), {})


@points(
    1,
    hint="2 forward, and 4 backward: gradients of inputs and of weights cost a forward pass each.",
)
def test_training_flops(observe, draw):
    """training_flops counts forward and backward passes: 6 per parameter and token."""
    for _ in range(2):
        n, d = large(draw, 7, 11), large(draw, 9, 13)
        misread = {
            "this is the forward pass only; backward costs twice as much": 2 * n * d,
            "this is the backward pass only": 4 * n * d,
            "one multiplication and one addition are two operations": 3 * n * d,
            "this is one operation per parameter and token": n * d,
            "this counts a second forward pass": 8 * n * d,
            "the number is too large for 64 bits and was wrapped": wrapped(6 * int(n) * int(d)),
        }
        judged(observe(ask, "training_flops", (n, d)), 6 * n * d, shown("training_flops", (n, d)), misread)


@points(2, hint="6 · N · (r · N) = flops: solve for N, then D = r · N.")
def test_compute_optimal(observe, draw):
    """compute_optimal: training takes the budget, and the ratio holds."""
    some, few = round(float(draw.uniform(5, 60)), 1), round(float(draw.uniform(0.1, 0.9)), 2)
    for ratio, low, high in ((None, 18, 25), (some, 18, 25), (few, 18, 25), (some, 3, 5)):
        c, r = large(draw, low, high), ratio or 20.0
        args = (c,) if ratio is None else (c, ratio)
        what = shown("compute_optimal", args)
        pair = answers(observe(ask, "compute_optimal", args), 2)
        n = math.sqrt(c / (6 * r))
        misread = {
            "parameters and tokens are swapped": r * n,
            "this counts 2 operations per parameter and token": math.sqrt(c / (2 * r)),
            "the root is missing": c / (6 * r),
            "this counts 1 operation per parameter and token": math.sqrt(c / r),
            "the ratio is not the one that was given": math.sqrt(c / 120),
            "the ratio is under the root upside down": math.sqrt(c * r / 6),
            "the ratio plays no part": math.sqrt(c / 6),
            "rounded to a whole number": round(n),
            "cut to a whole number": int(n),
        }
        judged(pair[0], n, f"{what}: parameters", misread)
        judged(pair[1], r * n, f"{what}: tokens", {"as many as parameters": n, "one part per parameter": n / r})


@points(2, hint="Seconds = work / (devices · peak_flops · utilization), and a day has 86 400 of them.")
def test_training_days(observe, draw):
    """training_days: work divided by what the devices really do, in days."""
    for _ in range(2):
        c, devices, peak = large(draw, 20, 24), int(draw.integers(8, 4000)), large(draw, 13.5, 15)
        share = round(float(draw.uniform(0.2, 0.6)), 3)
        days = c / (devices * peak * share) / 86400
        misread = {
            "utilization plays no part": days * share,
            "utilization is multiplied where it should divide": days * share**2,
            "these are seconds": days * 86400,
            "these are hours": days * 24,
            "these are minutes": days * 1440,
            "a day has 24 hours": days * 86400 / 3600 / 12,
            "devices plays no part": days * devices,
            "more devices must take less time": days * devices**2,
            "1 - utilization for utilization": days * share / (1 - share),
            "utilization in percent": days / 100,
            "rounded up to whole days": math.ceil(days),
            "rounded to whole days": round(days),
            "cut to whole days": int(days),
        }
        args = (c, devices, peak, share)
        judged(observe(ask, "training_days", args), days, shown("training_days", args), misread)
    args = (8.64e18, 4, 1e13, 1.0)
    judged(observe(ask, "training_days", args), 2.5, shown("training_days", args), {})


@points(0.5, hint="`if not number > 0` for each argument; a context of 0 is fine, a negative one is not.")
def test_counts_refuse(observe):
    """Parameters, work and split: numbers that are not positive are refused."""
    bad = [(0, 8, 9, 4), (2, 0, 9, 4), (2, 8, 0, 4), (2, 8, 9, -1), (-2, 8, 9, 4), (2, -8, 9, 0), (2, 8, -9, 0)]
    good = [(2, 8, 9, 4), (1, 1, 1, 0), (2, 8, 9, 0)]
    observe.refuses(call_params, bad, good, ValueError, "transformer_params: layers, width, vocab, context")
    bad, good = [(0, 5.0), (5.0, 0), (-1.0, 5.0), (5.0, -1.0), (-1.0, -1.0)], [(1.0, 5.0), (0.5, 1e9), (3, 5)]
    observe.refuses(call_flops, bad, good, ValueError, "training_flops: params, tokens")
    bad, good = (
        [(0.0, 20.0), (-1e9, 20.0), (1e9, 0.0), (1e9, -20.0), (-1e9, -20.0)],
        [(1e9, 20.0), (1.0, 0.5), (10**9, 20)],
    )
    observe.refuses(call_optimal, bad, good, ValueError, "compute_optimal: flops, tokens_per_param")


@points(0.5, hint="All four must be positive, and a utilization of 1 is the most there is.")
def test_days_refuse(observe):
    """training_days refuses what is not positive, and a utilization above 1."""
    bad = [
        (0.0, 4, 1e12, 0.4), (-1e18, 4, 1e12, 0.4), (1e18, 0, 1e12, 0.4), (1e18, -4, 1e12, 0.4), (1e18, 4, 0.0, 0.4),
        (1e18, 4, -1e12, 0.4), (1e18, 4, 1e12, 0.0), (1e18, 4, 1e12, -0.4), (1e18, 4, 1e12, 1.2), (1e18, 4, 1e12, 40.0),
    ]  # fmt: skip
    good = [(1e18, 4, 1e12, 0.4), (1e18, 4, 1e12, 1.0), (1.0, 1, 1.0, 0.01), (10**18, 4, 10**12, 1)]
    observe.refuses(call_days, bad, good, ValueError, "training_days: flops, devices, peak_flops, utilization")
