"""What recomputes the keys of the quizzes in this folder; `check: name` of a question names a function.

Those of one quiz stand in a checks_*.py of its own and may import what this file defines.

Each function runs in well under half a second and raises AssertionError where a key is wrong. That of a numeric
question returns the key; where the question has `parameters`, it is called with the values of each draw. The others
take no arguments: where the key can be computed as it is printed, `key` holds it (the text of the correct choice of a
single question, or the ids of the correct choices of a multiple one), else they assert the facts that the key states.
"""

import math
from collections.abc import Callable, Sequence
from itertools import permutations

import torch
from torch import Tensor

Ids = tuple[str, ...]


def replay(losses: list[float], patience: int, min_delta: float = 0.0) -> tuple[int | None, int | None]:
    """The rule on recorded losses: (stop epoch or None, best epoch)."""
    best, best_epoch, counter = math.inf, None, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best, best_epoch, counter = loss, epoch, 0
            continue
        counter += 1
        if counter >= patience:
            return epoch, best_epoch
    return None, best_epoch


def holds(facts: dict[str, object], key: Ids) -> None:
    """Exactly the choices of `key` are true."""
    true = {choice for choice, fact in facts.items() if fact}
    assert true == set(key), f"true are {sorted(true)}, the key says {sorted(key)}"


def same(left: Tensor, right: Tensor, atol: float = 1e-5) -> bool:
    return left.shape == right.shape and torch.allclose(left, right, atol=atol)


def seeded(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


def descended(curvature: float, lr: float, steps: int) -> float:
    """The share of the optimum that gradient descent on a quadratic reaches from 0."""
    w = 0.0
    for _ in range(steps):
        w -= lr * curvature * (w - 1.0)
    return w


def sgd_step(param: Tensor, lr: float = 0.1) -> None:
    """Plain SGD: what `torch.optim.SGD` does with one parameter."""
    if param.grad is not None:
        with torch.no_grad():
            param -= lr * param.grad


def moved(order: str) -> float:
    """How far one weight moves in the first iteration of a loop with these calls."""
    param = torch.tensor(1.0, requires_grad=True)
    for call in order.split():
        if call == "zero_grad":
            param.grad = None
        elif call == "backward":
            (param**2).backward()
        else:
            sgd_step(param)
    return round(1.0 - param.item(), 6)


def only_order(lines: dict[str, str], given: dict[str, object], result: str, right: Tensor) -> Ids:
    """The one order in which the lines run and give the right result."""
    found = []
    for order in permutations(lines):
        names = dict(given)
        try:
            exec("\n".join(lines[line] for line in order), {"torch": torch}, names)  # noqa: S102  the lines stand in this file
        except NameError:
            continue
        if same(torch.as_tensor(names[result]), right):
            found.append(order)
    assert len(found) == 1, f"{len(found)} orders are right"
    return found[0]


def kept_bytes(run: Callable[[], object], weights: Sequence[Tensor]) -> int:
    """Bytes of the storages that autograd keeps, without those of the weights."""
    own, kept = {weight.untyped_storage().data_ptr() for weight in weights}, {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = (storage.nbytes(), tensor)  # kept alive, so that no address is used again
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        out = run()
    assert out is not None
    return sum(size for size, _ in kept.values())
