"""A small network with one hidden layer, with no normalization, batch norm or layer norm, as you ask."""

from torch import Tensor, nn


class NormMLP(nn.Module):
    """Linear → norm → ReLU → Linear; both linear maps are `nn.Linear`.

    `norm` "none": nothing. "batch": each hidden feature is normalized over the samples of the batch. "layer": each
    sample is normalized over its hidden features. Both compute γ·(a − mean) / √(var + eps) + β, where var is the mean
    squared deviation (divided by the number of values), eps is small (1e-5, say) and stands inside the root, and γ and
    β are learnable, one of each per hidden feature.

    In train() batch norm uses the batch's own statistics and updates a running mean and variance; in eval() it uses
    those and leaves them alone. They are saved and loaded with `state_dict()`.
    """

    def __init__(self, in_features: int = 784, hidden: int = 128, num_classes: int = 10, norm: str = "none") -> None:
        """ValueError, with a message, unless norm is "none", "batch" or "layer"."""
        super().__init__()
        raise NotImplementedError("norm_mlp: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x (N, ...) with in_features numbers per sample, images included -> logits (N, num_classes).

        x need not be contiguous; the numbers of a sample count in the order of `flatten`.
        ValueError for a single sample (N = 1) with norm "batch" in train(): it has no variance.
        """
        raise NotImplementedError("norm_mlp: not written yet")
