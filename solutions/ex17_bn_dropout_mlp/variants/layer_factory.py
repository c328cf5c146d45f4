"""Fastai LinBnDrop style: list of layers, no dropout layer for p = 0; set_grad_enabled."""

import torch
from torch import nn


def block(ni, no, bn=True, p=0.0, act=True):
    layers = [nn.Linear(ni, no)]
    if bn:
        layers.append(nn.BatchNorm1d(no))
    if act:
        layers.append(nn.ReLU())
    if p > 0:
        layers.append(nn.Dropout(p))
    return layers


class RegularizedMLP(nn.Module):
    def __init__(self, in_features=784, hidden=128, num_classes=10, dropout=0.5):
        super().__init__()
        self.layers = nn.ModuleList(
            block(in_features, hidden, p=dropout) + block(hidden, num_classes, bn=False, act=False)
        )

    def forward(self, x):
        x = x.flatten(1)
        for layer in self.layers:
            x = layer(x)
        return x


def overfit_gap(model, x_train, y_train, x_test, y_test):
    mode = model.training
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    model.train(False)
    right = [(model(x).argmax(1) == y).float().mean() for x, y in ((x_train, y_train), (x_test, y_test))]
    model.train(mode)
    torch.set_grad_enabled(before)
    return float(right[0] - right[1])
