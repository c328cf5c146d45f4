"""Must fail: test_beats_plain_training, test_does_not_memorize
Says: "the wrong labels are learned by heart"
Echoes: -

Early stopping is the only tool, and the weights of the last epoch are returned.
"""

import copy

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def train_recipe(x: Tensor, y: Tensor, x_val: Tensor, y_val: Tensor, *, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02, weight_decay=0.01)
    best_loss, best_state = float("inf"), model.state_dict()
    for _ in range(80):
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        # Early stopping, read from untouched images. Epochs are cheap here, so all are run and the best one is kept.
        val_loss = validation_loss(model, x_val, y_val)
        if val_loss < best_loss:
            best_loss, best_state = val_loss, copy.deepcopy(model.state_dict())
    return model.eval()


@torch.no_grad()
def validation_loss(model: nn.Module, x_val: Tensor, y_val: Tensor) -> float:
    """Mean loss in eval mode, without dropout."""
    return F.cross_entropy(model.eval()(x_val), y_val).item()
