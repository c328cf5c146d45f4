"""A network with one hidden layer whose gradients are written by hand.

Inputs are X (N, n_in) and Y (N, n_out), float32, and stay as they are. No autograd: everything works where it is
switched off, inside torch.inference_mode(), too. What the docstrings do not speak of is free.
"""

from torch import Tensor


class ScratchMLP:
    """p = act(X W1 + b1) W2 + b2, with the loss mean((p - Y)²) over all N · n_out entries.

    The tensors `W1` (n_in, n_hidden), `b1` (n_hidden,), `W2` (n_hidden, n_out) and `b2` (n_out,) are public attributes,
    float32, and none requires gradients. Whoever uses the network may give them other numbers or other tensors, and
    every method takes them as they are when it is called.
    """

    def __init__(self, n_in: int, n_hidden: int, n_out: int, activation: str = "tanh", seed: int = 0) -> None:
        """`activation` is "tanh", "relu" or "sigmoid", else ValueError.

        Weights start at random with mean 0 and a standard deviation of about 1/√(rows of the matrix): half of that to
        twice that. Biases start at 0, or not farther from 0 than that. The same seed gives the same start, another seed
        another one.
        """
        raise NotImplementedError("ScratchMLP: not written yet")

    def forward(self, X: Tensor) -> Tensor:
        """(N, n_in) -> (N, n_out). X of another width: ValueError, or the error that PyTorch raises."""
        raise NotImplementedError("forward: not written yet")

    def loss(self, X: Tensor, Y: Tensor) -> float:
        """The mean of the squares of all entries of p - Y. Y of another shape than p: ValueError."""
        raise NotImplementedError("loss: not written yet")

    def backward(self, X: Tensor, Y: Tensor) -> dict[str, Tensor]:
        """The gradients of the loss, under the names "W1", "b1", "W2" and "b2", each of its tensor's shape.

        It changes nothing, and needs no call of forward before it. ReLU's slope at 0 is free. Y of another shape than
        p: ValueError.
        """
        raise NotImplementedError("backward: not written yet")

    def step(self, X: Tensor, Y: Tensor, lr: float) -> float:
        """One update of the four tensors, each to itself minus lr times its gradient; returns the loss before it.

        All gradients are those at the weights before the update. Whether the tensors are changed in place or replaced
        is free.
        """
        raise NotImplementedError("step: not written yet")
