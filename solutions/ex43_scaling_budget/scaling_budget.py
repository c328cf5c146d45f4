"""What a training run costs: parameters, work, time and two kinds of memory."""

import math

BYTES = {
    "float32": 4 + 4 + 4 + 4,
    "mixed": 2 + 2 + 4 + 4 + 4,  # the master copy eats what 16-bit weights and gradients save
    "bfloat16": 2 + 2 + 2 + 2,
}


def refuse(*numbers: float) -> None:
    for number in numbers:
        if not number > 0:
            raise ValueError(f"a positive number is needed, got {number}")


def transformer_params(layers: int, width: int, vocab: int, context: int = 0) -> int:
    refuse(layers, width, vocab)
    if context < 0:
        raise ValueError(f"context must not be negative, got {context}")
    return 12 * layers * width**2 + (vocab + context) * width


def training_flops(params: float, tokens: float) -> float:
    refuse(params, tokens)
    return 6 * params * tokens  # 2 forward, 4 backward: gradients of inputs and of weights


def compute_optimal(flops: float, tokens_per_param: float = 20.0) -> tuple[float, float]:
    refuse(flops, tokens_per_param)
    params = math.sqrt(flops / (6 * tokens_per_param))
    return params, tokens_per_param * params


def training_days(flops: float, devices: int, peak_flops: float, utilization: float) -> float:
    refuse(flops, devices, peak_flops, utilization)
    if utilization > 1:
        raise ValueError(f"utilization is a share, got {utilization}")
    return flops / (devices * peak_flops * utilization) / (24 * 60 * 60)


def adam_memory_bytes(params: int, precision: str = "float32") -> int:
    refuse(params)
    if precision not in BYTES:
        raise ValueError(f"precision must be one of {', '.join(BYTES)}, got {precision!r}")
    return BYTES[precision] * params


def mlp_activation_bytes(depth: int, width: int, batch: int, bytes_per_value: int = 4) -> int:
    refuse(depth, width, batch, bytes_per_value)
    return (depth + 1) * batch * width * bytes_per_value  # a ReLU's output is the next Linear's input


def transformer_activation_bytes(layers: int, width: int, heads: int, context: int, batch: int) -> int:
    refuse(layers, width, heads, context, batch)
    return layers * context * batch * (34 * width + 5 * heads * context)
