"""Recomputes the keys of m8-language-model.yaml."""

import math
from collections.abc import Sequence

import torch
from checks import Ids, holds, kept_bytes, seeded
from torch import nn


def lm_perplexity(v: int) -> float:
    return nn.functional.cross_entropy(torch.zeros(1, v), torch.tensor([0])).exp().item()


def lm_real_targets(rows: int, length: int, pad: int) -> int:
    tokens = torch.ones(rows, length, dtype=torch.long)
    tokens[:, length - pad :] = 0
    return int((tokens[:, 1:] != 0).sum())


def lm_shift(text: str) -> None:
    tokens, logits = torch.tensor([[1, 2, 3, 4], [4, 2, 0, 1]]), torch.zeros(2, 4, 5)
    for row, column in ((row, column) for row in range(2) for column in range(3)):
        logits[row, column, tokens[row, column + 1]] = 50.0
    target = eval(f"tokens[{text}]", {"tokens": tokens}).reshape(-1)
    predicted = logits[:, :-1].reshape(-1, 5)
    assert len(target) == len(predicted) and nn.functional.cross_entropy(predicted, target) < 1e-6


def clipped(grads: Sequence[float], limit: float) -> tuple[list[float], float]:
    """The gradients after clipping, and what the call returns."""
    weights = [nn.Parameter(torch.zeros(1)) for _ in grads]
    for weight, grad in zip(weights, grads, strict=True):
        weight.grad = torch.tensor([float(grad)])
    norm = nn.utils.clip_grad_norm_(weights, limit).item()
    return [weight.grad.item() for weight in weights if weight.grad is not None], norm


def lm_clipped_entry(a: int, b: int, c: int) -> float:
    return clipped((a, b), c)[0][0]


def lm_step_order() -> None:
    for late in (False, True):
        w = nn.Parameter(torch.ones(1))
        optimizer = torch.optim.SGD([w], lr=1.0)
        (100 * w).sum().backward()
        if not late:
            nn.utils.clip_grad_norm_([w], 1.0)
        optimizer.step()
        assert (abs(w.item()) < 1e-4) != late


def lm_clipping_facts(key: Ids = ("before", "small")) -> None:
    grads, norm = clipped((3, 4), 1.0)
    small = clipped((0.2,), 1.0)[0][0]
    facts = {
        "before": math.isclose(norm, 5.0),
        "small": math.isclose(small, 0.2, rel_tol=1e-6),
        "always": math.isclose(small, 1.0),
        "weights": False,
        "entries": math.isclose(grads[0], 1.0),
    }
    holds(facts, key)


def matrices(layers: int, width: int) -> int:
    """Entries of the matrices of that many transformer layers."""
    layer = nn.TransformerEncoderLayer(width, 2, 4 * width)
    return layers * sum(weight.numel() for weight in layer.parameters() if weight.dim() == 2)


def lm_parameters(layers: int, width: int) -> int:
    return matrices(layers, width)


def lm_operations(n: int, d: int) -> float:
    forward = 2 * n * 1e9 * d * 1e9
    return (forward + 2 * forward) / 1e18


def lm_adam_memory(n: int) -> float:
    w = nn.Parameter(torch.ones(1000))
    optimizer = torch.optim.Adam([w])
    w.sum().backward()
    optimizer.step()
    state = [value for value in optimizer.state[w].values() if value.dim() > 0]
    assert w.grad is not None
    return n * sum(tensor.nbytes for tensor in (w, w.grad, *state)) / 1000


def lm_mixed_memory() -> None:
    assert 2 + 2 + 4 + 2 * 4 == 4 + 4 + 2 * 4


def lm_what_grows() -> None:
    assert matrices(2, 128) == 4 * matrices(2, 64) and matrices(4, 64) == 2 * matrices(2, 64)
    block = nn.Sequential(nn.Linear(8, 8), nn.ReLU())
    kept = [kept_bytes(lambda n=n: block(seeded(n, 8)), list(block.parameters())) for n in (16, 32)]
    assert kept[1] == 2 * kept[0]
