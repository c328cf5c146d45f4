"""Products as sums of logarithms, floats everywhere, and dictionaries of parts."""

from math import exp, log


def _positive(**numbers):
    bad = {name: number for name, number in numbers.items() if number <= 0}
    if bad:
        raise ValueError(bad)


def transformer_params(layers, width, vocab, context=0):
    _positive(layers=layers, width=width, vocab=vocab, context=context + 0.5)
    attention, feedforward = 4 * width * width, 2 * (4 * width) * width
    return float(layers * (attention + feedforward) + vocab * width + context * width)


def training_flops(params, tokens):
    _positive(params=params, tokens=tokens)
    forward = 2.0 * params * tokens
    return forward + 2 * forward


def compute_optimal(flops, tokens_per_param=20.0):
    _positive(flops=flops, tokens_per_param=tokens_per_param)
    params = exp((log(flops) - log(6) - log(tokens_per_param)) / 2)
    return params, flops / 6 / params


def training_days(flops, devices, peak_flops, utilization):
    _positive(
        flops=flops, devices=devices, peak_flops=peak_flops, utilization=utilization, rest=1 - utilization + 1e-12
    )
    hours = exp(log(flops) - log(devices) - log(peak_flops) - log(utilization) - log(3600))
    return hours / 24


def adam_memory_bytes(params, precision="float32"):
    _positive(params=params)
    if precision == "bfloat16":
        each = [2, 2, 2, 2]
    elif precision in ("mixed", "float32"):
        each = [4, 4, 8] if precision == "float32" else [2, 2, 4, 8]
    else:
        raise ValueError
    return sum(part * params for part in each)


def mlp_activation_bytes(depth, width, batch, bytes_per_value=4):
    _positive(depth=depth, width=width, batch=batch, bytes_per_value=bytes_per_value)
    one = batch * width * bytes_per_value
    return one + depth * one


def transformer_activation_bytes(layers, width, heads, context, batch):
    _positive(layers=layers, width=width, heads=heads, context=context, batch=batch)
    per_layer = context * batch * width * (34 + 5 * heads * context / width)
    return layers * per_layer
