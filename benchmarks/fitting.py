"""ex22's `fit` with two more keywords, on 200 digits: where the tools of other exercises are measured."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.inprocess import load_module
from grader.suite.digits import digits

ROOT = Path(__file__).parent.parent
EPOCHS = 40


@functools.cache
def solution(exercise: str) -> Any:
    return load_module(next((ROOT / "solutions").glob(f"{exercise}_*")))


@functools.cache
def tensors(noisy: bool) -> list[Tensor]:
    """x_train (200, 1, 8, 8), y_train, x_val, y_val, x_test, y_test."""
    parts = [torch.from_numpy(part) for part in digits(noisy=noisy)]
    return [part[:, None] if part.ndim == 3 else part for part in parts]


def network(middle: nn.Module | None = None, after: nn.Module | None = None) -> nn.Module:
    """64-128-10; `middle` before the activation, `after` behind it."""
    parts = [nn.Flatten(), nn.Linear(64, 128), middle, nn.ReLU(), after, nn.Linear(128, 10)]
    return nn.Sequential(*(part for part in parts if part is not None))


def stacked(both: bool = True) -> nn.Module:
    """Twenty blocks of ex38 behind a first layer, plain or with skip and norm."""
    blocks = solution("ex38").deep_net(20, 32, nn.ReLU, both, both, 10)
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 32), blocks)


@dataclass(frozen=True)
class Run:
    """A finished training: the model as handed back, and its losses."""

    model: nn.Module
    history: dict[str, Any]

    def accuracy(self, x: Tensor, y: Tensor) -> float:
        return float(solution("ex21").evaluate(self.model, [(x, y)], functional.cross_entropy)["accuracy"])


def fit(
    seed: int,
    make: Callable[[], nn.Module] = network,
    batch: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] | None = None,
    make_optimizer: Callable[[nn.Module], torch.optim.Optimizer] | None = None,
    noisy: bool = True,
    epochs: int = EPOCHS,
    lr: float = 1e-2,
) -> Run:
    """ex22's `fit` on 200 digits in batches of 50, without stopping, so that its end shows; with two more keywords."""
    torch.manual_seed(seed)
    x, y, x_val, y_val = tensors(noisy)[:4]
    model = make()
    optimizer = make_optimizer(model) if make_optimizer else torch.optim.Adam(model.parameters(), lr=lr)
    history: dict[str, Any] = {"train_loss": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        model.train()
        total = 0.0
        for rows in torch.randperm(len(x)).split(50):
            xb, yb = batch(x[rows], y[rows]) if batch else (x[rows], y[rows])
            optimizer.zero_grad()
            loss = functional.cross_entropy(model(xb), yb)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(xb)
        seen = solution("ex21").evaluate(model, [(x_val, y_val)], functional.cross_entropy)
        history["train_loss"].append(total / len(x))
        history["val_loss"].append(seen["loss"])
        history["val_acc"].append(seen["accuracy"])
    return Run(model, history)


@functools.cache
def plain(seed: int, noisy: bool = True) -> Run:
    return fit(seed, noisy=noisy)
