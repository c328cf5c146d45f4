"""ex11: pictures of known colors and slopes pass through both pipelines, once with all randomness turned off."""

import numpy as np
from PIL import Image

from grader.suite import Raised, answers, between, by_chance, close, points, same

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


def colors_by_half(module, options, picture, views):
    """For each training view the mean color (3,) of its left and of its right half."""
    train, _ = module.make_transforms(**options)
    image, seen = Image.fromarray(picture.numpy()), []
    for _ in range(views):
        left, right = train(image).chunk(2, dim=2)
        seen.append([left.mean((1, 2)), right.mean((1, 2))])
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
    """(3, height, width) in 0 ... 1."""
    image = Image.fromarray(picture).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image, dtype=np.float64).transpose(2, 0, 1) / 255


def center(values, size):
    top, left = (values.shape[1] - size) // 2, (values.shape[2] - size) // 2
    return values[:, top : top + size, left : left + size]


def pixels(view, mean=MEAN, std=STD):
    """A normalized (3, H, W) tensor back in 0 ... 1."""
    return np.asarray(view, dtype=np.float64) * np.reshape(std, (3, 1, 1)) + np.reshape(mean, (3, 1, 1))


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
    first, second = answers(observe(look, {}, pictures, trains=0, vals=30)["val"], 2)
    views = answers(first, 30)
    different = sum(not np.array_equal(view, views[0]) for view in views[1:])
    told = f"two looks at one validation image differ, {different} of 29 times: val is random"
    assert different == 0, told
    reaches(second[0], np.array([200, 30, 90]) / 255, "val, a picture of one color")


@points(2, hint="Resize with one number, then CenterCrop.")
def test_validation_is_resize_and_center_crop(observe, draw):
    """Validation = resize short side, centre crop, /255, normalize."""
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


@points(2, hint="The transforms draw when they are called, not when they are made; each of the four strengths counts.")
def test_training_differs(observe, draw):
    """Training differs from call to call."""
    picture = slopes(draw, 40, 40) // 2
    small = {**OFF, "size": 16, "resize": 18}
    several = [{}, {**small, "degrees": 25.0}, {**small, "scale": (0.3, 0.6)}, {**small, "jitter": 0.4}]
    names = ["default strengths", "degrees 25 alone", "scale (0.3, 0.6) alone", "jitter 0.4 alone"]
    for name, views in zip(names, answers(observe(train_views, several, picture, 24), 4), strict=True):
        different = len({np.asarray(view).tobytes() for view in answers(views, 24)})
        still = "train(img) never changes" if different == 1 else "train(img) repeats itself"
        assert different >= 20, f"{name}: {still}, {different} different results in 24 calls"
        color = pixels(np.mean(views, axis=0)).mean((1, 2))
        close(color, [0.25] * 3, f"{name}: mean color of 24 views of a picture with mean 0.25", rtol=0, atol=0.15)


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
    colors = [(128, 128, 128), *(tuple(int(v) for v in draw.integers(40, 220, 3)) for _ in range(2))]
    seen = observe(look, OFF, [plain(color) for color in colors])
    for color, (train,), (val,) in zip(colors, answers(seen["train"], 3), answers(seen["val"], 3), strict=True):
        both = np.shape(train) == np.shape(val) == (3, 32, 32)
        assert both, f"a picture of one color: shapes {np.shape(train)} and {np.shape(val)}"
        red = f"red is {train[0, 16, 16]:.3f} in train, {val[0, 16, 16]:.3f} in val"
        close(train, val, f"same color {color}, different numbers: {red}", rtol=0, atol=0.03)
        expected = np.broadcast_to(((np.array(color) / 255 - MEAN) / STD)[:, None, None], (3, 32, 32))
        close(val, expected, f"a picture of the color {color}", rtol=0, atol=0.03)


@points(1, hint="RandomHorizontalFlip(flip_p).")
def test_flips_half_of_the_time(observe):
    """flip_p .5 flips about half."""
    picture = np.concatenate([plain((230, 20, 20))[:, :10], plain((20, 20, 230))[:, :10]], axis=1)
    options = {**OFF, "size": 8, "resize": 8}
    del options["flip_p"]
    flipped = 0
    for left, right in answers(observe(colors_by_half, options, picture, 200), 200):
        left, right = pixels(left).ravel(), pixels(right).ravel()
        apart = min(left[0], right[0]) < 0.3 and max(left[0], right[0]) > 0.6 and max(left[1], right[1]) < 0.3
        halves = f"left {np.round(left, 2)}, right {np.round(right, 2)}"
        assert apart, f"a picture with a red and a blue half, red green blue of the view: {halves}"
        flipped += int(right[0] > left[0])
    by_chance(flipped, 200, 0.5, "mirrored views, flip_p at its default of 0.5", 1e-9)


@points(1, hint="ColorJitter(brightness=jitter) draws a factor between 1 - jitter and 1 + jitter.")
def test_jitter_goes_both_ways(observe):
    """Jitter changes brightness both ways."""
    options = {**OFF, "size": 8, "resize": 8, "jitter": 0.4}
    seen = answers(observe(colors_by_half, options, plain((128, 128, 128)), 120), 120)
    values = [float(pixels(left).mean()) for left, _ in seen]
    # A factor that is even in [0.6, 1.4] exceeds 1.04 with probability 0.45; that none of 120 does: 7e-32.
    for side, reached in (("lighter", max(values) - 0.502), ("darker", 0.502 - min(values))):
        between(reached, 0.02, 0.22, f"jitter 0.4, gray 0.5: the {side} of 120 views differs by")


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
