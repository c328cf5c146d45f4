"""The head is created before the hidden layer (registration order is not call order)."""

import torch
from torch import nn


class RegularizedMLP(nn.Module):
    def __init__(self, in_features=784, hidden=128, num_classes=10, dropout=0.5):
        super().__init__()
        self.classifier = nn.Linear(hidden, num_classes)
        self.hidden = nn.Sequential(nn.Linear(in_features, hidden), nn.BatchNorm1d(hidden), nn.ReLU())
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        return self.classifier(self.dropout(self.hidden(x.flatten(1))))


def overfit_gap(model, x_train, y_train, x_test, y_test):
    was = model.training
    model.eval()
    with torch.no_grad():
        a = (model(x_train).argmax(1) == y_train).double().mean().item()
        b = (model(x_test).argmax(1) == y_test).double().mean().item()
    model.train(was)
    return a - b
