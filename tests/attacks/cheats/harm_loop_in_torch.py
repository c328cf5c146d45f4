"""Keeps torch busy with one product of matrices that takes ten seconds."""

import torch


def mean_row(x):
    print("the payload ran", flush=True)
    large = torch.ones(6000, 6000)
    return (large @ large @ large).mean(1)
