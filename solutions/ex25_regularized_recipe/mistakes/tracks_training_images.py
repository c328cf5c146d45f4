"""Must fail: test_inputs_stay_as_they_are
Says: "requires_grad is on"
Echoes: -

x.requires_grad_() marks the caller's own tensor.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 24, 3, padding=1)
        self.c2 = nn.Conv2d(24, 48, 3, padding=1)
        self.drop = nn.Dropout(0.3)
        self.fc = nn.Linear(48 * 4, 10)

    def forward(self, x):
        h = x.unsqueeze(1)
        h = F.max_pool2d(F.relu(self.c1(h)), 2)
        h = F.max_pool2d(F.relu(self.c2(h)), 2)
        return self.fc(self.drop(h.flatten(1)))


def shift(x: Tensor, r: float) -> Tensor:
    n = len(x)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0] = theta[:, 1, 1] = 1
    theta[:, :, 2] = (torch.rand(n, 2) * 2 - 1) * r * 2 / 8
    grid = F.affine_grid(theta, [n, 1, 8, 8], align_corners=False)
    return F.grid_sample(x.unsqueeze(1), grid, padding_mode="zeros", align_corners=False).squeeze(1)


def train_recipe(x: Tensor, y: Tensor, x_val: Tensor, y_val: Tensor, *, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    net = Net()
    x.requires_grad_()
    epochs = 60
    opt = torch.optim.AdamW(net.parameters(), lr=5e-3, weight_decay=0.02)
    sched = torch.optim.lr_scheduler.OneCycleLR(opt, max_lr=5e-3, total_steps=epochs * 4)
    crit = nn.CrossEntropyLoss(label_smoothing=0.2)
    for _ in range(epochs):
        net.train()
        for idx in torch.randperm(len(x)).split(50):
            xb = shift(x[idx], 0.7)
            xb = (xb + 0.05 * torch.randn_like(xb)).clamp(0, 1)
            opt.zero_grad()
            crit(net(xb), y[idx]).backward()
            opt.step()
            sched.step()
    return net.eval()
