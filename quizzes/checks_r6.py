"""Recomputes the keys of r6-combining.yaml."""

from checks import Ids, holds
from torch import nn


def dg_no_decay_group(key: Ids = ("conv-bias", "bn-weight", "bn-bias")) -> None:
    layers = [nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(8 * 30 * 30, 10, bias=False)]
    without = {name for name, tensor in nn.Sequential(*layers).named_parameters() if tensor.ndim < 2}
    names = {"conv-bias": "0.bias", "bn-weight": "1.weight", "bn-bias": "1.bias"}
    others = {"conv-weight": "0.weight", "linear-weight": "3.weight", "running": "1.running_mean"}
    holds({choice: name in without for choice, name in {**names, **others}.items()}, key)
