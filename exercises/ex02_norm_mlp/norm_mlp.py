"""A small network with one hidden layer, with no normalization, batch norm or layer norm, as you ask."""

from torch import Tensor, nn


class NormMLP(nn.Module):
    """Linear → norm → ReLU → Linear and nothing else; both linear maps are `nn.Linear`, and there are no others.

    `norm` "none": nothing. "batch": each hidden feature is normalized over the samples of the batch. "layer": each
    sample is normalized over its hidden features. Both compute γ·(a − mean) / √(var + eps) + β, where var is the mean
    squared deviation (divided by the number of values) and eps stands inside the root: at most 1e-3, and more than 0,
    so that equal values give β and not NaN. γ and β are learnable, one of each per hidden feature, and act as 1 and 0
    at first; in which form they are stored is free. Gradients flow through mean and var.

    In train() batch norm uses the batch's own statistics and updates a running mean and a running variance; in eval()
    it uses these two and leaves them alone. Free are what they start with, how they average (all batches alike, or the
    new batch with a share of 1 % or more), and whether the running variance is divided by n or n − 1. `state_dict()`
    and `load_state_dict()` save and load them; how is free. Two networks share nothing. Everything else works the same
    in train() and in eval().

    The first `nn.Linear` may do without its bias before batch norm, which takes it away again; else both have one.
    """

    def __init__(self, in_features: int = 784, hidden: int = 128, num_classes: int = 10, norm: str = "none") -> None:
        """ValueError, here and not later, unless norm is exactly "none", "batch" or "layer"."""
        super().__init__()
        raise NotImplementedError("norm_mlp: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x (N, ...) with in_features numbers per sample, like (N, D), (N, H, W), (N, C, H, W) -> (N, num_classes).

        The result are logits, float32 as x is. x need not be contiguous; its numbers count in the order of `flatten`.
        ValueError for a single sample (N = 1) with norm "batch" in train(): it has no variance. In all other cases
        N = 1 works, if hidden > 1. N = 0 is free.
        """
        raise NotImplementedError("norm_mlp: not written yet")
