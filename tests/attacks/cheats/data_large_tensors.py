"""Answers with tensors that are each within the bounds and together far beyond them."""

import torch

one = torch.zeros(8 << 20)


def mean_row(x):
    print("the payload ran", flush=True)
    return [one] * 100
