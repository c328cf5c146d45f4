"""Must fail: test_by_hand
Says: "PyTorch's own batch normalization"
Echoes: -

PyTorch's layer stands inside and does the work; outside there are only its parameters and buffers.
"""

from torch import Tensor, nn


class BatchNorm(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        inner = nn.BatchNorm1d(num_features, eps, momentum)
        self.weight, self.bias = inner.weight, inner.bias
        self.register_buffer("running_mean", inner.running_mean)
        self.register_buffer("running_var", inner.running_var)
        self.__dict__["inner"] = inner  # not registered, so that state_dict() has nothing twice

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[1] != len(self.weight) or (self.training and len(x) < 2):
            raise ValueError(f"cannot normalize a batch of shape {tuple(x.shape)}")
        return self.inner.train(self.training)(x)
