"""Four N by N blocks in place of one table; a large negative number on the diagonals; NumPy for the retrieval."""

import numpy as np
import torch
from torch.nn.functional import cross_entropy


def two_views(images, augment):
    return [augment(images), augment(images)]


def nt_xent(z1, z2, temperature=0.5):
    n, other = len(z1), len(z2)
    if n != other or z1[0:1].shape != z2[0:1].shape or n < 2:
        raise ValueError(f"{z1.shape} and {z2.shape}")
    if temperature <= 0:
        raise ValueError(temperature)
    a, b = (z / torch.linalg.vector_norm(z, dim=1, keepdim=True) for z in (z1, z2))
    itself = 1e9 * torch.eye(n).type_as(a)
    ab = a @ b.t() / temperature
    first = torch.cat([ab, a @ a.t() / temperature - itself], 1)
    second = torch.cat([ab.t(), b @ b.t() / temperature - itself], 1)
    own = torch.arange(n)
    return 0.5 * cross_entropy(first, own) + 0.5 * cross_entropy(second, own)


def retrieval_accuracy(z1, z2):
    a, b = (np.asarray(z.detach(), dtype=np.float64) for z in (z1, z2))
    a, b = (z / np.linalg.norm(z, axis=1, keepdims=True) for z in (a, b))
    return np.mean(np.argmax(a @ b.T, axis=1) == np.arange(len(a)))
