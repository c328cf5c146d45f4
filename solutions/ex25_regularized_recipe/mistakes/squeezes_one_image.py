"""Must fail: test_returned_model
Says: "expected shape (1, 10)"
Echoes: -

squeeze() drops the axis of a single image, too.
"""

import torch
from torch import nn


class SoftNeighbours(nn.Module):
    def __init__(self, bank, onehot, tau):
        super().__init__()
        self.register_buffer("bank", bank)
        self.register_buffer("onehot", onehot)
        self.tau = tau

    def forward(self, x):
        q = x.flatten(1).double()
        d = (q**2).sum(1, keepdim=True) - 2 * q @ self.bank.T + (self.bank**2).sum(1)
        return (torch.softmax(-d / self.tau, dim=1) @ self.onehot + 1e-6).log().float().squeeze()


def train_recipe(x, y, x_val, y_val, *, seed: int = 0) -> nn.Module:
    steps = (-0.5, -0.25, 0.0, 0.25, 0.5)
    r = torch.arange(8.0)
    S = [torch.relu(1 - (r[:, None] - r[None] - d).abs()) for d in steps]
    bank = torch.cat([(a @ x @ b.T).flatten(1) for a in S for b in S]).double()
    onehot = torch.nn.functional.one_hot(y, 10).double().repeat(len(S) ** 2, 1)
    models = [SoftNeighbours(bank, onehot, tau) for tau in (1.2, 1.5, 2.0, 2.5)]
    shifted = S[1] @ x_val @ S[3].T
    scores = [float((m(shifted).argmax(1) == y_val).double().mean()) for m in models]
    best = models[max(range(4), key=scores.__getitem__)]
    best.eval()
    return best
