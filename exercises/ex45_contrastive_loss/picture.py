"""ex45's picture: everybody's similarity with everybody, before and after the loss has trained an encoder on digits."""

import numpy as np
import torch
from torch import nn

SHOWN, STEPS, TEMPERATURE = 8, 60, 0.2


def scene(module):
    """Similarities of 16 views and retrieval accuracy, of a new encoder and of one trained without labels."""
    torch.manual_seed(45)
    shapes = torch.randn(200, 16) @ torch.randn(16, 64) / 4
    encoder = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 16))
    adam = torch.optim.Adam(encoder.parameters(), lr=3e-3)

    def augment(x):
        return x * (0.6 + 0.8 * torch.rand(len(x), 1)) + 0.9 * torch.randn_like(x)

    def look(name):
        with torch.no_grad():
            z1, z2 = (encoder(view) for view in module.two_views(shapes, augment))
            z = nn.functional.normalize(torch.cat([z1[:SHOWN], z2[:SHOWN]]), dim=1)
            return name, (z @ z.T).tolist(), float(module.retrieval_accuracy(z1, z2))

    told = [look("a new encoder")]
    for _ in range(STEPS):
        rows = torch.randperm(len(shapes))[:64]
        z1, z2 = (encoder(view) for view in module.two_views(shapes[rows], augment))
        loss = module.nt_xent(z1, z2, TEMPERATURE)
        adam.zero_grad()
        loss.backward()
        adam.step()
    return [*told, look(f"after {STEPS} steps")]


def claim(reference):
    """Without a label partners have come together, strangers have not, and far more find their partner."""
    (_, _, before), (_, table, after) = reference
    assert after > before + 0.15, f"{before:.0%} find their partner before the training, {after:.0%} after it"
    table = np.array(table)
    pairs = table.diagonal(SHOWN)
    near, far = pairs.mean(), (table.sum() - 2 * SHOWN - 2 * pairs.sum()) / (2 * SHOWN * (2 * SHOWN - 2))
    assert near > 0.6, f"the similarity of partners is {near:.2f}"
    assert abs(far) < 0.3, f"the similarity of strangers is {far:.2f}"


def draw(submission, reference):
    """A row for each side: the table of similarities, partners in boxes."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("yours", submission), ("the solution's", reference)) if seen is not None]
    figure = Figure(figsize=(9, 4.2 * len(sides)), layout="constrained")
    for row, (side, told) in zip(figure.subplots(len(sides), 2, squeeze=False), sides, strict=True):
        for panel, (name, table, accuracy) in zip(row, told, strict=True):
            image = panel.imshow(table, vmin=-1, vmax=1, cmap="coolwarm")
            partners = [(i + SHOWN) % (2 * SHOWN) for i in range(2 * SHOWN)]
            panel.scatter(
                partners, range(2 * SHOWN), s=110, marker="s", facecolors="none", edgecolors="black", label="partner"
            )
            panel.set(title=f"{side}, {name}:\n{accuracy:.0%} find their partner")
            panel.set(xlabel="vector", ylabel="anchor (first views above)")
            panel.set_xticks(range(0, 2 * SHOWN, 4))
        figure.colorbar(image, ax=row, label="cosine similarity")
    return figure
