"""One Sequential; the gap as a NumPy number."""

import numpy as np
import torch
from torch import nn


class RegularizedMLP(nn.Module):
    def __init__(self, in_features: int = 784, hidden: int = 128, num_classes: int = 10, dropout: float = 0.5):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(in_features, hidden),
            nn.BatchNorm1d(hidden),
            nn.ReLU(),
            nn.Dropout(p=dropout),
            nn.Linear(hidden, num_classes),
        )

    def forward(self, x):
        return self.layers(x)


def overfit_gap(model, x_train, y_train, x_test, y_test):
    before = {m: m.training for m in model.modules()}
    model.eval()
    shares = []
    with torch.no_grad():
        for x, y in ((x_train, y_train), (x_test, y_test)):
            shares.append(np.mean(model(x).max(dim=1).indices.numpy() == y.numpy()))
    for m, training in before.items():
        m.training = training
    return shares[0] - shares[1]
