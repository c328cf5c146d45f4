"""Batch norm and dropout in one MLP, and the number that tells overfitting."""

from torch import Tensor, nn


class RegularizedMLP(nn.Module):
    """Linear -> batch norm -> ReLU -> dropout -> Linear, giving logits. Both linear maps are nn.Linear."""

    def __init__(self, in_features: int = 784, hidden: int = 128, num_classes: int = 10, dropout: float = 0.5) -> None:
        """`dropout` is the probability of dropping a hidden number in training."""
        raise NotImplementedError("bn_dropout_mlp: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, ...) with in_features numbers per sample, in any memory layout -> logits (N, num_classes).

        In training the batch's statistics and a new dropout mask are used, in evaluation the running statistics and
        no dropout.
        """
        raise NotImplementedError("bn_dropout_mlp: not written yet")


def overfit_gap(model: nn.Module, x_train: Tensor, y_train: Tensor, x_test: Tensor, y_test: Tensor) -> float:
    """Accuracy on the training data minus accuracy on the test data, both as shares between 0 and 1.

    x: (N, ...) inputs, y: (N,) class numbers. Both accuracies are measured in evaluation mode and with gradients
    switched off. Afterwards the model is in the mode it was in before, and nothing else of it has changed.
    """
    raise NotImplementedError("bn_dropout_mlp: not written yet")
