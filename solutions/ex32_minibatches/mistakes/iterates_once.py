"""Must fail: test_every_sample_once
Says: "samples, batch_size 4, epoch 2: samples missing: [0, 1, 2, 3, 4, 5, 6, 7]"
Echoes: test_new_order_every_epoch, test_all_orders, test_given_order, test_seed, test_loops_at_once
Because: a second epoch is what most of this is about

Makes its iterator in the constructor: a second loop is empty.
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

    def __iter__(self):
        if not hasattr(self, "epoch"):
            self.epoch = self.start()
        return self.epoch

    def start(self) -> Iterator[tuple[Tensor, Tensor]]:
        n = len(self.X)
        order = torch.randperm(n, generator=self.generator) if self.shuffle else torch.arange(n)
        for i in order.split(self.batch_size):  # numbers are shuffled, the data stay where they are
            if not self.drop_last or len(i) == self.batch_size:
                yield self.X[i], self.y[i]

    def __len__(self) -> int:
        return len(self.X) // self.batch_size if self.drop_last else -(-len(self.X) // self.batch_size)
