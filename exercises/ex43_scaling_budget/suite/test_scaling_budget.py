"""ex43: formulas with numbers drawn anew, and small real modules that are counted."""

import math

import torch
from torch import nn

from grader.suite import answers, close, points, require, shaped

# ---- scenarios: run beside the learner's code and only report


def ask(module, name, args):
    return getattr(module, name)(*args)


def matrices(layers, width, heads, vocab, context):
    """Numbers in all parameters with two axes of a transformer with learned embeddings."""
    body = [nn.TransformerEncoderLayer(width, heads, 4 * width) for _ in range(layers)]
    model = nn.ModuleList([nn.Embedding(vocab, width), nn.Embedding(max(context, 1), width), *body])
    count = sum(p.numel() for p in model.parameters() if p.ndim == 2)
    return count if context else count - width


def kept_bytes(depth, width, batch, double):
    """Bytes of the storages that autograd keeps of a network, parameters left out, each storage once."""
    net = nn.Sequential(*(layer for _ in range(depth) for layer in (nn.Linear(width, width), nn.ReLU())))
    x = torch.randn(batch, width)
    if double:
        net, x = net.double(), x.double()
    own, kept = {p.untyped_storage().data_ptr() for p in net.parameters()}, {}

    def pack(tensor):
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        out = net(x)
    return sum(size for place, size in kept.items() if place not in own), out.shape[0]


def call_params(module, *args):
    module.transformer_params(*args)


def call_flops(module, *args):
    module.training_flops(*args)


def call_optimal(module, *args):
    module.compute_optimal(*args)


def call_days(module, *args):
    module.training_days(*args)


def call_adam(module, *args):
    module.adam_memory_bytes(*args)


def call_mlp(module, *args):
    module.mlp_activation_bytes(*args)


def call_transformer(module, *args):
    module.transformer_activation_bytes(*args)


# ---- the examiner's side


def judged(seen, right, what, misread):
    """A number right to five digits; the misread formula that gives what was seen is named."""
    found = float(shaped(seen, (), what))
    named = [why for why, other in misread.items() if math.isclose(found, other, rel_tol=1e-5)]
    off = not math.isclose(found, right, rel_tol=1e-5)
    close(found, float(right), what + (f" ({named[0]})" if named and off else ""), 1e-5, 0)


def shown(name, args):
    return f"{name}({', '.join(f'{one:.4g}' if isinstance(one, float) else repr(one) for one in args)})"


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
            "the attention is missing": 8 * layers * width**2 + (vocab + context) * width,
            "the embedding is missing": 12 * layers * width**2,
            "the positions are missing": 12 * layers * width**2 + vocab * width,
            "the vocabulary is missing": 12 * layers * width**2 + context * width,
            "width is not squared": 12 * layers * width + (vocab + context) * width,
            "biases and norms are counted, which are left out": right + 13 * layers * width,
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
        }
        judged(observe(ask, "training_flops", (n, d)), 6 * n * d, shown("training_flops", (n, d)), misread)


@points(2, hint="6 · N · (r · N) = flops: solve for N, then D = r · N.")
def test_compute_optimal(observe, draw):
    """compute_optimal: training takes the budget, and the ratio holds."""
    for ratio in (None, round(float(draw.uniform(5, 60)), 1), round(float(draw.uniform(0.1, 0.9)), 2)):
        c, r = large(draw, 18, 25), ratio or 20.0
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
        }
        args = (c, devices, peak, share)
        judged(observe(ask, "training_days", args), days, shown("training_days", args), misread)
    args = (8.64e18, 4, 1e13, 1.0)
    judged(observe(ask, "training_days", args), 2.5, shown("training_days", args), {})


@points(2, hint="Write down the bytes of all that is kept: weights, gradients, master copy (mixed only), two averages.")
def test_adam_memory(observe, draw):
    """adam_memory_bytes: 16 bytes per parameter in float32 and in mixed precision, 8 in pure bfloat16."""
    n = int(draw.integers(10**6, 10**9))
    named = {
        "float32": {
            "gradients and both averages are forgotten": 4, "both averages are forgotten": 8,
            "Adam keeps two averages, one is counted": 12, "there is no master copy in float32": 20,
        },
        "mixed": {
            "half of float32: the master copy and both averages stay in 32 bit": 8, "the master copy is forgotten": 12,
            "the averages are counted in 2 bytes": 12, "the gradients are counted in 4 bytes": 18,
            "the weights are counted in 4 bytes, beside the master copy": 18, "one average is forgotten": 12,
            "the averages are forgotten": 8,
        },
        "bfloat16": {
            "the averages are in 2 bytes as well": 12, "there is no master copy in pure bfloat16": 12,
            "both averages are forgotten": 4, "one average is forgotten": 6, "as in mixed precision": 16,
        },
    }  # fmt: skip
    for precision, right in (("float32", 16), ("mixed", 16), ("bfloat16", 8)):
        args = (n, precision)
        misread = {why: each * n for why, each in named[precision].items()}
        judged(observe(ask, "adam_memory_bytes", args), right * n, shown("adam_memory_bytes", args), misread)
    judged(observe(ask, "adam_memory_bytes", (n,)), 16 * n, shown("adam_memory_bytes", (n,)), {})


@points(2, hint="A ReLU's output is the next Linear's input: one tensor. Count the network's input too.")
def test_mlp_activations(observe, neutral, draw):
    """mlp_activation_bytes equals what autograd keeps of a real network."""
    for depth, double in ((2, False), (int(draw.integers(3, 6)), True), (1, False)):
        width, batch, each = int(draw.integers(5, 40)), int(draw.integers(5, 40)), 8 if double else 4
        counted = answers(neutral(kept_bytes, depth, width, batch, double), 2)[0]
        right, one = (depth + 1) * batch * width * each, batch * width * each
        args = (depth, width, batch, 8) if double else (depth, width, batch)
        what = shown("mlp_activation_bytes", args)
        require(counted == right, f"{what}: autograd keeps {counted}")
        misread = {
            "the network's input is kept too": depth * one,
            "a Linear's output is not kept: ReLU needs its own output only": (2 * depth + 1) * one,
            "a tensor that two layers keep is counted twice": 2 * depth * one,
            "the batch plays no part": (depth + 1) * width * each,
            "these are numbers, not bytes": (depth + 1) * batch * width,
            "always 4 bytes": (depth + 1) * batch * width * 4,
            "weights and biases are left out": right + depth * (width + 1) * width * each,
            "this is what the weights take": depth * width * width * each,
        }
        judged(observe(ask, "mlp_activation_bytes", args), right, what, misread)
    args = (int(draw.integers(20, 90)), 512, int(draw.integers(64, 512)), 2)
    right = (args[0] + 1) * 512 * args[2] * 2
    judged(observe(ask, "mlp_activation_bytes", args), right, shown("mlp_activation_bytes", args), {})


@points(2, hint="34 bytes per token and width, and 5 · heads · context more per token for the attention scores.")
def test_transformer_activations(observe, draw):
    """transformer_activation_bytes grows linearly with the batch, and quadratically with the context."""
    for _ in range(2):
        heads, layers, batch = int(draw.integers(4, 16)), int(draw.integers(4, 40)), int(draw.integers(2, 32))
        width, context = 64 * heads, int(draw.integers(256, 4096))
        one, inner = layers * context * batch * width, 5 * heads * context / width
        misread = {
            "the attention scores are missing": one * 34,
            "the bytes are in the formula already: do not multiply by 2": 2 * one * (34 + inner),
            "layers plays no part": one / layers * (34 + inner),
            "the batch plays no part": one / batch * (34 + inner),
            "heads plays no part": one * (34 + inner / heads),
            "the second part is divided by width": one * (34 + inner * width),
            "both parts are divided by width": one * (34 + 5 * heads * context) / width,
            "the scores are added once, not per token": one * 34 + 5 * heads * context,
            "the scores alone": one * inner,
        }
        args = (layers, width, heads, context, batch)
        what = shown("transformer_activation_bytes", args)
        judged(observe(ask, "transformer_activation_bytes", args), one * (34 + inner), what, misread)


@points(0.5, hint="`if not number > 0` for each argument; a context of 0 is fine, a negative one is not.")
def test_counts_refuse(observe):
    """Parameters, work and split: numbers that are not positive are refused."""
    bad = [(0, 8, 9, 4), (2, 0, 9, 4), (2, 8, 0, 4), (2, 8, 9, -1), (-2, 8, 9, 4), (2, -8, 9, 0), (2, 8, -9, 0)]
    good = [(2, 8, 9, 4), (1, 1, 1, 0), (2, 8, 9, 0)]
    observe.refuses(call_params, bad, good, ValueError, "transformer_params: layers, width, vocab, context")
    bad, good = [(0, 5.0), (5.0, 0), (-1.0, 5.0), (5.0, -1.0), (-1.0, -1.0)], [(1.0, 5.0), (0.5, 1e9)]
    observe.refuses(call_flops, bad, good, ValueError, "training_flops: params, tokens")
    bad, good = [(0.0, 20.0), (-1e9, 20.0), (1e9, 0.0), (1e9, -20.0), (-1e9, -20.0)], [(1e9, 20.0), (1.0, 0.5)]
    observe.refuses(call_optimal, bad, good, ValueError, "compute_optimal: flops, tokens_per_param")


@points(0.5, hint="All four must be positive, and a utilization of 1 is the most there is.")
def test_days_refuse(observe):
    """training_days refuses what is not positive, and a utilization above 1."""
    bad = [
        (0.0, 4, 1e12, 0.4), (-1e18, 4, 1e12, 0.4), (1e18, 0, 1e12, 0.4), (1e18, -4, 1e12, 0.4), (1e18, 4, 0.0, 0.4),
        (1e18, 4, -1e12, 0.4), (1e18, 4, 1e12, 0.0), (1e18, 4, 1e12, -0.4), (1e18, 4, 1e12, 1.2), (1e18, 4, 1e12, 40.0),
    ]  # fmt: skip
    good = [(1e18, 4, 1e12, 0.4), (1e18, 4, 1e12, 1.0), (1.0, 1, 1.0, 0.01)]
    observe.refuses(call_days, bad, good, ValueError, "training_days: flops, devices, peak_flops, utilization")


@points(0.5, hint="Each argument must be positive, and three precisions are known.")
def test_memory_refuses(observe):
    """Memory: unknown precisions and numbers that are not positive are refused."""
    bad = [(0, "float32"), (-5, "mixed"), (5, "float16"), (5, ""), (5, "FLOAT32"), (0, "bfloat16"), (5, "int8")]
    observe.refuses(
        call_adam,
        bad,
        [(5, "float32"), (5, "mixed"), (1, "bfloat16")],
        ValueError,
        "adam_memory_bytes: params, precision",
    )
    bad = [
        (0, 8, 4, 4),
        (2, 0, 4, 4),
        (2, 8, 0, 4),
        (2, 8, 4, 0),
        (-2, 8, 4, 4),
        (2, -8, 4, 4),
        (2, 8, -4, 4),
        (2, 8, 4, -4),
    ]
    told = "mlp_activation_bytes: depth, width, batch, bytes_per_value"
    observe.refuses(call_mlp, bad, [(2, 8, 4, 4), (1, 1, 1, 1)], ValueError, told)
    base = [2, 8, 4, 16, 3]
    bad = [tuple(base[:i] + [wrong] + base[i + 1 :]) for i in range(5) for wrong in (0, -base[i])]
    told = "transformer_activation_bytes: layers, width, heads, context, batch"
    observe.refuses(call_transformer, bad, [tuple(base), (1, 1, 1, 1, 1)], ValueError, told)
