"""ex10 in one picture: the letter F and the four images made of it."""

import numpy as np

ROWS = (
    "000000000",
    "001111100",
    "001111100",
    "001100000",
    "001111000",
    "001111000",
    "001100000",
    "001100000",
    "000000000",
)


def scene(module):
    """The letter and what each function makes of it."""
    letter = np.array([[float(digit) for digit in row] for row in ROWS], dtype=np.float32)
    return {
        "original": letter,
        "hflip": module.hflip(letter),
        "rotate90": module.rotate90(letter),
        "add_noise, sigma 0.1": module.add_noise(letter, 0.1),
        "brighten, delta 0.3": module.brighten(letter, 0.3),
    }


def claim(reference):
    """The letter is mirrored, turned to the left, grainy and brighter, always within 0 and 1, and no two are alike."""
    letter, flipped, turned, noisy, bright = reference.values()
    assert np.array_equal(flipped, letter[:, ::-1]), "hflip does not mirror left and right"
    assert np.array_equal(turned, letter.T[::-1]), "rotate90 does not turn to the left"
    assert 0.02 < np.abs(noisy - letter).mean() < 0.07, "the noise is not to be seen, or hides the letter"
    assert np.allclose(bright, np.minimum(letter + 0.3, 1)), "brighten does not add 0.3 up to white"
    images = list(reference.values())
    assert all(image.min() >= 0 and image.max() <= 1 for image in images), "an image leaves 0 and 1"
    gaps = [np.abs(a - b).mean() for i, a in enumerate(images) for b in images[:i]]
    assert min(gaps) > 0.02, "two images are alike"


def draw(submission, reference):
    """One row of five images for the submission and one for the reference."""
    from matplotlib.figure import Figure

    rows = [(who, seen) for who, seen in (("yours", submission), ("reference", reference)) if seen]
    figure = Figure(figsize=(10, 0.6 + 2.1 * len(rows)), layout="constrained")
    for line, (who, seen) in zip(figure.subplots(len(rows), 5, squeeze=False), rows, strict=True):
        for axes, (name, image) in zip(line, seen.items(), strict=True):
            axes.imshow(image, cmap="gray", vmin=0, vmax=1)
            axes.set(xticks=[], yticks=[], title=name)
        line[0].set_ylabel(who)
    figure.suptitle("Five training images out of one")
    return figure
