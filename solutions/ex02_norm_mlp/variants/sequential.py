"""Right: one nn.Sequential, and no bias before batch norm, which would subtract it again."""

from torch import Tensor, nn


class NormMLP(nn.Sequential):
    def __init__(self, in_features: int = 784, hidden: int = 128, num_classes: int = 10, norm: str = "none") -> None:
        layers: list[nn.Module] = [nn.Flatten(), nn.Linear(in_features, hidden, bias=norm != "batch")]
        match norm:
            case "batch":
                layers.append(nn.BatchNorm1d(hidden, momentum=None))
            case "layer":
                layers.append(nn.LayerNorm(hidden, eps=1e-6))
            case "none":
                pass
            case _:
                raise ValueError(f"unknown norm {norm}")
        super().__init__(*layers, nn.ReLU(inplace=True), nn.Linear(hidden, num_classes))

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x)
