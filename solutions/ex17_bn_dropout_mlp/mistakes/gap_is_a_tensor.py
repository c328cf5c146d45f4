"""Must fail: test_gap_of_a_model_made_by_hand
Says: "expected a float, saw a Tensor"
Echoes: -

The gap comes back as a tensor.
"""

from collections import OrderedDict
from contextlib import contextmanager

import torch
from torch import nn


class RegularizedMLP(nn.Sequential):
    def __init__(self, in_features=784, hidden=128, num_classes=10, dropout=0.5):
        super().__init__(
            OrderedDict(
                flat=nn.Flatten(1),
                fc1=nn.Linear(in_features, hidden, bias=True),
                bn=nn.BatchNorm1d(hidden, eps=1e-3, momentum=None),
                act=nn.ReLU(inplace=True),
                drop=nn.Dropout(p=dropout),
                fc2=nn.Linear(hidden, num_classes, bias=True),
            )
        )


@contextmanager
def evaluating(model):
    train_parts = [m for m in model.modules() if m.training]
    model.eval()
    try:
        with torch.no_grad():
            yield model
    finally:
        for m in train_parts:
            m.training = True


def overfit_gap(model, x_train, y_train, x_test, y_test):
    with evaluating(model) as m:
        gap = (
            torch.eq(m(x_train).argmax(1), y_train).float().mean()
            - torch.eq(m(x_test).argmax(1), y_test).float().mean()
        )
    return gap
