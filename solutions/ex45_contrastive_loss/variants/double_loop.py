"""The definition word for word: a loop over anchors with logsumexp; the calls of augment in a comprehension."""

import torch


def two_views(images, augment):
    return tuple(augment(images) for _ in range(2))


def nt_xent(z1, z2, temperature=0.5):
    if tuple(z1.shape) != tuple(z2.shape) or z1.size(0) < 2 or not temperature > 0:
        raise ValueError
    n = z1.size(0)
    rows = [row / row.norm() for row in (*z1, *z2)]
    costs = []
    for i, anchor in enumerate(rows):
        partner = i + n if i < n else i - n
        scores = torch.stack([anchor @ other / temperature for j, other in enumerate(rows) if j != i])
        costs.append(scores.logsumexp(0) - anchor @ rows[partner] / temperature)
    return torch.stack(costs).mean()


def retrieval_accuracy(z1, z2):
    hits = 0
    for i, row in enumerate(z1):
        scores = [float(row @ other / (row.norm() * other.norm())) for other in z2]
        hits += scores.index(max(scores)) == i
    return hits / len(z1)
