"""Keeps torch busy with products of matrices that take ten seconds."""

import torch

print("the payload ran", flush=True)
LARGE = torch.ones(6000, 6000)
MEANS = (LARGE @ LARGE @ LARGE).mean(1)
