"""Adam computes the loss itself: step(closure)."""

import torch
from torch import Tensor, nn


class FrozenBody(nn.Module):
    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> "FrozenBody":
        super().train(mode)
        self.body.eval()  # whoever calls train() on a model around it wakes it up, but for this line
        return self

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


def replace_head(model: nn.Sequential, num_classes: int) -> None:
    places = [i for i, part in enumerate(model) if isinstance(part, nn.Linear)]
    if not places or num_classes < 1:
        raise ValueError("a head needs a linear layer in its place and at least one class")
    model[places[-1]] = nn.Linear(model[places[-1]].in_features, num_classes)


def tuning_groups(body: nn.Module, head: nn.Module, head_lr: float, body_lr: float) -> list[dict]:
    if head_lr <= 0 or body_lr < 0:
        raise ValueError(f"rates of {head_lr} and {body_lr} train nothing, or the wrong way")
    own = [p for p in head.parameters() if p.requires_grad]
    known = {id(p) for p in own}
    rest = [p for p in body.parameters() if p.requires_grad and id(p) not in known]
    groups = [{"params": own, "lr": head_lr}]
    if body_lr > 0:
        groups.append({"params": rest, "lr": body_lr})
    return groups


def fine_tune(
    body: nn.Module, features: int, num_classes: int, x: Tensor, y: Tensor, *, steps: int = 100, lr: float = 1e-2
) -> nn.Sequential:
    if steps < 1 or num_classes < 1 or len(x) != len(y):
        raise ValueError("fine_tune needs a step, a class, and a label for each image")
    model = nn.Sequential(FrozenBody(body), nn.Linear(features, num_classes))
    optimizer = torch.optim.Adam(model[1].parameters(), lr=lr)  # made after the head
    model.train()

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        return loss

    for _ in range(steps):
        optimizer.step(closure)
    return model.eval()
