"""Recomputes the keys of m7-state.yaml."""

import json
import os
import tempfile
from pathlib import Path

import numpy as np
import torch
from checks import Ids, holds, same, seeded
from torch import nn


def resumed(*kept: str) -> bool:
    """Does a run that goes on with these parts of its state end where an uninterrupted one does?"""
    x, ends = seeded(8, 4), []
    for interrupted in (False, True):
        torch.manual_seed(0)
        net = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(0.5))
        optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
        scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
        for step in range(6):
            if interrupted and step == 3:
                start = net.state_dict()
                state, rate, random = optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state()
                torch.manual_seed(1)
                net = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(0.5))
                if "model" in kept:
                    net.load_state_dict(start)
                optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
                scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
                if "optimizer" in kept:
                    optimizer.load_state_dict(state)
                if "scheduler" in kept:
                    scheduler.load_state_dict(rate)
                if "random" in kept:
                    torch.set_rng_state(random)
            optimizer.zero_grad()
            (net(x) - 1).square().mean().backward()
            optimizer.step()
            scheduler.step()
        ends.append(net(x))
    return torch.equal(*ends)


def st_what_to_save(key: Ids = ("model", "optimizer", "random")) -> None:
    needed = ("model", "optimizer", "random")
    assert resumed("scheduler", *needed)
    facts: dict[str, object] = dict.fromkeys(("grads", "losses", "data"), False)
    facts |= {part: not resumed("scheduler", *(other for other in needed if other != part)) for part in needed}
    holds(facts, key)


def st_remaining(n: int, b: int, done: int) -> int:
    epoch = len(torch.arange(n).split(b))
    return epoch - done % epoch


def st_loader_generator() -> None:
    generator = torch.Generator().manual_seed(0)
    torch.randperm(9, generator=generator)
    before = generator.get_state()
    order = torch.randperm(9, generator=generator)
    for state, right in ((before, True), (generator.get_state(), False)):
        again = torch.randperm(9, generator=torch.Generator().set_state(state.clone()))
        assert torch.equal(order, again) == right


def st_safe_save() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.pt"
        for step in (1, 2):
            temporary = path.with_suffix(".tmp")
            torch.save({"step": step}, temporary)
            os.replace(temporary, path)
        assert torch.load(path, weights_only=True) == {"step": 2} and not temporary.exists()


def st_average_ema(beta: float, a: int, b: int) -> float:
    average = float(a)
    average += (1 - beta) * (b - average)
    return average


def st_average_swa(values: str, mean: int, so_far: int, last: int) -> float:
    weights = json.loads(f"[{values}]")
    assert np.mean(weights[:3]) == so_far and weights[3] == last and np.mean(weights) == mean
    return float(np.mean(weights))


def st_average_copy(text: str) -> None:
    w = nn.Parameter(torch.ones(2))
    average = eval(f"p.detach(){text}", {"p": w})
    with torch.no_grad():
        w.add_(1.0)
    assert torch.equal(average, torch.ones(2))


def st_ece(n: int, c: float, a: float) -> float:
    bins = [(n, c, a), (2 * n, 0.6, 0.7)]
    return sum(size * abs(right - sure) for size, sure, right in bins) / sum(size for size, _, _ in bins)


def st_temperature(key: Ids = ("modest", "accuracy")) -> None:
    scores = seeded(20, 4)
    plain, cooled = scores.softmax(1), (scores / 2).softmax(1)
    facts = {
        "modest": bool((cooled.amax(1) < plain.amax(1)).all()),
        "accuracy": torch.equal(cooled.argmax(1), plain.argmax(1)),
        "sharper": bool((cooled.amax(1) > plain.amax(1)).any()),
        "half": same(cooled, plain / 2),
        "calibrated": False,
    }
    holds(facts, key)


def st_symptoms() -> None:
    everything = ("model", "optimizer", "scheduler", "random")
    assert resumed(*everything)
    for missing in everything:
        assert not resumed(*(part for part in everything if part != missing)), missing
