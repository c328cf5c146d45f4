"""Recomputes the keys of l2-gradients.yaml."""

import math
from collections.abc import Callable
from itertools import combinations

import numpy as np
import torch
from checks import Ids, holds, only_order, same, seeded
from torch import Tensor, nn


def gd_one_step(a: float, b: float, lr: float) -> float:
    w = torch.zeros((), dtype=torch.float64, requires_grad=True)
    x, y = torch.tensor([1.0, 2.0]), torch.tensor([a, b], dtype=torch.float64)
    ((w * x - y) ** 2).mean().backward()
    assert w.grad is not None
    return -lr * w.grad.item()


def gd_loop_order() -> Ids:
    X, y = seeded(6, 2), seeded(6)
    lines = {
        "update": "w, b = w - lr * gw, b - lr * gb",
        "grads": "gw, gb = 2 * X.T @ error / len(y), 2 * error.mean()",
        "error": "error = pred - y",
        "pred": "pred = X @ w + b",
    }
    w = torch.zeros(2, requires_grad=True)
    (slope,) = torch.autograd.grad(nn.functional.mse_loss(X @ w, y), w)
    given = {"X": X, "y": y, "w": torch.zeros(2), "b": torch.zeros(()), "lr": 0.1}
    return only_order(lines, given, "w", -0.1 * slope)


def bg_updates(n: int, size: int) -> int:
    return sum(len(range(0, n, size)) for _ in range(10))


def bg_noise(v: float, f: int) -> float:
    # a mean of B draws of +-s has variance s^2 / B; the draws are counted by the binomial distribution
    spread = math.sqrt(4 * v)
    draws = 4 * f
    chances = [math.comb(draws, ups) / 2**draws for ups in range(draws + 1)]
    means = [spread * (2 * ups - draws) / draws for ups in range(draws + 1)]
    return sum(chance * mean**2 for chance, mean in zip(chances, means, strict=True))


def bg_small_batches(key: Ids = ("unbiased", "worse")) -> None:
    slopes = np.array([3.0, 2.0, -1.0])  # of one weight, for three samples
    batches = {size: [np.mean(batch) for batch in combinations(slopes, size)] for size in (1, 2)}
    full = slopes.mean()
    facts = {
        "downhill": all(one > 0 for one in batches[1]),
        "unbiased": all(math.isclose(np.mean(means), full) for means in batches.values()),
        "small": abs(np.mean(batches[1])) < 0.9 * abs(full),
        "worse": any(one * full < 0 for one in batches[1]),
    }
    holds(facts, key)


def ls_grid_shape(key: str = "(3, 5): row j belongs to `ys[j]`") -> None:
    xs, ys = torch.arange(5.0), torch.arange(3.0)
    shape = tuple(torch.meshgrid(xs, ys, indexing="xy")[0].shape)
    assert f"{shape}: row j belongs to `ys[j]`" == key


def ls_alias() -> None:
    p = torch.tensor([1.0, 2.0])
    path = [p]
    for _ in range(10):
        p -= 0.1 * p
        path.append(p)
    assert len(path) == 11 and all(torch.equal(point, p) for point in torch.stack(path))


def ls_zigzag(x: float, lr: float) -> float:
    for _ in range(3):
        x -= lr * 10 * x
    return x


def gc_central(x: float, h: float) -> float:
    return ((x + h) ** 3 - (x - h) ** 3) / (2 * h)


def gc_denominator(text: str) -> None:
    names = {"f": lambda x: x**3, "x": 2.0, "eps": 1e-4}
    assert math.isclose(eval(f"(f(x + eps) - f(x - eps)) / {text}", names), 12.0, rel_tol=1e-6)


def gc_tiny_eps() -> None:
    def error(eps: float) -> float:
        return abs((math.sin(1 + eps) - math.sin(1 - eps)) / (2 * eps) - math.cos(1))

    assert error(1e-5) < 1e-10 and 1e-6 < error(1e-12) < 1e-3


def ac_slopes() -> None:
    def slope(activation: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
        z = z.clone().requires_grad_()
        (found,) = torch.autograd.grad(activation(z).sum(), z)
        return found

    z = torch.linspace(-5, 5, 1001)
    assert math.isclose(slope(torch.sigmoid, z).max().item(), 0.25) and math.isclose(slope(torch.tanh, z).max(), 1.0)
    assert slope(torch.relu, torch.tensor([-3.0, 3.0])).tolist() == [0.0, 1.0]


def ac_slope_from_value(s: float) -> float:
    z = torch.tensor(math.log(s / (1 - s)), dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.sigmoid(z), z)
    return slope.item()


def ac_overflow() -> None:
    z = torch.tensor([1000.0])
    assert (z.exp() / (1 + z.exp())).isnan().all() and torch.sigmoid(z).item() == 1.0


def nn_equal_start() -> None:
    net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    for parameter in net.parameters():
        nn.init.constant_(parameter, 0.5 if parameter.ndim == 2 else 0.0)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(20):
        optimizer.zero_grad()
        ((net(seeded(16, 2)) - seeded(16, 1)) ** 2).mean().backward()
        optimizer.step()
    weight = net[0].weight
    assert same(weight, weight[:1].expand(8, 2)) and not same(weight, torch.full((8, 2), 0.5), atol=1e-3)


def nn_straight_line() -> float:
    inputs = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], dtype=torch.float64)
    target = (inputs[:, 0] != inputs[:, 1]).double()
    both = nn.Sequential(nn.Linear(2, 8), nn.Linear(8, 1)).double()
    nothing, one = both(torch.zeros(1, 2, dtype=torch.float64)), both(inputs)
    slopes = both(torch.eye(2, dtype=torch.float64)) - nothing
    assert same(one, inputs @ slopes + nothing)  # linear, so that least squares has the last word
    columns = torch.cat([inputs, torch.ones(4, 1, dtype=torch.float64)], 1)
    return float((columns @ torch.linalg.lstsq(columns, target).solution - target).square().mean())


def mb_two_permutations() -> None:
    torch.manual_seed(0)
    kept = [(torch.randperm(1000) == torch.randperm(1000)).sum().item() for _ in range(200)]
    assert 0.5 < np.mean(kept) < 1.5 and max(kept) < 10


def mb_orders(key: Ids = ("each-epoch", "generator")) -> None:
    torch.manual_seed(0)
    g, fixed, n = torch.Generator().manual_seed(0), torch.randperm(50), 50
    ways: dict[str, Callable[[], Tensor]] = {
        "each-epoch": lambda: torch.randperm(n),
        "integers": lambda: torch.randint(n, (n,)),
        "generator": lambda: torch.randperm(n, generator=g),
        "once": lambda: fixed,
        "seeded": lambda: torch.randperm(n, generator=torch.Generator().manual_seed(0)),
    }
    facts = {}
    for name, order in ways.items():
        first, second = order(), order()
        facts[name] = len(first.unique()) == n and not torch.equal(first, second)
    holds(facts, key)


def pn_value(a: float, b: float, c: float, lam: float) -> float:
    tensors = [torch.tensor([a, b], dtype=torch.float64), torch.tensor([c], dtype=torch.float64)]
    return sum(lam / 2 * tensor.square().sum().item() for tensor in tensors)


def pn_adam_first(w: float, g: float, lr: float, lam: float) -> list[float]:
    ends = []
    for kind in (torch.optim.Adam, torch.optim.AdamW):
        weight = nn.Parameter(torch.tensor([float(w)], dtype=torch.float64))
        weight.grad = torch.full_like(weight, g)
        kind([weight], lr=lr, weight_decay=lam).step()
        ends.append(weight.item())
    return ends
