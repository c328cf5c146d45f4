"""A class of its own for the iterator; NumPy's generator; slices of a shuffled array of indices."""

import math

import numpy as np
import torch


class Epoch:
    def __init__(self, loader, order):
        self.loader, self.order, self.at = loader, torch.from_numpy(order), 0

    def __iter__(self):
        return self

    def __next__(self):
        rows = self.order[self.at : self.at + self.loader.batch_size]
        self.at += self.loader.batch_size
        if len(rows) == 0 or (self.loader.drop_last and len(rows) < self.loader.batch_size):
            raise StopIteration
        return self.loader.X.index_select(0, rows), self.loader.y.index_select(0, rows)


class Minibatches:
    def __init__(self, X, y, batch_size, shuffle=True, drop_last=False, seed=None):
        if X.shape[0] != y.shape[0]:
            raise ValueError("sizes")
        if batch_size < 1:
            raise ValueError("batch_size")
        self.X, self.y, self.batch_size, self.drop_last = X, y, batch_size, drop_last
        self.shuffle, self.luck = shuffle, np.random.default_rng(seed)

    def __iter__(self):
        order = np.arange(self.X.shape[0])
        if self.shuffle:
            self.luck.shuffle(order)
        return Epoch(self, order)

    def __len__(self):
        batches = self.X.shape[0] / self.batch_size
        return math.floor(batches) if self.drop_last else math.ceil(batches)
