"""Batch norm and dropout in one MLP, and the number that tells overfitting."""

from torch import Tensor, nn


class RegularizedMLP(nn.Module):
    """Linear -> batch norm -> ReLU -> dropout -> Linear, giving logits.

    Both linear maps are nn.Linear with a bias, and batch norm learns a scale and a shift per hidden number: 102 026
    numbers by default. Which layers or functions normalize and drop is free, so are eps up to 1e-3, the momentum of the
    running averages (a new batch weighs 0.001 to 0.99; or a plain mean) and whether their variance divides by n.
    """

    def __init__(self, in_features: int = 784, hidden: int = 128, num_classes: int = 10, dropout: float = 0.5) -> None:
        """`dropout`, from 0 to below 1, is the probability of dropping a hidden number in training."""
        raise NotImplementedError("bn_dropout_mlp: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, ...) with in_features numbers per sample, in any memory layout -> logits (N, num_classes).

        In training the batch's own statistics and a new dropout mask are used, whatever came before; in evaluation the
        running averages of the mean and of the variance that the training batches had, and no dropout.
        """
        raise NotImplementedError("bn_dropout_mlp: not written yet")


def overfit_gap(model: nn.Module, x_train: Tensor, y_train: Tensor, x_test: Tensor, y_test: Tensor) -> float:
    """Accuracy on the training data minus accuracy on the test data, both as shares between 0 and 1.

    x: (N, ...) inputs, y: (N,) class numbers. The gap is a Python float, negative if the test data is answered better.
    Both accuracies count every sample once; they are measured in evaluation mode and with gradients switched off.
    Afterwards the model with all its parts is in the mode it was in before, and nothing else has changed, the `.grad`
    of the parameters neither. Free: how the answers are got (in one call or many, from the model or from a copy), and
    the mode of a part that was not in the same mode as the model (ex21 is about those).
    """
    raise NotImplementedError("bn_dropout_mlp: not written yet")
