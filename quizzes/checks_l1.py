"""Recomputes the keys of l1-loop-basics.yaml."""

import torch
from checks import Ids, descended, holds, moved, only_order, same, seeded
from torch import nn


def lp_accumulation(n: int, g: float) -> float:
    param = torch.tensor(1.0, requires_grad=True)
    for _ in range(n):
        (g * param).backward()
    assert param.grad is not None
    return param.grad.item()


def lp_mean_of_means(low: float, high: float) -> list[float]:
    batches = [torch.full((256,), float(low)), torch.full((64,), float(high))]
    return [sum(batch.mean().item() for batch in batches) / 2, torch.cat(batches).mean().item()]


def lp_last_batch(n: int, b: int) -> list[int]:
    sizes = [len(batch) for batch in torch.arange(n).split(b)]
    return [len(sizes), sizes[-1]]


def lp_item() -> None:
    loss = (2 * torch.tensor(1.0, requires_grad=True)) ** 2
    assert type(loss.item()) is float and loss.requires_grad


def lp_order() -> None:
    assert moved("zero_grad backward step zero_grad backward step") == round(1 - 0.8**2, 6)
    assert moved("step backward zero_grad") == moved("backward zero_grad step") == 0


def lp_parameter_count() -> list[int]:
    plain, norm = [nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10)], nn.BatchNorm1d(128)
    return [sum(p.numel() for p in nn.Sequential(*layers).parameters()) for layers in (plain, [*plain, norm])]


def lp_validation_number(key: Ids = ("eval", "weigh")) -> None:
    x, y = seeded(528, 3), seeded(528, 3) * 2 + 1
    batches = list(zip(x.split(256), y.split(256), strict=True))

    def report(evaluate: bool = False, weigh: bool = False, record: bool = True, item: bool = False) -> float:
        norm = nn.BatchNorm1d(3).train(not evaluate)
        with torch.set_grad_enabled(record):
            losses = [nn.functional.mse_loss(norm(xb), yb) for xb, yb in batches]
        numbers = [loss.item() if item else loss.detach() for loss in losses]
        weights = [len(xb) if weigh else 1 for xb, _ in batches]
        return float(sum(w * number for w, number in zip(weights, numbers, strict=True)) / sum(weights))

    seen = {"eval": report(evaluate=True), "weigh": report(weigh=True), "no-grad": report(record=False)}
    seen |= {"item": report(item=True), "zero": report()}
    holds({name: abs(value - report()) > 1e-4 for name, value in seen.items()}, key)


def lp_silent_broadcast(key: Ids = ("square", "silent")) -> None:
    pred, y = seeded(8, 1), torch.arange(8.0)
    difference = pred - y
    facts = {
        "square": difference.numel() == 64,
        "silent": not same((difference**2).mean(), ((pred[:, 0] - y) ** 2).mean()),
        "rows": difference.shape[0] == difference.numel(),
    }
    holds({**facts, "raises": False}, key)


def lp_nothing_moves(key: Ids = ("cleared", "too-early")) -> None:
    orders = {
        "cleared": "backward zero_grad step",
        "too-early": "step backward",
        "before": "zero_grad backward step",
        "twice": "backward backward step",
    }
    holds({name: moved(order) == 0 for name, order in orders.items()}, key)


def lp_rate_limit(key: Ids = ("r21", "r30")) -> None:
    rates = {"r11": 0.11, "r19": 0.19, "r21": 0.21, "r30": 0.30}
    holds({name: abs(descended(10.0, lr, 200) - 1.0) > 1.0 for name, lr in rates.items()}, key)


def lp_epoch_order() -> Ids:
    """The mode is 1 in training and 0 in evaluation; what was learned counts only if it was learned in training."""
    lines = {
        "train": "mode = 1.0",
        "steps": "learned = mode",
        "eval": "mode = 0.0",
        "measure": "val_loss = learned - mode",
        "stop": "done = val_loss * 1",
    }
    return only_order(lines, {"mode": 0.0}, "done", torch.tensor(1.0))


def lp_what_changes() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    weight = model[0].weight
    first = weight.detach().clone()
    model.eval()
    for _ in range(2):
        model(torch.ones(1, 2)).sum().backward()
    assert weight.grad is not None and same(weight.grad, torch.full((2, 2), 2.0)) and torch.equal(weight, first)
    optimizer.step()
    assert not torch.equal(weight, first)
    last = weight.detach().clone()
    optimizer.zero_grad()
    assert weight.grad is None and torch.equal(weight, last)
    with torch.no_grad():
        assert not model(torch.ones(1, 2)).requires_grad
    assert not model[1].training


def lp_accuracy_error(n: int, a: float) -> float:
    answers = torch.zeros(n, dtype=torch.float64)
    answers[: round(a * n)] = 1
    return 100 * answers.std(correction=0).item() / n**0.5
