"""Must fail: test_the_model_is_left_as_it_was
Says: "with a part in evaluation mode: training flags"
Echoes: -

One mode is remembered for the whole model, and its parts follow it: a frozen batch norm thaws.
"""

import torch
from torch import Tensor, nn


class RegularizedMLP(nn.Module):
    def __init__(self, in_features: int = 784, hidden: int = 128, num_classes: int = 10, dropout: float = 0.5) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Flatten(),
            nn.Linear(in_features, hidden),
            nn.BatchNorm1d(hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, num_classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


def accuracy(model: nn.Module, x: Tensor, y: Tensor) -> float:
    hits = (model(x).argmax(dim=1) == y).sum().item()
    return hits / len(y)


def overfit_gap(model: nn.Module, x_train: Tensor, y_train: Tensor, x_test: Tensor, y_test: Tensor) -> float:
    mode = model.training
    model.eval()
    try:
        with torch.no_grad():
            train_acc = accuracy(model, x_train, y_train)
            test_acc = accuracy(model, x_test, y_test)
    finally:
        model.train(mode)
    return train_acc - test_acc
