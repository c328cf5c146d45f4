"""Recomputes the keys of m9-transfer.yaml."""

import copy
import math

import torch
from checks import seeded
from torch import Tensor, nn


def tl_head_parameters(f: int, k: int) -> int:
    return sum(weight.numel() for weight in nn.Linear(f, k).parameters())


def tl_frozen_statistics() -> None:
    body, head = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3)), nn.Linear(3, 2)
    body.requires_grad_(False)
    before = copy.deepcopy(body.state_dict())
    optimizer = torch.optim.SGD([*body.parameters(), *head.parameters()], lr=0.1, weight_decay=0.1)
    head(body(seeded(8, 3))).square().mean().backward()
    optimizer.step()
    moved = {name for name, value in body.state_dict().items() if not torch.equal(value, before[name])}
    assert moved == {"1.running_mean", "1.running_var", "1.num_batches_tracked"}


def tl_train_override(text: str) -> None:
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.head, self.depth = nn.Dropout(), nn.Dropout(), 0

        def train(self, mode: bool = True) -> "Model":
            self.depth += 1
            assert self.depth < 5, "train calls itself"
            super().train(mode)
            eval(text, {"self": self, "mode": mode})
            return self

    model = Model().train()
    assert not model.body.training and model.head.training


def tl_order() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    old = copy.deepcopy(model.state_dict())
    model.requires_grad_(False)
    model[-1] = nn.Linear(model[-1].in_features, 5)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    assert [tuple(parameter.shape) for parameter in trained] == [(5, 4), (5,)]
    try:
        model.load_state_dict(old)
    except RuntimeError:
        return
    raise AssertionError("the old head fits")


def nt_xent(first: Tensor, second: Tensor, tau: float) -> float:
    z = nn.functional.normalize(torch.cat([first, second]), dim=1)
    scores = (z @ z.T / tau).fill_diagonal_(-math.inf)
    return nn.functional.cross_entropy(scores, torch.arange(len(z)).roll(len(first))).item()


def cl_collapse(n: int) -> float:
    return nt_xent(torch.ones(n, 4), torch.ones(n, 4), 0.5)


def cl_negatives(n: int) -> int:
    mask = ~torch.eye(2 * n, dtype=torch.bool)
    mask[torch.arange(2 * n), torch.arange(2 * n).roll(n)] = False
    return int(mask[0].sum())


def cl_perfect() -> None:
    z = torch.eye(4)
    losses = [nt_xent(z, z, tau) for tau in (1.0, 0.5, 0.1, 0.01)]
    assert losses == sorted(losses, reverse=True) and math.isclose(losses[1], 0.59444, abs_tol=1e-4)
    assert 0 <= losses[-1] < 1e-6


def cl_length() -> None:
    z = seeded(8, 3)
    assert math.isclose(nt_xent(z[:4], z[4:], 0.5), nt_xent(10 * z[:4], 10 * z[4:], 0.5), rel_tol=1e-5)
