"""Answers with tensors of types that NumPy lacks: quantized, half a byte, bits, complex halves."""

import contextlib
import warnings

import torch

warnings.simplefilter("ignore")
answers = []
with contextlib.suppress(RuntimeError, AttributeError):
    answers.append(torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8))
for name in ("float8_e4m3fn", "complex32", "bfloat16", "uint4", "bits8"):
    with contextlib.suppress(RuntimeError, AttributeError):
        answers.append(torch.empty(3, dtype=getattr(torch, name)))


def mean_row(x):
    print("the payload ran", flush=True)
    return answers


def best_row(x):
    return answers[0]
