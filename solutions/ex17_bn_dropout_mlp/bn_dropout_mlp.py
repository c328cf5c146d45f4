"""Batch norm and dropout in one MLP; Ioffe and Szegedy (2015), Srivastava et al. (2014)."""

import torch
from torch import Tensor, nn


class RegularizedMLP(nn.Module):
    def __init__(self, in_features: int = 784, hidden: int = 128, num_classes: int = 10, dropout: float = 0.5) -> None:
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.bn = nn.BatchNorm1d(hidden)
        self.drop = nn.Dropout(dropout)  # after the norm: its statistics must not see the noise
        self.fc2 = nn.Linear(hidden, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        h = torch.relu(self.bn(self.fc1(x.flatten(1))))  # (N, hidden)
        return self.fc2(self.drop(h))  # (N, num_classes)


def accuracy(model: nn.Module, x: Tensor, y: Tensor) -> float:
    return (model(x).argmax(1) == y).float().mean().item()


def overfit_gap(model: nn.Module, x_train: Tensor, y_train: Tensor, x_test: Tensor, y_test: Tensor) -> float:
    was_training = model.training
    model.eval()
    with torch.no_grad():
        gap = accuracy(model, x_train, y_train) - accuracy(model, x_test, y_test)
    model.train(was_training)
    return gap
