"""γ is 1 + g, γ and β lie in one parameter, the maps are applied by F.linear, and statistics travel as extra state."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class NormMLP(nn.Module):
    def __init__(self, in_features: int = 784, hidden: int = 128, num_classes: int = 10, norm: str = "none") -> None:
        super().__init__()
        if norm not in ("none", "batch", "layer"):
            raise ValueError
        self.kind = norm
        self.out, self.into = nn.Linear(hidden, num_classes), nn.Linear(in_features, hidden, bias=norm != "batch")
        self.affine = nn.Parameter(torch.zeros(2, hidden)) if norm != "none" else None
        self.running = (torch.zeros(hidden), torch.ones(hidden))

    def get_extra_state(self) -> dict:
        return {"running": self.running}

    def set_extra_state(self, state: dict) -> None:
        self.running = state["running"]

    def forward(self, x: Tensor) -> Tensor:
        a = F.linear(x.reshape(len(x), -1), self.into.weight, self.into.bias)
        if self.kind == "batch":
            mean, var = self.running
            if self.training:
                if len(a) == 1:
                    raise ValueError
                var, mean = torch.var_mean(a, dim=0, correction=0)
                self.running = tuple(
                    0.99 * r + 0.01 * s.detach() for r, s in zip(self.running, (mean, var), strict=True)
                )
            a = (a - mean) / (var + 1e-7).sqrt()
        if self.kind == "layer":
            a = F.group_norm(a, 1, eps=1e-3)
        if self.affine is not None:
            a = torch.addcmul(self.affine[1], 1 + self.affine[0], a)
        return F.linear(torch.relu(a), self.out.weight, self.out.bias)
