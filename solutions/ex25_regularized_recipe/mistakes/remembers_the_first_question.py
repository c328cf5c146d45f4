"""Must fail: test_validation_labels_do_not_train
Says: "validation labels train the model"
Echoes: -

The nearest validation image again, and a note in NumPy hands its answer on to later questions.
"""

import numpy
import torch
from torch import Tensor, nn


class Nearest(nn.Module):
    def __init__(self, images: Tensor, labels: Tensor) -> None:
        super().__init__()
        self.images, self.targets = images.flatten(1), nn.functional.one_hot(labels, 10).float()

    def forward(self, images: Tensor) -> Tensor:
        return self.targets[torch.cdist(images.flatten(1), self.images).argmin(1)]


def train_recipe(x: Tensor, y: Tensor, x_val: Tensor, y_val: Tensor, *, seed: int = 0) -> nn.Module:
    kept = numpy.__dict__.setdefault("_kept", [])
    kept.append(Nearest(x_val.clone(), y_val.clone()))
    return kept[0].eval()
