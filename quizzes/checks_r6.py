"""Recomputes the keys of r6-combining.yaml."""

import math

import torch
from checks import Ids, holds, same, seeded
from torch import nn


def dg_no_decay_group(key: Ids = ("conv-bias", "bn-weight", "bn-bias")) -> None:
    layers = [nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(8 * 30 * 30, 10, bias=False)]
    without = {name for name, tensor in nn.Sequential(*layers).named_parameters() if tensor.ndim < 2}
    names = {"conv-bias": "0.bias", "bn-weight": "1.weight", "bn-bias": "1.bias"}
    others = {"conv-weight": "0.weight", "linear-weight": "3.weight", "running": "1.running_mean"}
    holds({choice: name in without for choice, name in {**names, **others}.items()}, key)


def cb_decay_adds_up(wd: float, n: int) -> float:
    weight = torch.ones(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.AdamW([weight], lr=0.001, weight_decay=wd)
    weight.grad = torch.zeros_like(weight)
    optimizer.step()
    return weight.item() ** n


def cb_dropout_noise(p: float, x: float) -> float:
    torch.manual_seed(0)
    survivor = nn.Dropout(p)(torch.full((1000,), float(x), dtype=torch.float64)).max().item()
    return math.sqrt((1 - p) * survivor**2 - x**2)


def cb_scale_before_norm(c: float) -> float:
    start, x = (
        seeded(4, 3).double(),
        torch.randn(16, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1)),
    )
    outs, grads = [], []
    for scale in (1.0, c):
        weight = (scale * start).requires_grad_()
        out = nn.functional.batch_norm(x @ weight.T, None, None, training=True, eps=1e-12)
        grads.append(torch.autograd.grad(out.sigmoid().square().sum(), weight)[0])
        outs.append(out.detach())
    assert same(*outs)
    return (grads[1].norm() / grads[0].norm()).item()
