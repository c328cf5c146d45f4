"""Eight tests of ex01 in plain Python, the same for every peer: each takes the submitted module and asserts."""

import math
from typing import Any

import torch
from torch import nn


def stops(module: Any, losses: list[float], *arguments: Any) -> int | None:
    """The epoch at which step() says stop."""
    stopper, model = module.EarlyStopping(*arguments), nn.Linear(1, 1)
    return next((epoch for epoch, loss in enumerate(losses) if stopper.step(loss, model)), None)


def filled(model: nn.Module, value: float) -> nn.Module:
    """The model with all its parameters set to one value."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(value)
    return model


def check_stops_after_patience(module: Any) -> None:
    for patience in (1, 2, 5):
        assert stops(module, [1.0, 0.5] + [0.7] * 9, patience) == 1 + patience


def check_improvement_resets(module: Any) -> None:
    assert stops(module, [1.0, 1.1, 1.2, 0.9, 1.0, 1.1, 0.8, 0.9, 1.0], 3) is None


def check_compares_with_best(module: Any) -> None:
    assert stops(module, [0.5, 1.0, 0.9, 0.8, 0.7, 0.6], 4) == 4


def check_small_gains_do_not_count(module: Any) -> None:
    assert stops(module, [1.0, 0.99, 0.98, 0.97, 0.96], 3, 0.05) == 3


def check_nan_is_bad(module: Any) -> None:
    assert stops(module, [1.0, math.nan, math.nan, math.nan], 3) == 3


def check_attributes(module: Any) -> None:
    stopper, model = module.EarlyStopping(4), nn.Linear(1, 1)
    for loss in (1.0, 0.5, 0.7):
        stopper.step(loss, model)
    assert stopper.best_loss == 0.5 and stopper.counter == 1


def check_restores_the_best_weights(module: Any) -> None:
    stopper, model = module.EarlyStopping(4), nn.Linear(2, 2)
    for loss, value in ((1.0, 1.0), (0.5, 2.0), (0.7, 3.0)):
        stopper.step(loss, filled(model, value))
    stopper.restore(model)
    assert all(bool((parameter == 2.0).all()) for parameter in model.parameters())


def check_refuses_bad_arguments(module: Any) -> None:
    for arguments in ((0,), (3, -0.1)):
        try:
            module.EarlyStopping(*arguments)
        except ValueError:
            continue
        raise AssertionError(f"EarlyStopping{arguments} raises no ValueError")


CHECKS = {name.removeprefix("check_"): check for name, check in list(globals().items()) if name.startswith("check_")}
