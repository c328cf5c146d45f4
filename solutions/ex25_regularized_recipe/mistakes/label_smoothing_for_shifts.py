"""Must fail: test_beats_early_stopping
Says: "80% are wanted"
Echoes: -

Soft labels with early stopping: right tools against wrong labels, none against shifts.
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
    best_loss, best_state, waited = float("inf"), {}, 0
    for _ in range(80):
        model.train()
        for rows in torch.randperm(len(x)).split(50):
            images, soft = x[rows], targets[rows]
            loss = F.cross_entropy(model(images), soft, label_smoothing=0.2)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        val_loss = validation_loss(model, x_val, y_val)  # on images that are left as they are
        if val_loss < best_loss:
            best_loss, waited = val_loss, 0
            best_state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        else:
            waited += 1
            if waited >= 20:
                break
    model.load_state_dict(best_state)
    return model.eval()


@torch.no_grad()
def validation_loss(model: nn.Module, x_val: Tensor, y_val: Tensor) -> float:
    """Mean loss in eval mode, without dropout."""
    return F.cross_entropy(model.eval()(x_val), y_val).item()
