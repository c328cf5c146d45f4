"""The pre-norm block, deep networks made of it, and a look at their gradients."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn


class Block(nn.Module):
    def __init__(self, width: int, activation: nn.Module, skip: bool = True, norm: bool = True) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width) if norm else nn.Identity()
        self.linear = nn.Linear(width, width)
        self.activation = activation
        self.skip = skip

    def forward(self, x: Tensor) -> Tensor:
        h = self.activation(self.linear(self.norm(x)))
        return x + h if self.skip else h  # nothing stands between x and the sum


def deep_net(
    depth: int, width: int, activation: Callable[[], nn.Module], skip: bool, norm: bool, out: int = 1
) -> nn.Sequential:
    if depth < 1:
        raise ValueError(f"a network has at least one block, not {depth}")
    layers: list[nn.Module] = [Block(width, activation(), skip, norm) for _ in range(depth)]
    if norm:
        layers.append(nn.LayerNorm(width))  # the sum has grown from block to block
    return nn.Sequential(*layers, nn.Linear(width, out))


def gradient_norms(model: nn.Module, loss: Tensor) -> list[float]:
    weights = [module.weight for module in model.modules() if isinstance(module, nn.Linear)]
    gradients = torch.autograd.grad(loss, weights, retain_graph=True)  # writes to no .grad
    return [gradient.norm().item() for gradient in gradients]


def diagnose(norms: Sequence[float]) -> str:
    if not norms:
        raise ValueError("no norms, no diagnosis")
    if not all(math.isfinite(norm) for norm in norms) or max(norms) > 1e3:
        return "exploding"
    if norms[0] < 1e-3 * norms[-1]:
        return "vanishing"
    return "healthy"
