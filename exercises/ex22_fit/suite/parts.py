"""Models and loaders of the scenarios: they run beside the learner's code and only report."""

import torch
from places import place_of
from torch import nn


class Watched(nn.Module):
    """A linear model that doubles its scores in train mode, and notes at each call how it stood.

    A copy notes in the same list, so it is free which object is trained or measured, and by whom.
    Two of its layers are never called: only their modes are looked at.
    """

    calls = []  # noqa: RUF012

    def __init__(self, weight, bias):
        super().__init__()
        self.linear = nn.Linear(weight.shape[1], weight.shape[0])
        self.linear.load_state_dict({"weight": weight, "bias": bias})
        self.idle = nn.ModuleList([nn.Dropout(), nn.BatchNorm1d(2, affine=False)])

    def forward(self, x):
        note = {"rows": x, "weight": self.linear.weight, "bias": self.linear.bias}
        call = {name: tensor.detach().clone() for name, tensor in note.items()}
        scores = self.linear(x)
        call |= {"train": self.training, "layers": sorted({layer.training for layer in self.modules()})}
        call |= {"graph": scores.requires_grad, "places": [place_of(x), place_of(self.linear.weight)]}
        self.calls.append(call)
        return 2 * scores if self.training else scores


class Embedded(nn.Module):
    """Scores of token ids in any arrangement; notes in which form they come."""

    forms = []  # noqa: RUF012

    def __init__(self, tokens, classes):
        super().__init__()
        self.table = nn.Embedding(tokens, classes)

    def forward(self, x):
        self.forms.append([str(x.dtype), list(x.shape[1:])])
        return self.table(x.long()).flatten(1, -2).mean(1)


class Scripted(nn.Module):
    """Trains on inputs of 1; on inputs of 2 with label 0 its loss follows a script, one number per state of weights.

    `states` are these states: the scores of an input of 1, and two buffers that count the calls in train mode.
    """

    states = []  # noqa: RUF012

    def __init__(self, losses):
        super().__init__()
        self.linear = nn.Linear(1, 2)
        nn.init.zeros_(self.linear.weight)
        self.register_buffer("counted", torch.zeros(1))
        self.register_buffer("counted_whole", torch.zeros(1, dtype=torch.int64))
        self.lead = -torch.tensor(losses, dtype=torch.float64).expm1().log().float()

    def state(self):
        counted = self.counted.clone(), self.counted_whole.clone()
        return {"scores": self.at_one().clone(), "counted": counted}

    def at_one(self):
        """The scores of an input of 1, in which every weight has its share."""
        return (self.linear.weight[:, 0] + self.linear.bias).detach()

    def forward(self, x):
        scores = self.linear(x)
        if self.training:
            self.counted += 1
            self.counted_whole += 1
        if x[0, 0] < 1.5 or (self.training and torch.is_grad_enabled()):
            return scores
        known = [str(state["scores"].tolist()) for state in self.states]
        now = str(self.at_one().tolist())
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
