"""Five cheap checks for a training step, a check for leaks, and the loop they repaired."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Step = Callable[[nn.Module, Tensor, Tensor], float]


def initial_loss(model: nn.Module, x: Tensor, y: Tensor) -> float:
    if len(x) == 0:
        raise ValueError("no samples: there is no loss to measure")
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        loss = F.cross_entropy(model(x), y)
    for module, training in modes:
        module.training = training
    return loss.item()


def checklist(
    make_model: Callable[[], nn.Module],
    make_step: Callable[[], Step],
    x: Tensor,
    y: Tensor,
    num_classes: int,
    steps: int = 150,
) -> dict[str, bool]:
    if len(x) == 0 or num_classes < 2 or steps < 1:
        raise ValueError(f"cannot check {len(x)} samples of {num_classes} classes in {steps} steps")

    def fresh() -> tuple[nn.Module, Step]:
        torch.manual_seed(0)
        return make_model(), make_step()

    chance = math.log(num_classes)
    model, _ = fresh()
    passed = {"initial": abs(initial_loss(model, x, y) - chance) < 0.5 * chance}

    model, step = fresh()
    before = [p.detach().clone() for p in model.parameters()]
    loss = step(model, x, y)
    passed["no_leak"] = not (isinstance(loss, Tensor) and loss.requires_grad)
    passed["all_move"] = all(not torch.equal(p, old) for p, old in zip(model.parameters(), before, strict=True))

    twin, twin_step = fresh()
    for p in twin.parameters():
        p.grad = torch.full_like(p, 1000.0)
    twin_step(twin, x, y)
    pairs = zip(model.parameters(), twin.parameters(), strict=True)
    passed["own_grad"] = all(torch.allclose(p, q) for p, q in pairs)

    model, step = fresh()
    for _ in range(steps):
        loss = step(model, x, y)
    passed["overfits"] = bool(0 <= loss < 0.05)  # a sign error falls far below 0, and NaN fails both
    return passed


def shuffled_labels(
    fit: Callable[[Tensor, Tensor], nn.Module], x: Tensor, y: Tensor, x_val: Tensor, y_val: Tensor
) -> tuple[float, float]:
    if len(x) == 0 or len(x_val) == 0:
        raise ValueError("no samples to train on, or none to validate with")

    def accuracy(model: nn.Module) -> float:
        model.eval()
        with torch.no_grad():
            return (model(x_val).argmax(dim=1) == y_val).float().mean().item()

    shuffled = y[torch.randperm(len(y))]
    return accuracy(fit(x, y)), accuracy(fit(x, shuffled))


def train(
    model: nn.Module, X: Tensor, y: Tensor, *, epochs: int, lr: float, batch_size: int, seed: int = 0
) -> list[float]:
    if len(X) == 0:
        raise ValueError("no samples to train on")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    generator = torch.Generator().manual_seed(seed)
    history = []
    for _ in range(epochs):
        model.train()  # in every epoch: whoever measures in between leaves eval mode on
        order = torch.randperm(len(X), generator=generator)  # one order for both, or the pairs are torn apart
        total = 0.0
        for chosen in order.split(batch_size):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[chosen]), y[chosen])  # of logits: it has its own softmax
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)  # a number without a graph, weighted by its samples
        history.append(total / len(X))
    return history
