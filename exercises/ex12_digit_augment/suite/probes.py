"""Images of ex12 whose fate tells what was done to them, and how to read it off: dots, barbells, a disk, an F."""

import numpy as np

from grader.suite import require, shaped

SHIFT, ANGLE = 2, 25.0
SIDE = 29  # of barbells and disks
Y, X = np.mgrid[:SIDE, :SIDE] - SIDE // 2
INSIDE = X**2 + Y**2 <= (SIDE / 2) ** 2  # what lies in this circle before a turn lies in it afterwards


def outputs(seen, images, what):
    """(calls, *images.shape): what every call gave for these images."""
    told = f"{what}: the size changed"
    require(isinstance(seen, list) and len(seen) > 0, f"{told}, no images came back")
    made = np.stack([shaped(out, images.shape, told, hint="Pad before you cut a window.") for out in seen])
    require(np.isfinite(made).all(), f"{what}: NaN or inf in an image")
    return made


def dots(draw, n, spread=0):
    """(n, 1, 15, 15): a dot each, of its own brightness, `spread` pixels off the center at most; the places (n, 2)."""
    places = draw.integers(7 - spread, 8 + spread, (n, 2))
    images = np.zeros((n, 1, 15, 15), dtype=np.float32)
    images[np.arange(n), 0, places[:, 1], places[:, 0]] = draw.permutation(np.linspace(0.6, 0.95, n))
    return images, places


def moved(out, images, places, what):
    """(calls, n, 2): how far the dot of each image (calls, n, 1, 15, 15) was moved in x and y, in whole pixels."""
    flat = out.reshape(-1, 225)
    given = images.reshape(len(images), 225).max(1)
    place, seen, own = flat.argmax(1), flat.max(1), np.resize(given, len(flat))
    lost = int((seen < 0.1).sum())
    require(not lost, f"{what}: {lost} of {len(flat)} dots were lost")
    y, x = place // 15, place % 15
    far = np.maximum(np.abs(Y[:15, :15] + 14 - y[:, None, None]), np.abs(X[:15, :15] + 14 - x[:, None, None]))
    around = np.where(far == 1, flat.reshape(-1, 15, 15), 0).sum((1, 2))
    worst = int(around.argmax())
    told = f"{what}: a dot of {own[worst]:.2f} came back as {seen[worst]:.2f} and {around[worst]:.2f} next to it"
    rule, way = "offsets are whole pixels", "Draw whole numbers: `torch.randint(2 * shift + 1, ...)`."
    if seen[worst] > 0.97 * own[worst]:
        rule = "it grew, and images are only turned and moved"
        way = "Resize nothing, add nothing; affine_grid and grid_sample need the same align_corners."
    require(around[worst] < 0.01, f"{told}: {rule}", way)
    worst = int(np.abs(seen - own).argmax())
    told = f"{what}: the image with a dot of {own[worst]:.3f} came back with {seen[worst]:.3f} as its brightest pixel"
    another = ", the dot of another image" if np.abs(given - seen[worst]).min() < 1e-3 else ""
    require(abs(seen - own)[worst] < 0.1 / len(images), told + another)
    return np.stack([x, y], -1).reshape(*out.shape[:2], 2) - places


def barbells(n):
    """(n, 1, 29, 29): a bright blob at the left, a dimmer one at the right, 20 pixels apart."""
    images = np.zeros((n, 1, SIDE, SIDE), dtype=np.float32)
    images[:, :, 12:17, 2:7], images[:, :, 12:17, 22:27] = 1, 0.5
    return images


def moments(images):
    """x, y of the center of mass and the second moments xx, yy, xy about it, each (...), of images (..., 29, 29)."""
    images = np.where(INSIDE, images, 0)
    mass = np.maximum(images.sum((-2, -1)), 1e-9)
    x, y = ((images * side).sum((-2, -1)) / mass for side in (X, Y))
    u, v = X - x[..., None, None], Y - y[..., None, None]
    xx, yy, xy = ((images * part).sum((-2, -1)) / mass for part in (u * u, v * v, u * v))
    return x, y, xx, yy, xy


def angles(images):
    """Degrees by which each barbell (..., 29, 29) was turned, from -180 to 180."""
    x, y, xx, yy, xy = moments(images)
    axis = 0.5 * np.arctan2(2 * xy, xx - yy)
    bright = moments(np.where(images > 0.75, images, 0))
    ahead = (bright[0] - x) * np.cos(axis) + (bright[1] - y) * np.sin(axis) > 0  # the bright blob belongs to the left
    return (np.degrees(axis) + np.where(ahead, 180, 0) + 180) % 360 - 180


def disk():
    """(29, 29): a soft spot in the middle, the same however it is turned about it."""
    return np.exp(-(X**2 + Y**2) / 32).astype(np.float32)


def glyph():
    """(28, 28): an F, which is no mirror image of itself."""
    image = np.zeros((28, 28), dtype=np.float32)
    image[4:24, 8:12] = image[4:8, 8:21] = image[12:15, 8:18] = 1
    return image


def turned(image, degrees):
    """The image (H, W) turned about its center, each pixel from the nearest old place."""
    middle = (len(image) - 1) / 2
    y, x = np.mgrid[: len(image), : len(image)] - middle
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    row, column = (np.rint(part + middle).astype(int) for part in (c * y - s * x, s * y + c * x))
    inside = (row >= 0) & (row < len(image)) & (column >= 0) & (column < len(image))
    return np.where(inside, image[row.clip(0, len(image) - 1), column.clip(0, len(image) - 1)], 0)


def likeness(images, pattern):
    """The largest correlation of each image (n, 28, 28) with the pattern turned by any multiple of 10 degrees."""
    shifts = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    bank = [np.roll(turned(pattern, angle), shift, (0, 1)).ravel() for angle in range(0, 360, 10) for shift in shifts]
    a = images.reshape(len(images), -1) - images.mean((1, 2))[:, None]
    b = np.array(bank) - np.mean(bank, axis=1, keepdims=True)
    lengths = np.outer(np.linalg.norm(a, axis=1), np.linalg.norm(b, axis=1))
    return (a @ b.T / np.maximum(lengths, 1e-9)).max(1)


def repeats(values):
    """For rows (n, k): the distance d > 0 at which most rows equal the one d before, and the share that does."""
    shares = [(np.all(values[d:] == values[:-d], axis=1)).mean() for d in range(1, len(values) // 2 + 1)]
    return int(np.argmax(shares)) + 1, float(max(shares))
