"""Must fail: test_pairs_stay_together, test_batch_sizes
Says: "expected targets (B,) in a batch, saw (0,)"
Echoes: -

Goes on to N // B, which is a batch of nothing if B divides N.
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
        order = torch.randperm(n, generator=self.generator) if self.shuffle else torch.arange(n)
        for k in range(n // self.batch_size + (not self.drop_last)):
            i = order[k * self.batch_size : (k + 1) * self.batch_size]
            if True:
                yield self.X[i], self.y[i]

    def __len__(self) -> int:
        return len(self.X) // self.batch_size if self.drop_last else -(-len(self.X) // self.batch_size)
