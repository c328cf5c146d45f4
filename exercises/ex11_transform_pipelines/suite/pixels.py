"""Pictures of known colors and slopes, and how to read a view of one: back in 0 ... 1 by the learner's own scale.

That scale is read off two gray pictures with all randomness off, so that a wrong normalization costs the tests of the
normalization alone; layout and dtype are judged in one test and put right everywhere else.
"""

import numpy as np
from looks import look

from grader.suite import Raised, answers, close, shaped

MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
OFF = {"flip_p": 0.0, "degrees": 0.0, "jitter": 0.0, "scale": (1.0, 1.0)}
GRAYS = (64, 192)


def slopes(draw, height, width):
    """A smooth uint8 picture (H, W, 3): red grows with x, green with y, blue with both, in random directions."""
    y, x = np.mgrid[:height, :width] / np.array([height - 1, width - 1]).reshape(2, 1, 1)
    x, y = (side if draw.random() < 0.5 else 1 - side for side in (x, y))
    return np.round(255 * (0.1 + 0.8 * np.stack([x, y, (x + y) / 2], axis=-1))).astype(np.uint8)


def plain(color, side=20):
    """A picture of one color (3,), or one gray, in 0 ... 255."""
    return np.full((side, side, 3), color, dtype=np.uint8)


def upright(view, size, what):
    """The view as (3, size, size) numbers in float64; a batch dimension and channels at the end are put right."""
    if isinstance(view, np.ndarray) and view.shape == (1, 3, size, size):
        view = view[0]
    if isinstance(view, np.ndarray) and view.shape == (size, size, 3):
        view = view.transpose(2, 0, 1)
    return shaped(view, (3, size, size), what).astype(np.float64)


def scale_of(observe, side):
    """(mean, std, order) by which a pipeline normalizes; the right ones where plain pictures do not tell them."""
    pictures = [*(plain(gray) for gray in GRAYS), plain((64, 128, 192))]
    (seen,) = observe.each(look, [(OFF, pictures, 2, 2)])
    if isinstance(seen, Raised) or not isinstance(seen, dict) or side not in seen:
        return MEAN, STD, 1
    middles = [[upright(view, 32, "plain picture")[:, 16, 16] for view in answers(views, 2)] for views in seen[side]]
    (dark, again), (light, _), (tinted, _) = middles
    rise = (light - dark) / (GRAYS[1] - GRAYS[0]) * 255
    if not np.array_equal(dark, again) or not np.isfinite(rise).all() or rise.min() < 1e-6:
        return MEAN, STD, 1
    mean, std = GRAYS[0] / 255 - dark / rise, 1 / rise
    order = -1 if (tinted * std + mean)[0] > 0.6 else 1  # blue, green, red
    return (MEAN, STD, order) if np.allclose([mean, std], [MEAN, STD], atol=0.005) else (mean, std, order)


def pixels(view, size, scale, what):
    """A view (3, size, size) back in 0 ... 1."""
    mean, std, order = scale
    return (upright(view, size, what) * np.reshape(std, (3, 1, 1)) + np.reshape(mean, (3, 1, 1)))[::order]


def resized(picture, height, width):
    """(3, height, width) in 0 ... 1, interpolated at the centers of the new pixels."""
    values = picture.transpose(2, 0, 1) / 255
    for axis, size in ((1, height), (2, width)):
        old = np.arange(values.shape[axis])
        new = (np.arange(size) + 0.5) * len(old) / size - 0.5
        values = np.apply_along_axis(lambda line, new=new, old=old: np.interp(new, old, line), axis, values)
    return values


def center(values, size):
    top, left = (values.shape[1] - size) // 2, (values.shape[2] - size) // 2
    return values[:, top : top + size, left : left + size]


def close_or_known(got, right, slips, what, atol):
    """`got` is close to `right`; if it is close to the outcome of just one kind of slip instead, that is told."""
    fits = [words for words, slip in slips.items() if slip.shape == got.shape and np.abs(got - slip).max() <= atol]
    close(got, right, f"{what} ({fits[0]})" if fits else what, rtol=0, atol=atol)


def slopes_of(channel):
    """How much a channel (H, W) grows per pixel to the right and per pixel down."""
    y, x = np.mgrid[: channel.shape[0], : channel.shape[1]] - (np.array(channel.shape).reshape(2, 1, 1) - 1) / 2
    return float((x * channel).sum() / (x * x).sum()), float((y * channel).sum() / (y * y).sum())


def turned_by(view, picture):
    """By how many degrees the middle of a view in 0 ... 1 is turned; the picture's green grows along y."""
    quarter = view.shape[-1] // 4
    across, down = slopes_of(view[1, quarter:-quarter, quarter:-quarter])
    sign = np.sign(slopes_of(picture[..., 1].astype(float))[1])
    return float(np.degrees(np.arctan2(-sign * across, sign * down)))


def share_of(view, picture):
    """Which share of the picture's area a view shows, mirrored or not: in x by the slope of red, in y by green's."""
    whole = picture.transpose(2, 0, 1) / 255
    across = slopes_of(view[0])[0] * view.shape[2] / (slopes_of(whole[0])[0] * whole.shape[2])
    return abs(across) * slopes_of(view[1])[1] * view.shape[1] / (slopes_of(whole[1])[1] * whole.shape[1])
