"""Must fail: test_all_orders
Says: "2500 epochs of 6 samples in pairs"
Echoes: -

Shuffles the samples of each batch among themselves.
"""

from collections.abc import Iterator

import torch
from torch import Tensor


class Minibatches:
    def __init__(
        self,
        X: Tensor,
        y: Tensor,
        batch_size: int,
        shuffle: bool = True,
        drop_last: bool = False,
        seed: int | None = None,
    ) -> None:
        if len(X) != len(y) or batch_size < 1:
            raise ValueError(f"{len(X)} inputs, {len(y)} targets, batch_size {batch_size}")
        self.X, self.y, self.batch_size, self.shuffle, self.drop_last = X, y, batch_size, shuffle, drop_last
        self.generator = None if seed is None else torch.Generator().manual_seed(seed)  # goes on from epoch to epoch

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        n = len(self.X)
        order = torch.arange(n)
        for i in order.split(self.batch_size):  # numbers are shuffled, the data stay where they are
            if self.shuffle:
                i = i[torch.randperm(len(i), generator=self.generator)]
            if not self.drop_last or len(i) == self.batch_size:
                yield self.X[i], self.y[i]

    def __len__(self) -> int:
        return len(self.X) // self.batch_size if self.drop_last else -(-len(self.X) // self.batch_size)
