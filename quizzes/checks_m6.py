"""Recomputes the keys of m6-debugging.yaml."""

import math

import torch
from checks import Ids, holds, seeded
from torch import nn


def db_first_loss(k: int) -> float:
    return nn.functional.cross_entropy(torch.zeros(1, k), torch.tensor([0])).item()


def db_softmax_floor(k: int) -> float:
    perfect = nn.functional.one_hot(torch.tensor([0]), k).float()
    return nn.functional.cross_entropy(perfect, torch.tensor([0])).item()


def db_grad_norm(a: int, b: int) -> float:
    parameters = [nn.Parameter(torch.zeros(4)) for _ in range(3)]
    for parameter, norm in zip(parameters, (a, b), strict=False):
        parameter.grad = torch.full((4,), norm / 2)
    return nn.utils.clip_grad_norm_(parameters, 1.0).item()


def db_uncorrected_average(beta: float, v: int) -> float:
    mean = 0.0
    for value in (v, v):
        mean = beta * mean + (1 - beta) * value
    return mean


def one_batch(bug: str, steps: int = 100) -> tuple[float, nn.Module]:
    """The last loss of a loop with one bug that sees the same batch at each step, and its model."""
    torch.manual_seed(0)
    model, other = (nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 4)) for _ in range(2))
    x, y = seeded(16, 8), torch.arange(16) % 4
    optimizer = torch.optim.Adam((other if bug == "other" else model).parameters(), lr=0.004)
    for _ in range(steps):
        if bug != "old":
            optimizer.zero_grad()
        scores = model(x).softmax(1) if bug == "softmax" else model(x)
        loss = nn.functional.cross_entropy(scores, y[torch.randperm(16)] if bug == "shuffled" else y)
        loss.backward()
        optimizer.step()
    return loss.item(), model


def db_missed_by_one_batch() -> None:
    assert one_batch("old")[0] < 0.1


def db_found_by_one_batch(key: Ids = ("other", "shuffled", "softmax")) -> None:
    facts = {bug: one_batch(bug)[0] > 0.3 for bug in ("other", "shuffled", "softmax", "old")}
    holds(facts, key)


def db_twin_order() -> None:
    for clears in (True, False):
        models = [nn.Linear(2, 1) for _ in range(2)]
        models[1].load_state_dict(models[0].state_dict())
        for parameter in models[1].parameters():
            parameter.grad = torch.full_like(parameter, 1000.0)
        for model in models:
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            if clears:
                optimizer.zero_grad()
            model(seeded(4, 2)).square().mean().backward()
            optimizer.step()
        assert all(map(torch.equal, *(model.parameters() for model in models))) == clears


def db_diagnoses() -> None:
    assert min(0.9, 0.5) * 2 < sorted([0.9, 1.6, 3.1])[1] and sorted([0.7, 0.5, 0.4])[1] < 2 * 0.4
    assert abs(math.log(10) - 2.30) < 0.01
    rises, flat = [2.1, 1.3, 1.0, 1.2, 1.5], [2.1, 1.5, 1.3, 1.2, 1.2]
    assert rises[-1] > 1.1 * min(rises) and flat[-1] == min(flat)


def db_epoch_loss(text: str) -> None:
    model, x, y = nn.Linear(3, 2), seeded(10, 3), torch.arange(10) % 2
    total = 0.0
    for xb, yb in zip(x.split(4), y.split(4), strict=True):
        total += eval(text, {"loss": nn.functional.cross_entropy(model(xb), yb), "xb": xb, "yb": yb})
    assert isinstance(total, float)
    assert math.isclose(total / 10, nn.functional.cross_entropy(model(x), y).item(), rel_tol=1e-5)


def db_two_orders() -> None:
    torch.manual_seed(0)
    x = torch.arange(100)
    order = torch.randperm(100)
    assert torch.equal(x[order], x.clone()[order])
    assert (x[torch.randperm(100)] == x[torch.randperm(100)]).sum() < 10
