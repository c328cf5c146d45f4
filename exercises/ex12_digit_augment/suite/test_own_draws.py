"""ex12: every image, every call and every number of digit_augment has draws of its own, to both sides alike."""

import numpy as np
from calls import augment, turned
from probes import ANGLE, SHIFT, angles, dots, moments, moved, outputs, repeats

from grader.suite import may_fail, mean_by_chance, points, require, uniform


def single(seen):
    """Numbers (calls, images) as one row, each draw once: another test judges whether calls or images share them."""
    if np.ptp(seen, axis=1).max() == 0:
        return seen[:, 0]
    return seen[0] if np.ptp(seen, axis=0).max() == 0 else seen.ravel()


@points(2, hint="Draw N angles and N pairs of offsets, anew in each call, and never seed.")
def test_own_draws(observe, draw):
    """Each image gets draws of its own: dx, dy and the angle, anew in every call."""
    images, places = dots(draw, 120, 2)
    out = outputs(observe(augment, images, [SHIFT, 0.0], 2), images, "120 dots")
    first, second = moved(out, images, places, "120 dots, shift 2, degrees 0")
    spread = np.ptp(first, axis=0)
    require(spread.max() > 0, f"all digits moved the same way, by {first[0].tolist()} pixels")
    one = "dx" if spread[0] == 0 else "dy"
    require(spread.min() > 0, f"{one} is the same for all 120 digits of a batch: each image has offsets of its own")
    again = np.array_equal(first, second)
    require(
        not again, "two calls move 120 dots by the same offsets: the draws must be new in each call (a fixed seed?)"
    )
    distance, share = repeats(first)
    told = f"{share:.0%} of the images move just like the one {distance} before: some images share their draws"
    may_fail(1e-12)  # independent offsets agree with 1/9 at most: 40 of 60 below 1e-23, for each of 60 distances
    require(share < 0.45, told)
    tied = np.ptp(first[:, 0] - first[:, 1]) == 0 or np.ptp(first.sum(1)) == 0
    require(not tied, "dx and dy always move together: draw two offsets per image")
    # Either offset is above 0, or below, with a chance of 3/8 at least, so both as they are asked for with 1/7 or more.
    may_fail(4e-16)
    for dx, dy in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        met = (np.sign(np.concatenate([first, second])) == (dx, dy)).all(1).any()
        where = f"to the {'right' if dx > 0 else 'left'} and {'down' if dy > 0 else 'up'}"
        require(met, f"none of 240 dots was moved {where}: dx and dy are drawn independently of each other")
    texture = np.tile(uniform(draw, 21, 21), (300, 1, 1, 1))
    out = outputs(observe(augment, texture, [0, ANGLE]), texture, "300 equal images, degrees 25")[0]
    different = len({image.tobytes() for image in out})
    require(different > 1, "all digits of a batch turned the same way")
    require(
        different > 180, f"300 equal images, degrees 25: {different} different ones came back, some share their angle"
    )
    both = turned(observe, [SHIFT, ANGLE], "shift 2, degrees 25", 1, 600)[0]
    seen, (x, y, *_) = angles(both), moments(both)
    # The center of mass of a barbell lies 10 / 3 pixels left of the middle before it is turned and moved.
    for name, off in (("dx", x + 10 / 3 * np.cos(np.radians(seen))), ("dy", y + 10 / 3 * np.sin(np.radians(seen)))):
        products = (off * np.sign(seen)).clip(-3, 3)
        mean_by_chance(products, 0, -3, 3, f"{name} times the sign of the angle, 600 images", 1e-10)
    far = np.hypot(x + 10 / 3 * np.cos(np.radians(seen)), y + 10 / 3 * np.sin(np.radians(seen)))
    # An angle below 2 degrees comes with a chance of 0.08: 10 of 10 with 1e-11.
    may_fail(3e-11)
    for which, name in ((far < 0.5, "stayed in place"), (far > 0.5, "were moved")):
        turned_too = np.abs(seen[which]).max(initial=0) > 2
        told = f"of 600 images {which.sum()} {name}, and none of these was turned"
        require(turned_too or which.sum() < 10, f"{told}: draw the angle whatever the offsets are")


@points(1, hint="`torch.randint(2 * shift + 1, ...) - shift` and `2 * torch.rand(n) - 1` have the mean 0.")
def test_both_directions(observe, draw):
    """On average nothing moves: both directions are alike."""
    images, places = dots(draw, 40)
    what = "shift 2, degrees 0"
    offsets = moved(outputs(observe(augment, images, [SHIFT, 0.0], 40), images, what), images, places, what)
    require(np.ptp(offsets), "shift 2: no dot of 1600 was moved")
    for axis, name in enumerate("xy"):
        seen = single(offsets[..., axis]).clip(-SHIFT, SHIFT)
        mean_by_chance(seen, 0, -SHIFT, SHIFT, f"shift 2: mean offset in {name} of {len(seen)} dots", 1e-9)
    seen = angles(turned(observe, [0, ANGLE], "degrees 25")).clip(-ANGLE, ANGLE)
    require(np.ptp(seen), "degrees 25: no barbell of 600 was turned")
    seen = single(seen)
    mean_by_chance(seen, 0, -ANGLE, ANGLE, f"degrees 25: mean angle of {len(seen)} barbells", 1e-9)
