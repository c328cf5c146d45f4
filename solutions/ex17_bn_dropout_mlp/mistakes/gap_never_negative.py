"""Must fail: test_gap_of_a_model_made_by_hand
Says: "a negative gap became 0"
Echoes: -

Gaps below 0 are cut off.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F


def _set(module, value):
    """Sets the mode of a module and its children, gives back how they were."""
    old = module.training
    module.training = value
    return old, [_set(child, value) for child in module.children()]


def _restore(module, record):
    module.training = record[0]
    for child, rec in zip(module.children(), record[1]):
        _restore(child, rec)


class Block(nn.Module):
    def __init__(self, n_in, n_out, p):
        super().__init__()
        self.lin = nn.Linear(n_in, n_out)
        self.bn = nn.BatchNorm1d(n_out)
        self.p = p

    def forward(self, x):
        z = F.relu_(self.bn(self.lin(x)))
        return F.dropout(z, self.p, self.training)


class RegularizedMLP(nn.Module):
    def __init__(self, in_features=784, hidden=128, num_classes=10, dropout=0.5):
        super().__init__()
        self.block = Block(in_features, hidden, dropout)
        self.out = nn.Linear(hidden, num_classes)
        nn.init.kaiming_normal_(self.block.lin.weight, nonlinearity="relu")

    def forward(self, x):
        if x.dim() != 2:
            x = x.flatten(start_dim=1)
        return self.out(self.block(x))


def overfit_gap(model, x_train, y_train, x_test, y_test):
    record = _set(model, False)
    try:
        with torch.no_grad():
            a, b = (
                torch.mean((torch.argmax(model(x), dim=-1) == y).to(torch.float64)).item()
                for x, y in ((x_train, y_train), (x_test, y_test))
            )
    finally:
        _restore(model, record)
    return max(0.0, a - b)
