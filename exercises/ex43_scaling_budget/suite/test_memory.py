"""ex43: memory of training, with numbers drawn anew; what autograd keeps of small real networks is counted."""

import torch
from judging import ask, judged, shown
from torch import nn

from grader.suite import answers, points, require


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


def call_adam(module, *args):
    module.adam_memory_bytes(*args)


def call_mlp(module, *args):
    module.mlp_activation_bytes(*args)


def call_transformer(module, *args):
    module.transformer_activation_bytes(*args)


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
            "the weights are left out": right + depth * width * width * each,
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
            "the division was cut to a whole number": one * (34 + 5 * heads * context // width),
            "heads · context / width was cut to a whole number": one * (34 + 5 * (heads * context // width)),
        }
        args = (layers, width, heads, context, batch)
        what = shown("transformer_activation_bytes", args)
        judged(observe(ask, "transformer_activation_bytes", args), one * (34 + inner), what, misread)


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
