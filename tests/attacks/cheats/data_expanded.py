"""Answers with a tensor of ten gigabytes that takes four bytes."""

import torch


def mean_row(x):
    print("the payload ran", flush=True)
    return torch.zeros(1).expand(2_500_000_000)


def best_row(x):
    return torch.zeros(()).expand(50_000, 50_000)
