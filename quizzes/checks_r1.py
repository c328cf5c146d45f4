"""Recomputes the keys of r1-early-stopping.yaml."""

import copy
import functools
import json
import math

import numpy as np
import torch
from checks import Ids, holds, replay
from torch import nn


def es_stop_epoch(losses: str, best: int, low: str, dip: str, up: str, stop: int) -> int | None:
    curve = json.loads(losses)
    end, found = replay(curve, patience=3)
    assert found == best and curve[best] == float(low) and min(curve[best + 1 :]) < float(low)
    assert (curve[best + 1], curve[best + 2]) == (float(up), float(dip)) and float(dip) < float(up)
    return end


def es_stop_and_restore() -> tuple[int | None, int | None]:
    losses = [2.5, 1.8, 1.2, 0.9, 0.7, 0.6, 0.5, 0.42, 0.38, 0.39, 0.41, 0.44]
    return replay(losses, patience=3, min_delta=0.001)


def es_min_delta_crawl(key: str = "Training stops after epoch 3") -> None:
    stop, _ = replay([0.50, 0.4999, 0.4998, 0.4997, 0.4996], patience=3, min_delta=0.001)
    assert f"Training stops after epoch {stop}" == key


def es_min_delta_reset(key: str = "No: 0.489 and 0.478 reset the counter") -> None:
    losses = [0.500, 0.495, 0.489, 0.484, 0.478]
    assert replay(losses, patience=2, min_delta=0.01)[0] is None
    resets = [losses[end] for end in range(1, 5) if replay(losses[: end + 1], 9, min_delta=0.01)[1] == end]
    assert f"No: {resets[0]} and {resets[1]} reset the counter" == key and len(resets) == 2


def es_nan_loss() -> None:
    assert replay([1.0, math.nan, math.nan], patience=2) == (2, 0)


def es_two_dips() -> tuple[int | None, int | None]:
    return replay([1.0, 0.9, 0.95, 0.94, 0.85, 0.9, 0.88, 0.87, 0.86], patience=4)


def es_impatient(key: str = "It stops after epoch 2 and never sees 0.40") -> None:
    losses = [0.6, 0.5, 0.52, 0.51, 0.40, 0.45]
    stop, _ = replay(losses, patience=1)
    assert stop is not None and f"It stops after epoch {stop} and never sees {min(losses[stop:]):.2f}" == key


def es_state_dict_alias() -> None:
    model = nn.Linear(2, 2)
    kept = model.state_dict()
    with torch.no_grad():
        model.weight.add_(1.0)
    last = model.weight.clone()
    model.load_state_dict(kept)
    assert torch.equal(model.weight, last)


def es_parameters_only() -> None:
    norm = nn.BatchNorm1d(2)
    lost = set(norm.state_dict()) - {name for name, _ in norm.named_parameters()}
    assert {"running_mean", "running_var"} <= lost and not {"weight", "bias"} & lost


def es_tie(key: str = "After epoch 2: a tie is not below the best") -> None:
    stop, _ = replay([0.5, 0.5, 0.5], patience=2)
    assert f"After epoch {stop}: a tie is not below the best" == key


def es_snapshots(key: Ids = ("clone", "deepcopy")) -> None:
    model = nn.Linear(2, 2)
    before = model.weight.detach().clone()
    kept = {
        "clone": {name: tensor.clone() for name, tensor in model.state_dict().items()},
        "deepcopy": copy.deepcopy(model.state_dict()),
        "plain": model.state_dict(),
        "shallow": dict(model.state_dict()),
        "detach": {name: tensor.detach() for name, tensor in model.state_dict().items()},
    }
    with torch.no_grad():
        model.weight.add_(1.0)
    holds({name: torch.equal(state["weight"], before) for name, state in kept.items()}, key)


def es_counting_epochs(key: Ids = ("ran12", "after3")) -> None:
    falling = [float(value) for value in range(20, 11, -1)]
    losses = [*falling, 13.0, 13.0, 13.0]
    stop, best = replay(losses, patience=3)
    assert (stop, best) == (11, 8)
    facts = {
        "ran12": len(losses[: stop + 1]) == 12,
        "after3": stop - best == 3,
        "ran11": len(losses[: stop + 1]) == 11,
        "acc11": best == stop,
        "better": replay([*losses, 13.0], patience=4)[1] != best,
    }
    holds(facts, key)


def es_more_patience(key: Ids = ("not-earlier", "not-worse")) -> None:
    curves = np.random.default_rng(0).random((200, 12)).tolist()
    pairs = []
    for losses in curves:
        (stop, best), (later, found) = replay(losses, patience=2), replay(losses, patience=3)
        end, last = (11 if stop is None else stop), (11 if later is None else later)
        change = losses[found] - losses[best]
        pairs.append((end <= last, change <= 0, change < 0, last - found < end - best))
    certain = [all(column) for column in zip(*pairs, strict=True)]
    names = ("not-earlier", "not-worse", "lower", "less-waste")
    holds({**dict(zip(names, certain, strict=True)), "new-path": False}, key)


def es_callback_defaults(losses: str, best: int, stop: int, low: int) -> list[int | None]:
    curve = json.loads(losses)
    end, found = replay(curve, patience=1)
    assert (end, found) == (stop, best) and curve[low] == min(curve)
    return [end, end]


def es_both_directions(text: str) -> None:
    def improved(mode: str, value: float, best: float) -> bool:
        names = {"sign": 1 if mode == "min" else -1, "value": value, "best": best, "min_delta": 0.01}
        return bool(eval(f"sign * value < {text} - min_delta", names))

    assert improved("min", 0.4, 0.5) and not improved("min", 0.6, 0.5)
    assert improved("max", 0.6, 0.5) and not improved("max", 0.4, 0.5)


def es_rare_checks(v: int, p: int, b: int) -> int | None:
    epoch, misses = b, 0
    while misses < p:
        epoch += 1
        misses += epoch % v == 0
    return epoch


@functools.cache
def random_fit(points: int, width: int, ridge: float = 0.0) -> tuple[float, float, float]:
    """Training error, test error and size of the smallest least-squares fit on random ReLU features, means of 8."""
    draw = torch.Generator().manual_seed(0)
    shapes = (8, 5, width), (8, points, 5), (8, points, 1), (8, 100, 5)
    weights, x, noise, x_test = (torch.randn(shape, generator=draw, dtype=torch.float64) for shape in shapes)
    train, test, y = torch.relu(x @ weights), torch.relu(x_test @ weights), x[..., :1] + noise
    if ridge:
        solution = torch.linalg.solve(train.mT @ train + ridge * torch.eye(width, dtype=train.dtype), train.mT @ y)
    else:
        solution = torch.linalg.pinv(train) @ y
    train_error, test_error = (
        (train @ solution - y).square().mean(),
        (test @ solution - x_test[..., :1]).square().mean(),
    )
    return train_error.item(), test_error.item(), solution.square().sum().item() / 8


def dd_peak_width(n: int) -> int:
    return max((5, n // 2, n, 2 * n, 200), key=lambda width: random_fit(n, width)[1])


def dd_falls_again(key: str = "More exact fits exist, smaller ones among them") -> None:
    peak, wide = random_fit(20, 20), random_fit(20, 160)
    assert max(peak[0], wide[0]) < 1e-6 and wide[1] < peak[1]
    assert key == f"More exact fits exist, {'smaller' if wide[2] < peak[2] else 'larger'} ones among them"


def dd_facts(key: Ids = ("ridge", "more-data")) -> None:
    small, peak, wide = (random_fit(20, width) for width in (5, 20, 160))
    facts = {
        "ridge": random_fit(20, 20, ridge=5.0)[1] < peak[1] / 4,
        "more-data": random_fit(30, 30)[1] > random_fit(15, 30)[1],
        "rises": wide[1] > peak[1],
        "worst-fit": peak[0] > small[0],
        "depth": False,  # random_fit has neither layers nor epochs
    }
    holds(facts, key)
