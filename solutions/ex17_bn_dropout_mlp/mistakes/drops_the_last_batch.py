"""Must fail: test_gap_of_a_model_made_by_hand
Says: "/517: gap"
Echoes: -

drop_last: the rest of the data is not counted.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class RegularizedMLP(nn.Module):
    def __init__(self, in_features=784, hidden=128, num_classes=10, dropout=0.5):
        super().__init__()
        self.in_features = in_features
        self.dropout = dropout
        self.lin_in = nn.Linear(in_features, hidden)
        self.bn = nn.BatchNorm2d(hidden, momentum=0.3)
        self.lin_out = nn.Linear(hidden, num_classes)

    def _drop(self, h):
        if not self.training or self.dropout == 0:
            return h
        dead = torch.bernoulli(torch.full_like(h, self.dropout)).bool()
        return torch.where(dead, torch.zeros_like(h), h / (1 - self.dropout))

    def forward(self, x):
        h = self.lin_in(x.reshape(-1, self.in_features))
        h = self.bn(h[:, :, None, None])[:, :, 0, 0]
        h = self._drop(torch.relu(h))
        return self.lin_out(h)


def overfit_gap(model, x_train, y_train, x_test, y_test):
    flags = [m.training for m in model.modules()]
    model.eval()

    def share(x, y):
        n = 0
        for xb, yb in DataLoader(TensorDataset(x, y), batch_size=min(100, len(y)), drop_last=True):
            n += (model(xb).argmax(dim=1) == yb).sum().item()
        return n / x.size(0)

    with torch.no_grad():
        result = share(x_train, y_train) - share(x_test, y_test)
    for m, flag in zip(model.modules(), flags):
        m.training = flag
    return float(result)
