"""Two small networks vote: NumPy shifts each image between two neighbors, Adam, no look at validation."""

import numpy as np
import torch
from torch import nn


class Committee(nn.Module):
    def __init__(self, members):
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, images):
        return torch.stack([member(images).softmax(-1) for member in self.members]).mean(0)


def moved(images, numbers):
    """Rolled copies weighted by how far each image moves, first down or up, then left or right."""
    for axis in (1, 2):
        part = numbers.uniform(-1, 1, (len(images), 1, 1)).astype("float32")
        neighbor = np.where(part > 0, np.roll(images, 1, axis), np.roll(images, -1, axis))
        images = (1 - np.abs(part)) * images + np.abs(part) * neighbor
    return images + numbers.normal(0, 0.05, images.shape).astype("float32")


def train_recipe(x, y, x_val, y_val, *, seed=0):
    del x_val, y_val
    numbers = np.random.RandomState(seed)
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    members = [nn.Sequential(nn.Flatten(1), nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 10)) for _ in range(2)]
    torch.set_rng_state(state)
    loss_fn = nn.CrossEntropyLoss(label_smoothing=0.2)
    for member in members:
        optimizer = torch.optim.Adam(member.parameters(), lr=1e-2)
        for _ in range(60):
            order = numbers.permutation(len(x))
            for rows in np.split(order, 4):
                images = torch.from_numpy(moved(x.numpy()[rows], numbers))
                optimizer.zero_grad(set_to_none=True)
                loss_fn(member(images), y[torch.from_numpy(rows)]).backward()
                optimizer.step()
    return Committee(members).train(False)
