"""Counts by modules on the meta device and by tensors' own sizes; NumPy for the rest."""

import numpy as np
import torch
from torch import nn

SIZES = {"float32": ["float32"] * 4, "mixed": ["bfloat16"] * 2 + ["float32"] * 3, "bfloat16": ["bfloat16"] * 4}


def _all_positive(*numbers):
    if not np.all(np.asarray(numbers, dtype=float) > 0):
        raise ValueError("positive numbers only")


def transformer_params(layers, width, vocab, context=0):
    _all_positive(layers, width, vocab)
    if not context >= 0:
        raise ValueError(context)
    with torch.device("meta"):
        maps = [nn.Linear(width, out * width, bias=False) for out in (3, 1, 4)] + [
            nn.Linear(4 * width, width, bias=False)
        ]
        tables = [torch.empty(vocab, width), torch.empty(context, width)]
    return layers * sum(m.weight.numel() for m in maps) + sum(table.numel() for table in tables)


def training_flops(params, tokens):
    _all_positive(params, tokens)
    return np.prod([6.0, params, tokens])


def compute_optimal(flops, tokens_per_param=20.0):
    _all_positive(flops, tokens_per_param)
    tokens = np.sqrt(flops * tokens_per_param / 6)
    return tokens / tokens_per_param, tokens


def training_days(flops, devices, peak_flops, utilization):
    _all_positive(flops, devices, peak_flops, utilization)
    if utilization > 1.0:
        raise ValueError("utilization")
    per_day = np.float64(devices) * peak_flops * utilization * 86400
    return flops / per_day


def adam_memory_bytes(params, precision="float32"):
    _all_positive(params)
    try:
        kinds = SIZES[precision]
    except KeyError as error:
        raise ValueError(f"unknown precision {precision}") from error
    return params * sum(torch.empty((), dtype=getattr(torch, kind)).element_size() for kind in kinds)


def mlp_activation_bytes(depth, width, batch, bytes_per_value=4):
    _all_positive(depth, width, batch, bytes_per_value)
    kept = [(batch, width)]
    for _ in range(depth):
        kept.append((batch, width))
    return sum(rows * columns * bytes_per_value for rows, columns in kept)


def transformer_activation_bytes(layers, width, heads, context, batch):
    _all_positive(layers, width, heads, context, batch)
    linear, scores = 34 * width, 5 * heads * context
    return np.int64(layers) * context * batch * (linear + scores)
