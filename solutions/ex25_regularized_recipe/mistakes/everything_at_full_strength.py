"""Must fail: test_beats_early_stopping, test_does_not_memorize
Says: "it underfits"
Echoes: test_beats_plain_training, test_same_seed_same_model, test_validation_labels_do_not_train, test_returned_model, test_inputs_stay_as_they_are, test_gradients_are_enabled_afterwards
Because: a network that learns nothing shows nothing else that could be judged

All tools at once, each as strong as it gets.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def train_recipe(x: Tensor, y: Tensor, x_val: Tensor, y_val: Tensor, *, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Dropout(0.9), nn.Linear(128, 10))
    weights = [p for p in model.parameters() if p.ndim > 1]
    biases = [p for p in model.parameters() if p.ndim == 1]
    groups = [{"params": weights, "weight_decay": 5.0}, {"params": biases, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=1e-2)
    targets = F.one_hot(y, 10).float()  # (N, 10)
    mixing = torch.distributions.Beta(20.0, 20.0)
    best_loss, best_state, waited = float("inf"), {}, 0
    for _ in range(80):
        model.train()
        for rows in torch.randperm(len(x)).split(50):
            # Shift each image by its own part of a pixel, then mix pairs of images and, alike, of labels.
            images, soft = shifted(x[rows]), targets[rows]
            lam, partner = mixing.sample(), torch.randperm(len(rows))
            loss = F.cross_entropy(
                model(torch.lerp(images[partner], images, lam)),
                torch.lerp(soft[partner], soft, lam),
                label_smoothing=0.5,
            )
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


def shifted(images: Tensor) -> Tensor:
    """Each image (N, 8, 8) moved by up to one pixel in x and in y, any fraction of it; zeros come in."""
    n, size = len(images), images.shape[-1]
    theta = torch.eye(2, 3).repeat(n, 1, 1)  # (N, 2, 3)
    theta[:, :, 2] = (2 * torch.rand(n, 2) - 1) * 2 / size  # the image is 2 wide in these coordinates
    grid = F.affine_grid(theta, [n, 1, size, size], align_corners=False)
    return F.grid_sample(images[:, None], grid, align_corners=False)[:, 0]


@torch.no_grad()
def validation_loss(model: nn.Module, x_val: Tensor, y_val: Tensor) -> float:
    """Mean loss in eval mode, without dropout."""
    return F.cross_entropy(model.eval()(x_val), y_val).item()
