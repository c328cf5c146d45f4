"""Backpropagation through one hidden layer, a line for each line of the forward pass."""

import torch
from torch import Tensor

ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}
SLOPES = {  # by z and what the activation makes of it
    "tanh": lambda z, h: 1 - h**2,
    "relu": lambda z, h: (z > 0).float(),
    "sigmoid": lambda z, h: h * (1 - h),
}


class ScratchMLP:
    def __init__(self, n_in: int, n_hidden: int, n_out: int, activation: str = "tanh", seed: int = 0) -> None:
        if activation not in ACTIVATIONS:
            raise ValueError(f"there is no activation {activation!r}, only {', '.join(ACTIVATIONS)}")
        self.activation = activation
        generator = torch.Generator().manual_seed(seed)
        self.W1 = torch.randn(n_in, n_hidden, generator=generator) / n_in**0.5
        self.b1 = torch.zeros(n_hidden)
        self.W2 = torch.randn(n_hidden, n_out, generator=generator) / n_hidden**0.5
        self.b2 = torch.zeros(n_out)

    def layers(self, X: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        z = X @ self.W1 + self.b1  # (N, n_hidden)
        h = ACTIVATIONS[self.activation](z)
        return z, h, h @ self.W2 + self.b2

    def forward(self, X: Tensor) -> Tensor:
        return self.layers(X)[2]

    def error(self, p: Tensor, Y: Tensor) -> Tensor:
        if p.shape != Y.shape:  # (N, 1) - (N,) would be (N, N)
            raise ValueError(f"outputs are {tuple(p.shape)}, targets {tuple(Y.shape)}")
        return p - Y

    def loss(self, X: Tensor, Y: Tensor) -> float:
        return self.error(self.forward(X), Y).square().mean().item()

    def backward(self, X: Tensor, Y: Tensor) -> dict[str, Tensor]:
        z, h, p = self.layers(X)
        d = 2 * self.error(p, Y) / p.numel()  # dL/dp (N, n_out)
        dz = (d @ self.W2.T) * SLOPES[self.activation](z, h)  # dL/dz (N, n_hidden)
        return {"W1": X.T @ dz, "b1": dz.sum(0), "W2": h.T @ d, "b2": d.sum(0)}

    def step(self, X: Tensor, Y: Tensor, lr: float) -> float:
        before = self.loss(X, Y)
        gradients = self.backward(X, Y)  # all of them, before any tensor changes
        for name, gradient in gradients.items():
            getattr(self, name).sub_(lr * gradient)
        return before
