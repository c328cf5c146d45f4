"""Models and loaders of the scenarios: they run beside the learner's code and only report."""

import torch
from places import place_of
from torch import nn


class Watched(nn.Module):
    """A linear model that doubles its scores in train mode, and notes at each call how it stood.

    A copy notes in the same list, so it is free which object is trained or measured, and by whom.
    """

    calls = []  # noqa: RUF012

    def __init__(self, weight, bias):
        super().__init__()
        self.linear = nn.Linear(weight.shape[1], weight.shape[0])
        self.linear.load_state_dict({"weight": weight, "bias": bias})

    def forward(self, x):
        note = {"rows": x, "weight": self.linear.weight, "bias": self.linear.bias}
        call = {name: tensor.detach().clone() for name, tensor in note.items()}
        call |= {"train": self.training, "places": [place_of(x), place_of(self.linear.weight)]}
        self.calls.append(call)
        scores = self.linear(x)
        return 2 * scores if self.training else scores


class Scripted(nn.Module):
    """Trains on inputs of 1; on inputs of 2 with label 0 its loss follows a script, one number per state of weights.

    `states` are these states: the weights, and a buffer that counts the calls in train mode.
    """

    states = []  # noqa: RUF012

    def __init__(self, losses):
        super().__init__()
        self.linear = nn.Linear(1, 2)
        self.register_buffer("counted", torch.zeros(1))
        self.lead = -torch.tensor(losses).expm1().log()

    def state(self):
        return {"weights": self.linear.bias.detach().clone(), "counted": self.counted.clone()}

    def forward(self, x):
        scores = self.linear(x)
        if self.training:
            self.counted += 1
        if x[0, 0] < 1.5 or (self.training and torch.is_grad_enabled()):
            return scores
        known = [str(state["weights"].tolist()) for state in self.states]
        now = str(self.linear.bias.tolist())
        if now not in known:
            known.append(now)
            self.states.append(self.state())
        lead = self.lead[min(known.index(now), len(self.lead) - 1)]
        return 0 * scores + torch.stack([lead, torch.zeros(())])


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
