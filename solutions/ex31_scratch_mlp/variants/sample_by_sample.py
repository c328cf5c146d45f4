"""One sample after the other, in NumPy's and torch's outer products; tensors changed in place."""

import torch


class ScratchMLP:
    def __init__(self, n_in, n_hidden, n_out, activation="tanh", seed=0):
        self.f = {"tanh": torch.tanh, "relu": lambda z: z * (z > 0), "sigmoid": torch.sigmoid}.get(activation)
        if self.f is None:
            raise ValueError
        self.df = {"tanh": lambda h: 1 - h**2, "relu": lambda h: (h > 0) * 1.0, "sigmoid": lambda h: h * (1 - h)}[
            activation
        ]
        g = torch.Generator().manual_seed(seed)
        self.W1 = torch.normal(0.0, n_in**-0.5, (n_in, n_hidden), generator=g)
        self.b1 = torch.zeros(n_hidden)
        self.W2 = torch.normal(0.0, n_hidden**-0.5, (n_hidden, n_out), generator=g)
        self.b2 = torch.zeros(n_out)

    def forward(self, X):
        return self.f(X @ self.W1 + self.b1) @ self.W2 + self.b2

    def loss(self, X, Y):
        P = self.forward(X)
        if P.shape != Y.shape:
            raise ValueError("Y")
        return sum(((p - y) ** 2).sum().item() for p, y in zip(P, Y, strict=True)) / Y.numel()

    def backward(self, X, Y):
        if self.forward(X).shape != Y.shape:
            raise ValueError("Y")
        G = {n: torch.zeros_like(getattr(self, n)) for n in ("W1", "b1", "W2", "b2")}
        for x, y in zip(X, Y, strict=True):
            h = self.f(x @ self.W1 + self.b1)
            e = 2 * (h @ self.W2 + self.b2 - y) / Y.numel()
            dz = (self.W2 @ e) * self.df(h)
            G["W1"] += torch.outer(x, dz)
            G["b1"] += dz
            G["W2"] += torch.outer(h, e)
            G["b2"] += e
        return G

    def step(self, X, Y, lr):
        old = self.loss(X, Y)
        for n, g in self.backward(X, Y).items():
            getattr(self, n).add_(g, alpha=-lr)
        return old
