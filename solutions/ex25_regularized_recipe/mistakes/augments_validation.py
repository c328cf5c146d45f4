"""Must fail: test_beats_plain_training
Says: "validation images that are left as they are"
Echoes: test_does_not_memorize, test_same_seed_same_model, test_validation_labels_do_not_train, test_returned_model, test_gradients_are_enabled_afterwards

Validation images are turned as if they were training images: early stopping reads their loss, which rises from the start.
"""

import copy

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def train_recipe(x: Tensor, y: Tensor, x_val: Tensor, y_val: Tensor, *, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Dropout(0.1), nn.Linear(128, 10))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02, weight_decay=0.01)
    alpha = 0.4
    mixing = torch.distributions.Beta(alpha, alpha)
    targets = F.one_hot(y, 10).float()  # (N, 10)
    best_loss, best_state = float("inf"), model.state_dict()
    for _ in range(80):
        # Mixup: one weight and one pairing for images and labels. All 200 images fit into one batch.
        lam, partner = mixing.sample(), torch.randperm(len(x))
        images = torch.lerp(x, x[partner], lam)  # (N, 8, 8)
        soft = torch.lerp(targets, targets[partner], lam)  # (N, 10)
        loss = F.cross_entropy(model.train()(images), soft)  # train() and eval() return the model
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        # Early stopping, read from untouched images. Epochs are cheap here, so all are run and the best one is kept.
        val_loss = validation_loss(model, x_val, y_val)
        if val_loss < best_loss:
            best_loss, best_state = val_loss, copy.deepcopy(model.state_dict())
    model.load_state_dict(best_state)
    return model.eval()


@torch.no_grad()
def validation_loss(model: nn.Module, x_val: Tensor, y_val: Tensor) -> float:
    """Mean loss in eval mode, without dropout."""
    x_val = torch.rot90(x_val, dims=(1, 2))
    return F.cross_entropy(model.eval()(x_val), y_val).item()
