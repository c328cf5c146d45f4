"""Dropout by a mask from a NumPy generator, layers in a dict in another order, accuracy as np.float64."""

import numpy as np
import torch
from torch import Tensor, nn


class NumpyDropout(nn.Module):
    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = float(p)
        self.rng = np.random.default_rng()

    def forward(self, h: Tensor) -> Tensor:
        if not self.training:
            return h
        keep = torch.as_tensor(self.rng.random(tuple(h.shape)) >= self.p, device=h.device)
        scale = 1.0 / (1.0 - self.p) if self.p < 1 else 0.0
        return torch.where(keep, h * scale, torch.zeros_like(h))


class RegularizedMLP(nn.Module):
    def __init__(self, in_features: int = 784, hidden: int = 128, num_classes: int = 10, dropout: float = 0.5) -> None:
        super().__init__()
        self.layers = nn.ModuleDict(
            {
                "out": nn.Linear(hidden, num_classes),
                "drop": NumpyDropout(dropout),
                "act": nn.ReLU(),
                "bn": nn.BatchNorm1d(hidden),
                "inp": nn.Linear(in_features, hidden),
            }
        )

    def forward(self, x: Tensor) -> Tensor:
        x = torch.flatten(x, 1)
        for key in ("inp", "bn", "act", "drop", "out"):
            x = self.layers[key](x)
        return x


def overfit_gap(model: nn.Module, x_train: Tensor, y_train: Tensor, x_test: Tensor, y_test: Tensor) -> float:
    modes = {name: m.training for name, m in model.named_modules()}
    model.train(False)
    with torch.set_grad_enabled(False):
        p_train = model(x_train).cpu().numpy().argmax(axis=1)
        p_test = model(x_test).cpu().numpy().argmax(axis=1)
    for name, m in model.named_modules():
        m.training = modes[name]
    return np.mean(p_train == y_train.cpu().numpy()) - np.mean(p_test == y_test.cpu().numpy())
