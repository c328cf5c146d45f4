"""Recomputes the keys of m1-optimizers.yaml."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from checks import Ids, holds, only_order, same
from torch import Tensor, nn


def stepped(optimizer: type[torch.optim.Optimizer], w: float, grads: Sequence[float], **options: float) -> list[float]:
    """Where a weight is after each step with these gradients."""
    weight, points = nn.Parameter(torch.tensor([w], dtype=torch.float64)), []
    chosen = optimizer([weight], **options)
    for grad in grads:
        weight.grad = torch.full_like(weight, grad)
        chosen.step()
        points.append(weight.item())
    return points


def op_two_steps(g: float, mu: float, lr: float) -> float:
    return stepped(torch.optim.SGD, 0.0, [g, g], lr=lr, momentum=mu)[-1]


def op_long_run(g: float, mu: float, lr: float) -> float:
    points = stepped(torch.optim.SGD, 0.0, [g] * 200, lr=lr, momentum=mu)
    return points[-2] - points[-1]


def op_adam_first(w: float, g: float, lr: float) -> float:
    return stepped(torch.optim.Adam, w, [g], lr=lr)[-1]


def op_correction(g: float, beta: float) -> list[float]:
    weight = nn.Parameter(torch.zeros(1, dtype=torch.float64))
    weight.grad = torch.full_like(weight, g)
    optimizer = torch.optim.Adam([weight], lr=0.1, betas=(beta, 0.999))
    optimizer.step()
    average = optimizer.state[weight]["exp_avg"].item()
    return [average, average / (1 - beta)]


def op_tiny_gradient(g: str, share: float) -> float:
    assert math.isclose(float(g) / (float(g) + 1e-8), share)
    return -stepped(torch.optim.Adam, 0.0, [float(g)], lr=0.1, eps=1e-8)[-1]


def op_zero_gradient() -> None:
    first, second = stepped(torch.optim.SGD, 2.0, [1.0, 0.0], lr=0.1, momentum=0.9)
    assert stepped(torch.optim.SGD, 2.0, [0.0], lr=0.1) == [2.0] == stepped(torch.optim.Adam, 2.0, [0.0], lr=0.1)
    assert second < first < 2.0
    assert 0.0 < stepped(torch.optim.AdamW, 2.0, [0.0], lr=0.1, weight_decay=0.1)[0] < 2.0


def op_adam_lines() -> Ids:
    def loss(w: Tensor) -> Tensor:
        return 3 * w**2

    lines = {
        "move": "w = w - step",
        "averages": "m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g ** 2",
        "step": "step = lr * mhat / (vhat.sqrt() + eps)",
        "gradient": "g = torch.autograd.grad(loss(w), w)[0]",
        "corrected": "mhat, vhat = m / (1 - b1 ** t), v / (1 - b2 ** t)",
    }
    w = torch.tensor([2.0], requires_grad=True)
    numbers = {"b1": 0.9, "b2": 0.999, "lr": 0.1, "eps": 1e-8, "t": 2}
    given = {"loss": loss, "w": w, "m": torch.tensor([0.3]), "v": torch.tensor([0.01]), **numbers}
    m, v = 0.9 * 0.3 + 0.1 * 12, 0.999 * 0.01 + 0.001 * 144
    right = 2.0 - 0.1 * (m / (1 - 0.9**2)) / (math.sqrt(v / (1 - 0.999**2)) + 1e-8)
    return only_order(lines, given, "w", torch.tensor([right]))


def op_rmsprop_average(text: str) -> None:
    g = torch.tensor([-2.0, 0.5], dtype=torch.float64)
    v = 0.01 * eval(text, {"g": g, "torch": torch})
    steps = [stepped(torch.optim.RMSprop, 0.0, [one], lr=0.1)[0] for one in g.tolist()]
    assert same(-0.1 * g / (v.sqrt() + 1e-8), torch.tensor(steps, dtype=torch.float64))


def op_scaled_loss() -> None:
    kinds = (torch.optim.SGD, torch.optim.Adam)
    plain, scaled = ([stepped(kind, 0.0, [g], lr=0.1)[0] for kind in kinds] for g in (2.0, 2000.0))
    assert math.isclose(scaled[0], 1000 * plain[0]) and math.isclose(scaled[1], plain[1], rel_tol=1e-6)


def op_shared_state() -> None:
    def step(p: float, g: float, state: dict[str, float] = {}) -> float:  # noqa: B006  the question is about it
        state["v"] = 0.9 * state.get("v", 0.0) + g
        return p - 0.1 * state["v"]

    assert step(0.0, 1.0) == -0.1 and math.isclose(step(0.0, 0.0), -0.09)


def op_ravine() -> None:
    curvature, ends = torch.tensor([1.0, 100.0]), []
    for mu in (0.0, 0.9):
        w = nn.Parameter(torch.tensor([1.0, 1.0]))
        optimizer = torch.optim.SGD([w], lr=0.019, momentum=mu)
        signs = []
        for _ in range(100):
            w.grad = curvature * w.detach()
            signs.append(w.grad[1] > 0)
            optimizer.step()
        ends.append(w.detach().norm())
        assert sum(a != b for a, b in pairwise(signs)) > 20
    assert ends[1] < ends[0] / 5


def op_step_zero() -> None:
    g = torch.tensor([2.0])
    m, v, t = 0.1 * g, 0.001 * g**2, 0
    assert (m / (1 - 0.9**t) / ((v / (1 - 0.999**t)).sqrt() + 1e-8)).isnan().all()


def op_saved_state(key: Ids = ("count", "mean", "square")) -> None:
    weight = nn.Parameter(torch.tensor([3.0]))
    weight.grad = torch.tensor([2.0])
    optimizer = torch.optim.Adam([weight], lr=0.1)
    optimizer.step()
    held = {name: value.item() for name, value in optimizer.state_dict()["state"][0].items()}
    facts = {
        "count": held.pop("step", None) == 1,
        "mean": math.isclose(held.pop("exp_avg", 0.0), 0.2, rel_tol=1e-6),
        "square": math.isclose(held.pop("exp_avg_sq", 0.0), 0.004, rel_tol=1e-6),
    }
    holds({**facts, "gradient": bool(held), "weights": bool(held), "best": bool(held)}, key)


def op_scale_free(key: Ids = ("adam", "rmsprop")) -> None:
    optimizers: dict[str, Callable[[list[nn.Parameter]], torch.optim.Optimizer]] = {
        "sgd": lambda weights: torch.optim.SGD(weights, lr=0.1),
        "momentum": lambda weights: torch.optim.SGD(weights, lr=0.1, momentum=0.9),
        "nesterov": lambda weights: torch.optim.SGD(weights, lr=0.1, momentum=0.9, nesterov=True),
        "rmsprop": lambda weights: torch.optim.RMSprop(weights, lr=0.1),
        "adam": lambda weights: torch.optim.Adam(weights, lr=0.1),
    }
    facts = {}
    for name, make in optimizers.items():
        w = nn.Parameter(torch.zeros(2))
        w.grad = torch.tensor([1.0, 100.0])
        make([w]).step()
        facts[name] = math.isclose(w[0].item(), w[1].item(), rel_tol=1e-4)
    holds(facts, key)
