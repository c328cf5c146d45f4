"""A data loader in twelve lines: shuffled minibatches of tensors that lie in memory."""

from collections.abc import Iterator

from torch import Tensor


class Minibatches:
    """Pairs of batches: `for xb, yb in Minibatches(X, y, 32):` is an epoch, and the next such loop the next epoch.

    X: (N, ...) and y: (N, ...), N >= 1, of any dtypes, which the batches keep. A batch holds the same rows of X and y,
    as tensors (B, ...); row k of one belongs to row k of the other. X and y themselves stay as they are.

    Every epoch holds every sample exactly once, in batches of `batch_size`. What is left at the end makes a smaller
    batch, never an empty one; with drop_last it is left out. batch_size may be larger than N.
    shuffle: every epoch has a new random order of all samples, all orders with the same chance; otherwise it is the
    order given. seed: two objects with the same arguments and seed give the same first epoch, the same second one, and
    so on, whatever else draws random numbers meanwhile; the epochs of one object still differ, and another seed gives
    other orders. None, and only None, means that no two objects agree.

    Several loops over one object may run at the same time, one inside the other or in turns, and a loop may be left
    before its end: each loop has its epoch to itself. Free: which of them gets which order, when an order is drawn, and
    by which source of random numbers.
    """

    def __init__(
        self,
        X: Tensor,
        y: Tensor,
        batch_size: int,
        shuffle: bool = True,
        drop_last: bool = False,
        seed: int | None = None,
    ) -> None:
        """ValueError: X and y have different numbers of samples, or batch_size < 1."""
        raise NotImplementedError("minibatches: not written yet")

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Starts an epoch: an iterator over its pairs (xb, yb), tuples or lists."""
        raise NotImplementedError("minibatches: not written yet")

    def __len__(self) -> int:
        """The number of batches of an epoch; asking for it changes no order."""
        raise NotImplementedError("minibatches: not written yet")
