"""Right and wrong versions of an image by name, and what a result must be at the least."""

import numpy as np

from grader.suite import close, require, shaped

ROWS = ("0000000", "0111100", "0100000", "0111000", "0100000", "0100000", "0000000")
F = np.array([[int(digit) for digit in row] for row in ROWS])


def reordered(image):
    """The image with its pixels in another order, by the name of the order."""
    rest = (2,) if image.ndim == 3 else ()
    return {
        "the original, nothing happened": image,
        "mirrored left to right": image[:, ::-1],
        "upside down": image[::-1],
        "turned by 180°": image[::-1, ::-1],
        "turned left": np.rot90(image),
        "turned right": np.rot90(image, -1),
        "transposed, a mirror image of a turn": image.transpose(1, 0, *rest),
        "transposed along the other diagonal": image[::-1, ::-1].transpose(1, 0, *rest),
        "mirrored one column too far": np.roll(image[:, ::-1], 1, axis=1),
        "one half mirrors the other: columns were written over before they were read": half_mirrored(image),
    }


def half_mirrored(image):
    """What comes of exchanging columns, one after the other, without keeping the first."""
    image = image.copy()
    for column in range(image.shape[1]):
        image[:, column] = image[:, image.shape[1] - 1 - column]
    return image


def recolored(image):
    """The same for the channels (H, W, C)."""
    other = {f"the colors were exchanged, and {name}": v[..., ::-1] for name, v in reordered(image).items()}
    other["the last two axes were turned"] = np.rot90(image, axes=(1, 2))
    other["all axes were reversed"] = image.T
    return {"the colors were exchanged, red for blue": image[..., ::-1], **other}


def equal(seen, expected, what, others, hint=""):
    """`seen` is `expected` within float32, else the message names which of the others it is."""
    for why, values in others.items():
        if np.shape(values) == np.shape(seen) and np.allclose(seen, values, atol=1e-5):
            if not (np.shape(values) == np.shape(expected) and np.allclose(values, expected, atol=1e-5)):
                what = f"{what}: {why}"
                break
    close(seen, expected, what, atol=1e-6, hint=hint)


def has_worked(name, seen, image):
    """A result of `name` for this image, right or not: numbers that are neither all alike nor the image again."""
    seen = shaped(seen, np.shape(seen) or (1,), name).astype(np.float64)
    require(seen.size and np.ptp(seen) > 0, f"{name}: the result holds no two different numbers")
    require(seen.mean() > 0, f"{name}: the numbers of the result lie below 0 on the average")
    again = seen.shape == image.shape and np.allclose(seen, image, atol=1e-6)
    require(not again, f"{name}: the result is the image itself")
