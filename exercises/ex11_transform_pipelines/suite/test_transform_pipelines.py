"""ex11: pictures of known colors and slopes pass through both pipelines, once with all randomness turned off."""

import numpy as np
from PIL import Image

from grader.suite import Raised, answers, between, by_chance, close, may_fail, points, same

MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
OFF = {"flip_p": 0.0, "degrees": 0.0, "jitter": 0.0, "scale": (1.0, 1.0)}


# ---- scenarios: run beside the learner's code and only report
def look(module, options, pictures, trains=1, vals=1):
    """What both pipelines make of each picture, each asked as often as told."""
    train, val = module.make_transforms(**options)
    images = [Image.fromarray(picture.numpy()) for picture in pictures]
    return {
        "train": [[train(image) for _ in range(trains)] for image in images],
        "val": [[val(image) for _ in range(vals)] for image in images],
    }


def train_views(module, several, picture, views):
    """For each set of options many training views of one picture."""
    image, seen = Image.fromarray(picture.numpy()), []
    for options in several:
        train, _ = module.make_transforms(**options)
        seen.append([train(image) for _ in range(views)])
    return seen


def colors(module, options, picture, views):
    """For each training view the mean color (3,) of its left half, of its right half, and of its middle."""
    train, _ = module.make_transforms(**options)
    image, seen = Image.fromarray(picture.numpy()), []
    for _ in range(views):
        view = train(image)
        middle = view.shape[-1] // 2
        left, right = view[:, :, :middle], view[:, :, middle:]
        core = view[:, middle - 1 : middle + 1, middle - 1 : middle + 1]
        seen.append([left.mean((1, 2)), right.mean((1, 2)), core.mean((1, 2))])
    return seen


def build(module, size, resize):
    module.make_transforms(size, resize)


# ---- the examiner's side
def slopes(draw, height, width):
    """A smooth uint8 picture (H, W, 3): red grows with x, green with y, blue with both, in random directions."""
    y, x = np.mgrid[:height, :width] / np.array([height - 1, width - 1]).reshape(2, 1, 1)
    x, y = (side if draw.random() < 0.5 else 1 - side for side in (x, y))
    return np.round(255 * (0.1 + 0.8 * np.stack([x, y, (x + y) / 2], axis=-1))).astype(np.uint8)


def plain(color, side=20):
    """A picture of one color (3,) in 0 ... 255."""
    return np.full((side, side, 3), color, dtype=np.uint8)


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


def pixels(view, mean=MEAN, std=STD):
    """A normalized (3, H, W) tensor back in 0 ... 1."""
    return np.asarray(view, dtype=np.float64) * np.reshape(std, (3, 1, 1)) + np.reshape(mean, (3, 1, 1))


def slopes_of(view, channel):
    """How much a channel (H, W) of a picture in 0 ... 1 grows per pixel to the right and per pixel down."""
    values = view[channel]
    y, x = np.mgrid[: values.shape[0], : values.shape[1]] - (np.array(values.shape).reshape(2, 1, 1) - 1) / 2
    return float((x * values).sum() / (x * x).sum()), float((y * values).sum() / (y * y).sum())


def turned_by(view, picture):
    """By how many degrees the middle of a view is turned against the picture, whose red grows along x."""
    quarter = view.shape[-1] // 4
    across, down = slopes_of(pixels(view)[:, quarter:-quarter, quarter:-quarter], 0)
    across *= np.sign(slopes_of(picture.transpose(2, 0, 1), 0)[0])
    return abs(float(np.degrees(np.arctan2(down, across))))


def share_of(view, picture):
    """Which share of the picture's area a view shows: along x by the slope of red, along y by that of green."""
    seen, whole = pixels(view), picture.transpose(2, 0, 1) / 255
    across = slopes_of(seen, 0)[0] * seen.shape[2] / (slopes_of(whole, 0)[0] * whole.shape[2])
    return across * slopes_of(seen, 1)[1] * seen.shape[1] / (slopes_of(whole, 1)[1] * whole.shape[1])


def normal_form(view, size, what):
    """A float32 tensor (3, size, size) with numbers that a normalized picture can have."""
    same(np.shape(view), (3, size, size), f"{what}: shape")
    same(str(view.dtype), "float32", f"{what}: type")
    low, high = float(view.min()), float(view.max())
    inside = -2.119 <= low <= high <= 2.641
    assert inside, f"{what}: numbers from {low:.3f} to {high:.3f}, but a normalized picture has -2.118 to 2.640"


def reaches(view, color, what):
    """The middle of a view shows one color (3,), in 0 ... 1."""
    expected = (np.asarray(color) - MEAN) / STD
    middle = np.asarray(view)[:, view.shape[1] // 2, view.shape[2] // 2]
    twice = np.allclose(middle, (np.asarray(color) / 255 - MEAN) / STD, atol=0.01)
    why = ": all values near -2, divided by 255 twice" if twice and np.max(color) > 0.1 else ""
    close(middle, expected, f"{what}{why}", rtol=0, atol=0.03)


@points(1, hint="Last come the conversion to a float tensor and, after it, Normalize.")
def test_normalized_tensors(observe, draw):
    """Both give a normalized float tensor of the asked size."""
    pictures = [slopes(draw, 48, 64), slopes(draw, 64, 48), plain((255, 255, 255)), plain((0, 0, 0))]
    for size, options in ((32, {}), (24, {"size": 24, "resize": 40})):
        (seen,) = observe.each(look, [(options, pictures)])
        early = (
            isinstance(seen, Raised) and seen.is_a(TypeError) and ("Tensor" in seen.message or "PIL" in seen.message)
        )
        assert not early, f"TypeError: {getattr(seen, 'message', '')}: Normalize works on tensors, convert first"
        seen = observe(look, options, pictures)
        for side in ("train", "val"):
            views = answers(seen[side], 4)
            for (view,), shape in zip(views, ("48×64", "64×48", "white", "black"), strict=True):
                normal_form(view, size, f"{side}, {shape} picture")
            reaches(views[3][0], (0, 0, 0), f"{side}, black picture, red green blue in the middle")
        reaches(seen["val"][2][0], (1, 1, 1), "val, white picture, red green blue in the middle")


@points(1, hint="No transform whose name starts with Random, and no ColorJitter, in the second pipeline.")
def test_validation_is_repeatable(observe, draw):
    """Validation is repeatable bit for bit."""
    pictures = [slopes(draw, 40, 40), plain((200, 30, 90))]
    first, second = answers(observe(look, {}, pictures, trains=0, vals=16)["val"], 2)
    views = answers(first, 16)
    different = sum(not np.array_equal(view, views[0]) for view in views[1:])
    told = f"two looks at one validation image differ, {different} of 15 times: val is random"
    assert different == 0, told
    reaches(second[0], np.array([200, 30, 90]) / 255, "val, a picture of one color")


@points(2, hint="Resize with one number, then CenterCrop.")
def test_validation_is_resize_and_center_crop(observe, draw):
    """Validation = resize short side, center crop, /255, normalize."""
    shapes = {(48, 64): (36, 48), (64, 48): (48, 36), (40, 40): (36, 36), (90, 54): (60, 36)}
    pictures = [slopes(draw, *shape) for shape in shapes]
    seen = answers(observe(look, {}, pictures)["val"], 4)
    for picture, (view,), ((h, w), target) in zip(pictures, seen, shapes.items(), strict=True):
        same(np.shape(view), (3, 32, 32), f"{h}×{w} picture: shape")
        got, expected = pixels(view), center(resized(picture, *target), 32)
        what = f"{h}×{w} picture, in pixel values 0 to 1"
        squashed = [center(resized(picture, 36, 36), 32), resized(picture, 32, 32)]
        if h != w and any(np.allclose(got, version, atol=0.05) for version in squashed):
            what = f"{h}×{w} was squashed: give Resize one number; {what}"
        edges = [got[:, 0], got[:, -1], got[:, :, 0], got[:, :, -1]]
        if any(np.abs(edge).max() < 0.03 for edge in edges):
            what = f"black frame round the validation image, the crop is larger than the picture; {what}"
        close(got, expected, what, rtol=0, atol=0.05)
    noisy = draw.integers(0, 256, (36, 36, 3)).astype(np.uint8)
    ((view,),) = answers(observe(look, {}, [noisy], trains=0)["val"], 1)
    told = "36×36 picture, which the default resize of 36 leaves as it is, in pixel values 0 to 1"
    close(pixels(view), center(noisy.transpose(2, 0, 1) / 255, 32), told, rtol=0, atol=0.02)


@points(2, hint="The transforms draw when they are called, not when they are made; each of the four strengths counts.")
def test_training_differs(observe, draw):
    """Training differs from call to call."""
    picture = slopes(draw, 40, 40) // 2
    still = {**OFF, "size": 16, "resize": 18}
    turns, crops = {**still, "degrees": 25.0}, {**still, "scale": (0.3, 0.6)}
    usual = [{k: v for k, v in still.items() if k != name} for name in ("degrees", "scale")]
    several = [{}, {**still, "jitter": 0.4}, turns, usual[0], crops, usual[1]]
    names = ["default strengths", "jitter 0.4 alone", "degrees 25 alone", "degrees alone, by default 15"]
    names += ["scale (0.3, 0.6) alone", "scale alone, by default (0.8, 1)"]
    seen = dict(zip(names, answers(observe(train_views, several, picture, 24), 6), strict=True))
    for name, views in seen.items():
        different = len({np.asarray(view).tobytes() for view in answers(views, 24)})
        told = "train(img) never changes" if different == 1 else "train(img) repeats itself"
        # Turns by less than a pixel and crops of few sizes may coincide; all strengths together do not.
        enough = 20 if name == names[0] else 5
        assert different >= enough, f"{name}: {told}, {different} different results in 24 calls"
        color = pixels(np.mean(views, axis=0)).mean((1, 2))
        close(color, [0.25] * 3, f"{name}: mean color of 24 views of a picture with mean 0.25", rtol=0, atol=0.15)
    # That the largest of 24 even draws stays below a third of the range has probability 3e-12.
    may_fail(1.8e-11)  # two turns, two shares at both ends
    for name, limit in ((names[2], 25), (names[3], 15)):
        largest = max(turned_by(view, picture) for view in seen[name])
        between(largest, limit / 3 - 2, limit + 3, f"{name}: the largest turn of 24 views, in degrees")
    for name, (low, high) in ((names[4], (0.3, 0.6)), (names[5], (0.8, 1.0))):
        shares = [share_of(view, picture) for view in seen[name]]
        between(min(shares), low - 0.06, high, f"{name}: the smallest share of the area that a view shows")
        between(max(shares), low, high + 0.06, f"{name}: the largest share of the area that a view shows")


@points(2, hint="Pass flip_p, degrees, jitter and scale on to the transforms.")
def test_without_randomness(observe, draw):
    """With all randomness off, training keeps the picture; flip_p=1 mirrors it."""
    picture = slopes(draw, 48, 48)
    several = [OFF, {**OFF, "flip_p": 1.0}]
    still, mirrored = answers(observe(train_views, several, picture, 4), 2)
    expected = resized(picture, 32, 32)
    for views, right, what in ((still, expected, "flip_p 0"), (mirrored, expected[:, :, ::-1], "flip_p 1")):
        for view in answers(views, 4):
            same(np.shape(view), (3, 32, 32), f"{what}: shape")
            told = f"{what}, degrees 0, jitter 0, scale (1, 1), in pixel values 0 to 1"
            close(pixels(view), right, told, rtol=0, atol=0.05)
            assert np.array_equal(view, views[0]), f"{what} and all other strengths 0: two views differ"


@points(1, hint="The same three last steps on both sides.")
def test_both_normalize_alike(observe, draw):
    """Both sides normalize alike."""
    tints = [(128, 128, 128), *(tuple(int(v) for v in draw.integers(40, 220, 3)) for _ in range(2))]
    seen = observe(look, OFF, [plain(tint) for tint in tints])
    for color, (train,), (val,) in zip(tints, answers(seen["train"], 3), answers(seen["val"], 3), strict=True):
        both = np.shape(train) == np.shape(val) == (3, 32, 32)
        assert both, f"a picture of one color: shapes {np.shape(train)} and {np.shape(val)}"
        close(val, train, f"same color {color}, different numbers in train (expected) and val", rtol=0, atol=0.03)
        expected = np.broadcast_to(((np.array(color) / 255 - MEAN) / STD)[:, None, None], (3, 32, 32))
        close(val, expected, f"a picture of the color {color}", rtol=0, atol=0.03)


@points(1, hint="RandomHorizontalFlip(flip_p).")
def test_flips_half_of_the_time(observe):
    """flip_p .5 flips about half."""
    picture = np.concatenate([plain((230, 20, 20))[:, :10], plain((20, 20, 230))[:, :10]], axis=1)
    options = {**OFF, "size": 8, "resize": 8}
    del options["flip_p"]
    flipped = 0
    for left, right, _ in answers(observe(colors, options, picture, 200), 200):
        left, right = pixels(left).ravel(), pixels(right).ravel()
        apart = min(left[0], right[0]) < 0.3 and max(left[0], right[0]) > 0.6 and max(left[1], right[1]) < 0.3
        halves = f"left {np.round(left, 2)}, right {np.round(right, 2)}"
        assert apart, f"a picture with a red and a blue half, red green blue of the view: {halves}"
        flipped += int(right[0] > left[0])
    by_chance(flipped, 200, 0.5, "mirrored views, flip_p at its default of 0.5", 1e-9)


@points(1, hint="ColorJitter(brightness=jitter) draws a factor between 1 - jitter and 1 + jitter.")
def test_jitter_goes_both_ways(observe):
    """Jitter changes brightness both ways."""
    alone = {**OFF, "size": 8, "resize": 8, "jitter": 0.4}
    for options, jitter, what in ((alone, 0.4, "jitter 0.4 alone"), ({}, 0.2, "default strengths, jitter 0.2")):
        seen = answers(observe(colors, options, plain((128, 128, 128)), 60), 60)
        values = [float(pixels(middle).mean()) for _, _, middle in seen]
        # An even factor goes beyond a third of the jitter to one side with probability 1/3; 60 never do with 3e-11.
        may_fail(6e-11)
        for side, reached in (("lighter", max(values) - 0.502), ("darker", 0.502 - min(values))):
            told = f"{what}, gray 0.5: the {side} of 60 views differs by"
            between(reached, 0.5 * jitter / 3 - 0.02, 0.5 * jitter + 0.03, told)


@points(1, hint="Normalize(mean, std) with what the caller gave; check resize before anything else.")
def test_own_mean_and_refusals(observe, draw):
    """Custom mean/std are used; resize < size refused."""
    mean, std = (0.1, 0.2, 0.3), (0.5, 0.6, 0.7)
    color = tuple(int(v) for v in draw.integers(40, 220, 3))
    seen = observe(look, {**OFF, "mean": mean, "std": std}, [plain(color)])
    expected = np.broadcast_to(((np.array(color) / 255 - mean) / std)[:, None, None], (3, 32, 32))
    for side in ("train", "val"):
        ((view,),) = answers(seen[side], 1)
        close(view, expected, f"{side}, mean {mean}, std {std}, a picture of the color {color}", rtol=0, atol=0.02)
    observe.refuses(build, [(32, 31), (32, 16)], [(32, 32), (24, 30)], ValueError, "make_transforms(size, resize)")
