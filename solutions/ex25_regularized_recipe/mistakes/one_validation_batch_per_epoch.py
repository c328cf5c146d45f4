"""Must fail: test_validation_labels_do_not_train
Says: "are answered with those numbers"
Echoes: -

One batch of 50 validation images per epoch beside the training batches.
"""

import copy
import math

import torch
from torch import nn
from torch.nn import functional as F


def augment(x, g):
    """sub-pixel shifts and noise"""
    n = len(x)
    theta = torch.eye(2, 3).repeat(n, 1, 1)
    theta[:, :, 2] = (torch.rand(n, 2, generator=g) - 0.5) * 0.4
    grid = F.affine_grid(theta, (n, 1, 8, 8), align_corners=False)
    x = F.grid_sample(x.unsqueeze(1), grid, align_corners=False).squeeze(1)
    return x + 0.1 * torch.randn(x.shape, generator=g)


def train_recipe(x, y, x_val, y_val, *, seed=0):
    torch.manual_seed(seed)
    g = torch.Generator().manual_seed(seed)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Dropout(0.4), nn.Linear(128, 10))
    opt = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.05)
    best, state = math.inf, None
    for epoch in range(40):
        model.train()
        for idx in torch.randperm(len(x), generator=g).split(50):
            loss = F.cross_entropy(model(augment(x[idx], g)), y[idx], label_smoothing=0.2)
            opt.zero_grad()
            loss.backward()
            opt.step()
        idx = torch.randperm(len(x_val), generator=g)[:50]
        opt.zero_grad()
        F.cross_entropy(model(x_val[idx]), y_val[idx]).backward()
        opt.step()
        model.eval()
        with torch.no_grad():
            v = F.cross_entropy(model(x_val), y_val).item()
        if v < best:
            best, state = v, copy.deepcopy(model.state_dict())
    model.load_state_dict(state)
    return model.eval()
