"""Views interleaved, so that partners are neighbors; cosine_similarity by broadcasting, no entry for oneself."""

from collections import namedtuple

import torch
import torch.nn.functional as F

Views = namedtuple("Views", "first second")


def two_views(images, augment):
    second = augment(images)
    return Views(augment(images), second)


def nt_xent(z1, z2, temperature=0.5):
    if z1.shape != z2.shape:
        raise ValueError("shapes differ")
    if z1.shape[0] <= 1 or temperature <= 0:
        raise ValueError("two images and a positive temperature, please")
    z = torch.stack([z1, z2], dim=1).flatten(0, 1)
    table = F.cosine_similarity(z[:, None], z[None], dim=2).div(temperature)
    size = len(z)
    rest = table[~torch.eye(size, dtype=torch.bool)].view(size, size - 1)
    # Without its own entry, partner i ^ 1 stands at i for even i, and at i - 1 for odd i.
    place = torch.arange(size) // 2 * 2
    return -rest.log_softmax(dim=1).gather(1, place[:, None]).mean()


@torch.no_grad()
def retrieval_accuracy(z1, z2):
    table = F.cosine_similarity(z1.unsqueeze(1), z2.unsqueeze(0), dim=-1)
    return (table.max(dim=1).indices == torch.arange(z1.shape[0])).float().mean()
