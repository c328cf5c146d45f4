"""ex11: what the training pipeline draws, one strength at a time; the laws of the draws are free within the ranges."""

import numpy as np
from looks import train_views
from pixels import OFF, close_or_known, pixels, plain, resized, scale_of, share_of, slopes, turned_by

from grader.suite import answers, between, by_chance, close, may_fail, points, require

STILL = {**OFF, "size": 16, "resize": 18}


def by_default(name):
    """All strengths off but one, which is left to its default."""
    return {key: value for key, value in STILL.items() if key != name}


def views_of(observe, options, picture, count, what):
    """`count` training views in 0 ... 1."""
    size = options.get("size", 32)
    seen = answers(observe(train_views, options, picture, count), count)
    scale = scale_of(observe, "train")
    return np.stack([pixels(view, size, scale, what) for view in seen])


@points(1, hint="The transforms draw when they are called, not when they are made; each of the four strengths counts.")
def test_training_differs(observe, draw):
    """Training differs from call to call."""
    picture = slopes(draw, 40, 40) // 2
    # Turns by less than a pixel and crops of few sizes may coincide; all strengths together do not.
    for name, options, enough in (
        ("default strengths", {}, 20),
        ("flip_p 0.5 alone", by_default("flip_p"), 2),
        ("jitter 0.4 alone", {**STILL, "jitter": 0.4}, 5),
        ("degrees 25 alone", {**STILL, "degrees": 25.0}, 5),
        ("scale (0.3, 0.6) alone", {**STILL, "scale": (0.3, 0.6)}, 5),
        ("degrees alone, by default 15", by_default("degrees"), 5),
        ("jitter alone, by default 0.2", by_default("jitter"), 5),
        ("scale alone, by default (0.8, 1)", by_default("scale"), 5),
    ):
        count = 48 if name.startswith("flip") else 24
        views = views_of(observe, options, picture, count, name)
        different = len({view.tobytes() for view in views})
        told = "train(img) never changes" if different == 1 else "train(img) repeats itself"
        require(different >= enough, f"{name}: {told}, {different} different results in {count} calls")
        if options:
            color = views.mean((0, 2, 3))
            what = f"{name}: mean color of {count} views of a picture with mean 0.25"
            close(color, np.full(3, 0.25), what, rtol=0, atol=0.15)
    may_fail(1e-14)  # 48 even draws of the mirror are all alike


@points(2, hint="Pass flip_p, degrees, jitter and scale on to the transforms, and add nothing else.")
def test_without_randomness(observe, draw):
    """With all randomness off, training keeps the picture; flip_p=1 mirrors it."""
    picture = slopes(draw, 48, 48)
    right = resized(picture, 32, 32)
    ways = {"not mirrored": right, "mirrored left to right": right[:, :, ::-1], "mirrored upside down": right[:, ::-1]}
    ways |= {"turned by 180 degrees": right[:, ::-1, ::-1]}
    for flip_p, wanted in ((0.0, "not mirrored"), (1.0, "mirrored left to right")):
        told = f"flip_p {flip_p:g}, degrees 0, jitter 0, scale (1, 1)"
        views = views_of(observe, {**OFF, "flip_p": flip_p}, picture, 4, told)
        slips = {words: way for words, way in ways.items() if words != wanted}
        for view in views:
            close_or_known(view, ways[wanted], slips, f"{told}, expected {wanted}, in pixel values 0 to 1", 0.05)
            require(np.array_equal(view, views[0]), f"{told}: two views differ")
            mirrored = view[:, :, ::-1] if flip_p else view
            between(
                share_of(mirrored, picture), 0.95, 1.05, f"{told}: the share of the picture's area that a view shows"
            )


@points(1, hint="RandomHorizontalFlip(flip_p).")
def test_flips_as_often_as_asked(observe, draw):
    """flip_p .5 flips about half, flip_p .2 a fifth."""
    red, blue = (np.roll(draw.integers([200, 10, 10], [250, 40, 40]), places) for places in (0, 2))
    picture = np.concatenate([plain(red)[:, :10], plain(blue)[:, :10]], axis=1)
    half, fifth = ({**OFF, "size": 8, "resize": 9, "flip_p": p} for p in (0.5, 0.2))
    del half["flip_p"]
    for options, p, what in ((half, 0.5, "flip_p at its default of 0.5"), (fifth, 0.2, "flip_p 0.2")):
        views = views_of(observe, options, picture, 150, what)
        left, right = views[..., :3].mean((2, 3)), views[..., 5:].mean((2, 3))
        for one, other in zip(left, right, strict=True):
            apart = max(one[0], other[0]) > 0.6 and min(one[0], other[0]) < 0.3 and max(one[1], other[1]) < 0.3
            seen = f"left {one.round(2).tolist()}, right {other.round(2).tolist()}"
            require(apart, f"a picture with a red and a blue half, red green blue of the view: {seen}")
        hits = int((right[:, 0] > left[:, 0]).sum())
        if p == 0.2 and hits > 100:
            what += " (as often as 1 - flip_p)"
        elif p == 0.2 and hits > 63:
            what += " (half of all, whatever flip_p is)"
        by_chance(hits, 150, p, f"mirrored views, {what}", 1e-9)


@points(1, hint="RandomRotation(degrees) draws between -degrees and degrees.")
def test_turns_to_both_sides(observe, draw):
    """The picture is turned by up to ±degrees, to both sides."""
    side = int(draw.integers(45, 52))
    picture = slopes(draw, side, side)
    # A triangular law puts 60 angles all into the inner third with 5e-16, all below a tenth on one side with 3e-14.
    may_fail(1e-12)
    for limit, options, what in (
        (30, {**OFF, "degrees": 30.0}, "degrees 30 alone"),
        (15, {key: value for key, value in OFF.items() if key != "degrees"}, "degrees alone, by default 15"),
        (6, {**OFF, "degrees": 6.0}, "degrees 6 alone"),
    ):
        angles = [turned_by(view, picture) for view in views_of(observe, options, picture, 60, what)]
        largest = max(map(abs, angles))
        twice = " (twice as far as asked)" if limit >= 15 and 1.5 * limit < largest < 2.2 * limit else ""
        between(largest, limit / 3 - 1, limit + 3, f"{what}: the largest turn of 60 views, in degrees{twice}")
        told = f"{what}: 60 views are turned by {min(angles):.1f} to {max(angles):.1f} degrees, all to one side"
        require(limit < 10 or min(angles) < -limit / 10 < limit / 10 < max(angles), told)


@points(1, hint="RandomResizedCrop(size, scale): scale is the share of the area, from the first number to the second.")
def test_crops_show_their_share(observe, draw):
    """The crop shows a share of the area within scale."""
    for shape, scale, near in (((64, 64), (0.3, 0.6), 0.04), ((96, 128), None, 0.03), ((128, 96), None, 0.03)):
        options = {key: value for key, value in OFF.items() if key != "scale"} | ({"scale": scale} if scale else {})
        low, high = scale or (0.8, 1.0)
        what = f"{shape[0]}×{shape[1]} picture, scale ({low:g}, {high:g})" + ("" if scale else " by default")
        picture = slopes(draw, *shape)
        shares = [share_of(view, picture) for view in views_of(observe, options, picture, 24, what)]
        for share, name in ((min(shares), "smallest"), (max(shares), "largest")):
            between(share, low - near, high + near, f"{what}: the {name} share of the area in 24 views")


@points(1, hint="ColorJitter(brightness=jitter) draws one factor between 1 - jitter and 1 + jitter, for all channels.")
def test_jitter_goes_both_ways(observe, draw):
    """Jitter changes brightness both ways, and leaves the hue alone."""
    gray, color = int(draw.integers(110, 150)), np.array([150, 110, 70])[draw.permutation(3)]
    small = {**OFF, "size": 8, "resize": 9}
    # A triangular law keeps 60 factors below 15 % of the range on one side with 2e-12.
    may_fail(2e-11)
    for jitter in (0.4, None, 0.6):
        options = {k: v for k, v in small.items() if k != "jitter"} | ({"jitter": jitter} if jitter else {})
        what = f"jitter {jitter} alone" if jitter else "jitter alone, by default 0.2"
        middles = views_of(observe, options, plain(gray), 60, what)[:, :, 4, 4]
        apart = float(np.ptp(middles, axis=1).max())
        told = f"{what}: a gray picture became colored, its channels differ by {apart:.2f}: one factor for all channels"
        require(apart < 0.03, told)
        values, whole = middles.mean(1), gray / 255 * (jitter or 0.2)
        for side, reached in (("lighter", values.max() - gray / 255), ("darker", gray / 255 - values.min())):
            low, high = 0.15 * whole - 0.005, whole + 0.02
            amount = " (too little)" if reached < low else " (too much: is an amount added, or the range too wide?)"
            told = f"{what}, gray {gray / 255:.2f}: the {side} of 60 views differs by"
            between(float(reached), low, high, told + ("" if low <= reached <= high else amount))
    middles = views_of(observe, by_default("jitter"), plain(color), 60, "jitter alone")[:, :, 4, 4]
    order = np.argsort(color)
    low, middle, high = middles[:, order].T
    hue = (middle - low) / np.maximum(high - low, 1e-3)  # 0.5 for the color given, whatever its brightness
    worst = float(hue[np.abs(hue - 0.5).argmax()])
    what = f"jitter alone, by default 0.2, plain {color.tolist()}: place of the middle channel between the other two"
    between(worst, 0.3, 0.7, what, "Brightness, and contrast and saturation if you like, but not the hue.")
