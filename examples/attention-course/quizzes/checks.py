"""Computes the keys of the quiz."""

import torch


def root_of_d() -> float:
    q, k = torch.full((64,), 0.5), torch.full((64,), 0.75)
    return (q @ k / 64**0.5).item()
