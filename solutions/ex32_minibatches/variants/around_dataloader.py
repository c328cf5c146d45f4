"""PyTorch's own loader, a new one for each epoch, with a generator that is seeded by seed and epoch."""

import torch
from torch.utils.data import DataLoader, TensorDataset


class Minibatches:
    def __init__(self, X, y, batch_size, shuffle=True, drop_last=False, seed=None):
        if batch_size <= 0:
            raise ValueError
        if len(X) != len(y):
            raise ValueError
        self.data, self.seed, self.epoch = TensorDataset(X, y), seed, 0
        self.options = {"batch_size": batch_size, "shuffle": shuffle, "drop_last": drop_last}

    def loader(self, generator=None):
        return DataLoader(self.data, generator=generator, **self.options)

    def __iter__(self):
        generator = torch.Generator()
        if self.seed is None:
            generator.seed()
        else:
            generator.manual_seed(1000003 * self.seed + self.epoch)
        self.epoch += 1
        return iter(self.loader(generator))

    def __len__(self):
        return len(self.loader())
