"""Must fail: test_shapes
Says: "expected shape"
Echoes: test_norm_then_relu, test_running_statistics, test_dropout_comes_after_the_norm, test_share_of_zeros, test_logits_are_the_last_maps_output, test_eval_repeats_and_train_does_not, test_size
Because: a network for ten classes has nothing to show where another number is asked for

num_classes is ignored.
"""

import torch
from torch import Tensor, nn


class RegularizedMLP(nn.Module):
    def __init__(self, in_features: int = 784, hidden: int = 128, num_classes: int = 10, dropout: float = 0.5) -> None:
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.bn = nn.BatchNorm1d(hidden)
        self.drop = nn.Dropout(dropout)  # after the norm: its statistics must not see the noise
        self.fc2 = nn.Linear(hidden, 10)

    def forward(self, x: Tensor) -> Tensor:
        h = torch.relu(self.bn(self.fc1(x.flatten(1))))  # (N, hidden)
        return self.fc2(self.drop(h))  # (N, num_classes)


def accuracy(model: nn.Module, x: Tensor, y: Tensor) -> float:
    return (model(x).argmax(1) == y).float().mean().item()


def overfit_gap(model: nn.Module, x_train: Tensor, y_train: Tensor, x_test: Tensor, y_test: Tensor) -> float:
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    with torch.no_grad():
        gap = accuracy(model, x_train, y_train) - accuracy(model, x_test, y_test)
    for part, training in modes:
        part.training = training
    return gap
