"""Must fail: test_norms_are_left_alone
Says: "init_model changed 3."
Echoes: -

Convolutions in one dimension and transposed ones, too.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn


def xavier_uniform(fan_in: int, fan_out: int) -> Tensor:
    bound = math.sqrt(6 / (fan_in + fan_out))
    return (2 * torch.rand(fan_out, fan_in) - 1) * bound


def he_normal(fan_in: int, fan_out: int) -> Tensor:
    return torch.randn(fan_out, fan_in) * math.sqrt(2 / fan_in)  # 2: ReLU keeps half of the mean square


def init_model(model: nn.Module) -> None:
    for layer in model.modules():
        if isinstance(layer, (nn.Linear, nn.modules.conv._ConvNd)):
            fan_in = layer.weight[0].numel()  # what one output sums up: for a convolution the kernel's area counts
            with torch.no_grad():
                layer.weight.copy_(he_normal(fan_in, len(layer.weight)).view_as(layer.weight))
                if layer.bias is not None:
                    layer.bias.zero_()


def signal_rms(init: Callable[[int, int], Tensor], depth: int = 20, width: int = 256, batch: int = 256) -> list[float]:
    x, sizes = torch.randn(batch, width), []
    with torch.no_grad():
        for _ in range(depth):
            x = torch.relu(x @ init(width, width).T)
            sizes.append(x.square().mean().sqrt().item())
    return sizes
