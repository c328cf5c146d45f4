"""Models and loaders of the scenarios: they run beside the learner's code and only report."""

import torch
from torch import nn


class Doubling(nn.Module):
    """Doubles its input in train mode."""

    def forward(self, x):
        return 2 * x if self.training else x


class Scripted(nn.Module):
    """Whatever it has learned, its loss in eval mode follows a script: one number per step, if the label is 0."""

    def __init__(self, losses):
        super().__init__()
        self.linear = nn.Linear(1, 2)
        self.lead = -torch.tensor(losses).expm1().log()
        self.steps = 0

    def forward(self, x):
        scores = self.linear(x)
        if self.training:
            return scores
        lead = self.lead[self.steps - 1]
        return 0 * scores + torch.stack([lead, torch.zeros(())])

    def count(self, *_):
        self.steps += 1


class Shuffled:
    """A loader in a new random order in every iteration."""

    def __init__(self, x, y, size):
        self.x, self.y, self.size = x, y, size

    def __len__(self):
        return -(-len(self.x) // self.size)

    def __iter__(self):
        for rows in torch.randperm(len(self.x)).split(self.size):
            yield self.x[rows], self.y[rows]


class Changing:
    """A loader with other batches in every iteration: `rounds` holds lists of batches, used in turn."""

    def __init__(self, rounds):
        self.rounds = rounds
        self.iterations = 0

    def __len__(self):
        return len(self.rounds[0])

    def __iter__(self):
        self.iterations += 1
        return iter(self.rounds[(self.iterations - 1) % len(self.rounds)])
