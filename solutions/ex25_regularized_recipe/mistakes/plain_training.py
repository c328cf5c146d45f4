"""Must fail: test_beats_early_stopping, test_beats_plain_training, test_does_not_memorize
Says: "the wrong labels are learned by heart"
Echoes: -
Because: without any tool the network is the one that all thresholds are measured from

Sixty epochs, no tool at all.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def train_recipe(x: Tensor, y: Tensor, x_val: Tensor, y_val: Tensor, *, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
    weights = [p for p in model.parameters() if p.ndim > 1]
    biases = [p for p in model.parameters() if p.ndim == 1]
    groups = [{"params": weights, "weight_decay": 0.0}, {"params": biases, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=1e-2)
    targets = F.one_hot(y, 10).float()  # (N, 10)
    for _ in range(60):
        model.train()
        for rows in torch.randperm(len(x)).split(50):
            images, soft = x[rows], targets[rows]
            loss = F.cross_entropy(model(images), soft)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model.eval()
