"""Answers with tensors whose numbers are not what lies in memory: conjugated, negated, with gradients, freed."""

import torch


def mean_row(x):
    number = torch.ones(3, dtype=torch.complex64, requires_grad=True)
    freed = torch.ones(3)
    freed.untyped_storage().resize_(0)
    print("the payload ran", flush=True)
    return [number.conj(), number.conj().imag, torch.ones(3, requires_grad=True) * 2, freed]


def best_row(x):
    return torch.ones(3).as_strided((1000, 1000), (0, 0))
