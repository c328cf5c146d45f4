"""Real 8×8 digits for exercises, pictures and lessons: 200 to train on, 400 to validate, 1197 to test.

Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (1998),
doi 10.24432/C50P49, CC BY 4.0; the 1797 images that scikit-learn ships. See `grader/data/LICENSE-digits.md`.
"""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

FILE = Path(__file__).parents[1] / "data" / "digits.npz"


class Digits(NamedTuple):
    """Images float32 in [0, 1] of shape (N, 8, 8), labels int64 of shape (N,)."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


@lru_cache(maxsize=2)
def load(noisy: bool) -> Digits:
    with np.load(FILE, allow_pickle=False) as file:
        order = file["order"]
        images = (file["images"][order] / np.float32(16)).astype(np.float32)
        labels = file["labels"][order].astype(np.int64)
        train = file["noisy_train_labels"].astype(np.int64) if noisy else labels[:200]
    return Digits(images[:200], train, images[200:600], labels[200:600], images[600:], labels[600:])


def digits(noisy: bool = False) -> Digits:
    """A fresh copy of the fixed split. `noisy`: 60 of the 200 training labels were drawn anew, so that 51 are wrong."""
    return Digits(*(part.copy() for part in load(noisy)))
