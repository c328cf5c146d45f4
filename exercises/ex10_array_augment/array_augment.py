"""Image augmentations on NumPy arrays.

An image is an array (H, W) or (H, W, C), of at least two rows and two columns and any number of channels, with values
in [0, 1], of floats or of the integers 0 and 1; row 0 is on top.
No function modifies its arguments (`rng` excepted, which moves on), all values that come back lie in [0, 1], and
`torch.from_numpy` accepts each result if it accepts the argument. NumPy alone does it: no torch, torchvision or PIL.
Where nothing else is said, the type of number that comes back is free.
"""

import numpy as np


def hflip(img: np.ndarray) -> np.ndarray:
    """The mirror image: the columns from right to left, rows and channels as they are."""
    raise NotImplementedError("array_augment: not written yet")


def rotate90(img: np.ndarray, k: int = 1) -> np.ndarray:
    """`k` quarter turns counter-clockwise in the image plane, channels as they are; negative `k` turns clockwise."""
    raise NotImplementedError("array_augment: not written yet")


def brighten(img: np.ndarray, delta: float) -> np.ndarray:
    """Adds `delta` to every number and clips to [0, 1]; floats, whatever the types of `img` and `delta`."""
    raise NotImplementedError("array_augment: not written yet")


def add_noise(img: np.ndarray, sigma: float = 0.1, rng: np.random.Generator | None = None) -> np.ndarray:
    """Adds Gaussian noise of standard deviation `sigma` and clips to [0, 1]; floats, whatever the type of `img`.

    Every number gets noise of its own, new in each call, with or without `rng`. Whether the noise comes from `rng` if
    one is given is free. ValueError if `sigma` is negative; 0 adds nothing.
    """
    raise NotImplementedError("array_augment: not written yet")


def expand(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N, S, S) images and (N,) labels -> (5N, S, S) and (5N,), in any order.

    Each image comes unchanged, mirrored left to right, turned by 90°, with noise, and with another brightness, all five
    made of the original and with its label. Free: which way it is turned, how much noise, how much brighter or darker.
    Images of the integers 0 and 1 come back as floats. ValueError if the images are not square.
    """
    raise NotImplementedError("array_augment: not written yet")
