"""Recomputes the keys of m2-deep-networks.yaml."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from checks import Ids, holds, only_order, same, seeded
from torch import Tensor, nn


def scheduled(make: Callable[[torch.optim.Optimizer], Any], base: float, steps: int) -> list[float]:
    """The rates of steps 0 to `steps`."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=base)
    scheduler, rates = make(optimizer), []
    for _ in range(steps + 1):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def sc_warmup(base: float, warmup: int, step: int) -> float:
    def share(number: int) -> float:
        return min(1.0, (number + 1) / warmup)

    rates = scheduled(lambda optimizer: torch.optim.lr_scheduler.LambdaLR(optimizer, share), base, warmup)
    assert math.isclose(rates[warmup - 1], base) and np.allclose(np.diff(rates[:warmup]), base / warmup)
    return rates[step]


def sc_cosine(base: float, low: float, warmup: int, total: int, step: int, share: float, line: float) -> float:
    length = total - warmup
    assert abs(line - (1 - (step - warmup) / length)) < 1e-4
    make = torch.optim.lr_scheduler.CosineAnnealingLR
    return scheduled(lambda optimizer: make(optimizer, length, eta_min=low), base, length)[step - warmup]


def sc_step_decay(base: float, gamma: float, step: int) -> float:
    return scheduled(lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 30, gamma), base, step)[step]


def sc_last_step() -> None:
    make = torch.optim.lr_scheduler.CosineAnnealingLR
    rates = scheduled(lambda optimizer: make(optimizer, T_max=20, eta_min=0.1), 1.0, 22)
    assert 0.1 < rates[19] < 0.11 and math.isclose(rates[20], 0.1) and rates[21] > rates[20]


def sc_clamp(text: str) -> None:
    def rate(step: int) -> float:
        progress = eval(f"{text}(1.0, (step - 4) / (20 - 4))", {"step": step})
        return 0.1 + 0.5 * 0.9 * (1 + math.cos(math.pi * progress))

    assert np.allclose([rate(4), rate(12), rate(20), rate(30)], [1.0, 0.55, 0.1, 0.1])


def sc_one_group() -> None:
    body, head = nn.Parameter(torch.ones(1)), nn.Parameter(torch.ones(1))
    optimizer = torch.optim.SGD([{"params": [body]}, {"params": [head]}], lr=0.5)
    optimizer.param_groups[0]["lr"] = 0.1
    body.grad = head.grad = torch.ones(1)
    optimizer.step()
    assert math.isclose(body.item(), 0.9, rel_tol=1e-6) and head.item() == 0.5


def sc_facts(key: Ids = ("order", "batch")) -> None:
    w = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.Adam([w], lr=0.1)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.1)
    used = []
    for _ in range(3):
        w.grad = torch.ones(1)
        before = w.item()
        optimizer.step()
        used.append(round(before - w.item(), 4))
        scheduler.step()
    groups = str(optimizer.state_dict()["param_groups"])
    facts = {
        "order": used[0] == 0.1,
        "batch": used == [0.1, 0.1, 0.01],
        "adam": not math.isclose(used[0], used[1]),
        "saved": "last_epoch" in groups,
    }
    holds(facts, key)


def in_he_conv(c: int, n: int) -> float:
    conv = nn.Conv2d(c, n, kernel_size=3)
    terms = conv.weight[0].numel()
    return math.sqrt(2 / terms)


def in_fading(d: int) -> float:
    # E relu(z)^2 = 1/2 for z ~ N(0, 1), by the trapezoidal rule
    z = np.linspace(0, 10, 10_001)
    half = np.trapezoid(z**2 * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi), z)
    return float(half**d)


def in_recipes() -> None:
    sizes = {}
    for name, std in {"he": math.sqrt(2 / 256), "small": 0.01, "large": 1.0, "zero": 0.0}.items():
        generator = torch.Generator().manual_seed(0)
        h = torch.randn(64, 256, generator=generator)
        for _ in range(20):
            h = torch.relu(h @ torch.randn(256, 256, generator=generator).mul(std))
        sizes[name] = h.double().square().mean().sqrt().item()
    assert 0.3 < sizes["he"] < 3 and 0 < sizes["small"] < 1e-15 and sizes["large"] > 1e15 and sizes["zero"] == 0


def in_all_parameters() -> None:
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8))
    done = []
    try:
        for name, parameter in model.named_parameters():
            nn.init.kaiming_normal_(parameter)
            done.append(name)
    except ValueError:
        assert done == ["0.weight"]
    else:
        raise AssertionError("no error was raised")


def gf_sigmoid_chain(d: int) -> float:
    x = torch.zeros((), dtype=torch.float64, requires_grad=True)
    h = x
    for _ in range(d):
        h = torch.sigmoid(h - h.detach())  # each unit at z = 0, where its slope is largest
    (slope,) = torch.autograd.grad(h, x)
    return slope.item()


def gf_block() -> Ids:
    norm, linear, x = nn.LayerNorm(4), nn.Linear(4, 4), seeded(3, 4)
    lines = {
        "skip": "out = x + h",
        "act": "h = torch.relu(h)",
        "norm": "h = norm(x)",
        "linear": "h = linear(h)",
    }
    return only_order(lines, {"x": x, "norm": norm, "linear": linear}, "out", x + torch.relu(linear(norm(x))))


def gf_dead_branch() -> None:
    linear, x = nn.Linear(4, 4), seeded(4).requires_grad_()
    nn.init.zeros_(linear.weight)
    nn.init.zeros_(linear.bias)
    for activation in (torch.relu, torch.tanh):
        slope = torch.autograd.functional.jacobian(lambda z, act=activation: z + act(linear(z)), x)
        assert torch.equal(slope, torch.eye(4))


def gf_measure() -> None:
    def spoils(measure: Callable[[Tensor, list[nn.Parameter]], object]) -> bool:
        linear = nn.Linear(3, 1)
        weights = list(linear.parameters())
        loss = linear(seeded(5, 3)).square().mean()
        right = torch.autograd.grad(loss, weights, retain_graph=True)
        try:
            measure(loss, weights)
            loss.backward()
        except RuntimeError:
            return True
        return not all(same(p.grad, grad) for p, grad in zip(weights, right, strict=True))

    assert spoils(lambda loss, weights: loss.backward(retain_graph=True))
    assert spoils(lambda loss, weights: torch.autograd.grad(loss, weights))
    assert spoils(lambda loss, weights: torch.autograd.grad(loss.detach(), weights))
    assert not spoils(lambda loss, weights: torch.autograd.grad(loss, weights, retain_graph=True))


def gf_four_nets(key: Ids = ("skip", "norm")) -> None:
    kinds = {"plain": (False, False), "skip": (True, False), "both": (True, True), "norm": (False, True)}
    facts = {}
    for name, (skip, norm) in kinds.items():
        torch.manual_seed(0)
        layers, h = [nn.Linear(32, 32) for _ in range(50)], torch.randn(64, 32)
        for layer in layers:
            branch = torch.relu(layer(nn.functional.layer_norm(h, (32,)) if norm else h))
            h = h + branch if skip else branch
        out = nn.Linear(32, 1)(nn.functional.layer_norm(h, (32,)) if norm else h)
        grads = torch.autograd.grad((out - torch.randn(64, 1)).square().mean(), [layer.weight for layer in layers])
        facts[name] = max(grad.norm().item() for grad in grads) > 1000
    holds(facts, key)
