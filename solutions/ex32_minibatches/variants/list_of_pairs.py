"""Python's random, all pairs of an epoch in a list, batches by fancy indexing with lists."""

import random


class Minibatches:
    def __init__(self, X, y, batch_size, shuffle=True, drop_last=False, seed=None):
        if len(X) - len(y) or batch_size < 1:
            raise ValueError("X and y must have the same length, batch_size must be at least 1")
        self.pair, self.size, self.full_only = (X, y), batch_size, drop_last
        self.sample = random.Random(seed).sample if shuffle else lambda numbers, _: list(numbers)

    def starts(self):
        n = len(self.pair[0])
        return range(0, n - self.size + 1 if self.full_only else n, self.size)

    def __iter__(self):
        n = len(self.pair[0])
        order = self.sample(range(n), n)
        pieces = [order[start : start + self.size] for start in self.starts()]
        return iter([[part[piece] for part in self.pair] for piece in pieces])

    def __len__(self):
        return len(self.starts())
