"""A copy of the body without gradients, features computed once, batches of 16, a group for each parameter."""

import copy

import torch
from torch import nn


class FrozenBody(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.inner = copy.deepcopy(body)
        for parameter in self.inner.parameters():
            parameter.requires_grad = False
        self.train(self.training)

    def train(self, mode=True):
        self.training = mode
        for child in self.children():
            child.train(False)
        return self

    @torch.no_grad()
    def forward(self, x):
        return self.inner(x)


def replace_head(model, num_classes):
    if num_classes < 1:
        raise ValueError
    for i in reversed(range(len(model))):
        if isinstance(model[i], nn.Linear):
            model[i] = nn.Linear(model[i].weight.shape[1], num_classes)
            return
    raise ValueError("no linear layer")


def tuning_groups(body, head, head_lr, body_lr):
    if not head_lr > 0 or body_lr < 0:
        raise ValueError("rates")
    rates = {p: body_lr for p in body.parameters()} | {p: head_lr for p in head.parameters()}
    return [{"params": [p], "lr": lr} for p, lr in rates.items() if p.requires_grad and lr > 0]


def fine_tune(body, features, num_classes, x, y, *, steps=100, lr=1e-2):
    if min(steps, num_classes) < 1 or len(x) != len(y):
        raise ValueError("fine_tune")
    frozen, head = FrozenBody(body), nn.Linear(features, num_classes)
    known, optimizer = frozen(x), torch.optim.Adam(head.parameters(), lr=lr)
    for _ in range(steps):
        part = torch.randperm(len(known))[:16]
        loss = nn.CrossEntropyLoss()(head(known[part]), y[part])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return nn.Sequential(frozen, head).eval()
