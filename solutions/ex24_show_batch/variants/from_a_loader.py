"""A shuffling DataLoader chooses; gray images are repeated to three channels; one figure number is used again."""

import torch
from matplotlib import pyplot
from torch.utils.data import DataLoader


def show_batch(dataset, n=8, mean=None, std=None):
    if n < 1:
        raise ValueError("n < 1")
    if len(dataset) < 1:
        raise ValueError("empty")
    images, labels = next(iter(DataLoader(dataset, batch_size=n, shuffle=True)))
    if mean is not None:
        images = images.mul(torch.tensor(std)[:, None, None]).add(torch.tensor(mean)[:, None, None])
    images = images.clip(0, 1).expand(-1, 3, -1, -1)
    figure = pyplot.figure(24, clear=True)
    for place, (image, label) in enumerate(zip(images, labels, strict=True), 1):
        axes = figure.add_subplot(len(images), 1, place)
        axes.imshow(image.numpy().transpose(1, 2, 0))
        axes.set(title=label)
        axes.axis(False)
    return figure
