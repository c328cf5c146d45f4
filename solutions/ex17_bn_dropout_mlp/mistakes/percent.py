"""Must fail: test_gap_of_a_model_made_by_hand, test_gap_is_measured_in_evaluation
Says: "gap: expected"
Echoes: test_the_model_is_left_as_it_was

Percent instead of shares.
"""

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
    return (model(x).argmax(1) == y).float().mean().item() * 100


def overfit_gap(model: nn.Module, x_train: Tensor, y_train: Tensor, x_test: Tensor, y_test: Tensor) -> float:
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    with torch.no_grad():
        gap = accuracy(model, x_train, y_train) - accuracy(model, x_test, y_test)
    for part, training in modes:
        part.training = training
    return gap
