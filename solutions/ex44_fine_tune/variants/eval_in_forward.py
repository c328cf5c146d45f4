"""Eval mode at each forward pass and each train(), detached features, an optimizer of all that can be trained."""

import torch
import torch.nn.functional as F
from torch import nn


class FrozenBody(nn.Module):
    def __init__(self, body):
        super().__init__()
        body.requires_grad_(False)
        self.add_module("frozen", body)

    def train(self, mode=True):
        result = super().train(mode)
        for part in self.frozen.modules():
            part.training = False
        return result

    def forward(self, x):
        return self.frozen.eval()(x).detach()


def replace_head(model, num_classes):
    names = [name for name, part in model.named_children() if type(part) is nn.Linear]
    if num_classes <= 0 or len(names) == 0:
        raise ValueError(f"{len(names)} heads, {num_classes} classes")
    old = getattr(model, names[-1])
    setattr(model, names[-1], nn.Linear(old.in_features, num_classes, device=old.weight.device))


def tuning_groups(body, head, head_lr, body_lr):
    if head_lr <= 0:
        raise ValueError(head_lr)
    if body_lr < 0:
        raise ValueError(body_lr)
    top = list(filter(lambda p: p.requires_grad, head.parameters()))
    rest = (p for p in body.parameters() if p.requires_grad and not any(p is q for q in top))
    return [{"lr": body_lr, "params": rest}] * bool(body_lr) + [{"lr": head_lr, "params": iter(top)}]


def fine_tune(body, features, num_classes, x, y, *, steps=100, lr=1e-2):
    if steps < 1:
        raise ValueError("steps")
    if num_classes < 1:
        raise ValueError("classes")
    if x.shape[0] != y.shape[0]:
        raise ValueError("lengths")
    model = nn.Sequential(FrozenBody(body), nn.Linear(features, num_classes)).train()
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr)
    for _ in range(steps):
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
        optimizer.zero_grad()
    model.eval()
    return model
