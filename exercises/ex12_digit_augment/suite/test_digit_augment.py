"""ex12: dots tell where a pixel went, two blobs tell the angle, ramps tell which window was cut."""

import numpy as np
from torch import nn

from grader.suite import answers, between, close, may_fail, mean_by_chance, normal, points, uniform

# ---- scenarios: run beside the learner's code and only report


def augment(module, images, strengths, calls=1):
    """Outputs of digit_augment; no strengths: the defaults."""
    return [module.digit_augment(images.clone(), *strengths) for _ in range(calls)]


def augment_and_keep(module, images):
    """The output with the default strengths, and what the call left of its input."""
    given = images.clone()
    return module.digit_augment(given), given


def crop(module, images, size, calls=1):
    return [module.random_crop_same_size(images.clone(), size) for _ in range(calls)]


def crop_for_mlp(module, images, size):
    """Cropped images, and what an MLP for images of the old size says to them."""
    mlp = nn.Sequential(nn.Flatten(), nn.Linear(images[0].numel(), 128))
    cropped = module.random_crop_same_size(images, size)
    return cropped, mlp(cropped)


def try_augment(module, images, shift, degrees):
    module.digit_augment(images, shift, degrees)


def try_crop(module, images, size):
    module.random_crop_same_size(images, size)


# ---- the examiner's side

SHIFT, ANGLE = 2, 25.0
DOTS, OTHERS = 100, 20
CALLS = 4


def shape_of(out):
    return getattr(out, "shape", type(out).__name__)


def outputs(seen, images, calls, what):
    """(calls, *images.shape)."""
    assert isinstance(seen, list), f"{what}: the call raised {seen!r}"
    for out in answers(seen, calls):
        told = f"{what}: the size changed, expected images of shape {images.shape}, saw {shape_of(out)}"
        assert shape_of(out) == images.shape, told
        assert np.isfinite(out).all(), f"{what}: NaN or inf in an image"
    return np.stack(seen)


def probes():
    """(140, 1, 9, 9): 100 dots in the middle, 20 white left columns, 20 white images."""
    images = np.zeros((DOTS + 2 * OTHERS, 1, 9, 9), dtype=np.float32)
    images[:DOTS, :, 4, 4] = images[DOTS:-OTHERS, :, :, 0] = images[-OTHERS:] = 1
    return images


def shifted(observe):
    """Outputs for the three kinds of probes with shift 2 and no turn, each (CALLS, n, 9, 9)."""
    images = probes()
    seen = outputs(observe(augment, images, [SHIFT, 0.0], CALLS), images, CALLS, "shift 2, degrees 0")
    return np.split(seen[:, :, 0], [DOTS, DOTS + OTHERS], axis=1)


def centers(images):
    """(..., 2): x and y of the center of mass of each image (..., H, W), from its middle; y points down."""
    height, width = images.shape[-2:]
    mass = images.sum((-2, -1))
    lost = int((~(mass > 0.5)).sum())
    assert not lost, f"{lost} of {mass.size} images lost their bright pixels"
    x = (images.sum(-2) * (np.arange(width) - (width - 1) / 2)).sum(-1) / mass
    y = (images.sum(-1) * (np.arange(height) - (height - 1) / 2)).sum(-1) / mass
    return np.stack([x, y], -1)


def barbells(n):
    """(n, 1, 41, 41): a bright blob at the left, a dimmer one at the right, 28 pixels apart."""
    images = np.zeros((n, 1, 41, 41), dtype=np.float32)
    images[:, :, 18:23, 4:9], images[:, :, 18:23, 32:37] = 1, 0.5
    return images


def angles(images):
    """Degrees by which each barbell (..., 41, 41) was turned, from -180 to 180."""
    off = centers(images)
    x, y = np.arange(41) - 20 - off[..., :1], np.arange(41) - 20 - off[..., 1:]
    xx = (images * x[..., None, :] ** 2).sum((-2, -1))
    yy = (images * y[..., :, None] ** 2).sum((-2, -1))
    xy = (images * x[..., None, :] * y[..., :, None]).sum((-2, -1))
    axis = 0.5 * np.arctan2(2 * xy, xx - yy)
    bright = centers(np.where(images > 0.75, images, 0)) - off
    ahead = bright[..., 0] * np.cos(axis) + bright[..., 1] * np.sin(axis) > 0  # the bright blob belongs to the left
    return (np.degrees(axis) + np.where(ahead, 180, 0) + 180) % 360 - 180


def turned(observe, strengths, n, what):
    """n barbells after one call, (n, 41, 41)."""
    images = barbells(n)
    return outputs(observe(augment, images, strengths), images, 1, what)[0, :, 0]


def glyph():
    """(28, 28): an F, which is no mirror image of itself."""
    image = np.zeros((28, 28), dtype=np.float32)
    image[4:24, 8:12] = image[4:8, 8:21] = image[12:15, 8:18] = 1
    return image


def likeness(images, pattern):
    """Correlation of each image (n, H, W) with the pattern."""
    a = images.reshape(len(images), -1) - images.mean((1, 2))[:, None]
    b = pattern.ravel() - pattern.mean()
    return a @ b / np.maximum(np.linalg.norm(a, axis=1) * np.linalg.norm(b), 1e-9)


@points(1, hint="Pad before you cut a window, and write into a new tensor.")
def test_size_and_input(observe, draw):
    """Size never changes, and the input stays as it is."""
    inputs = [0.25 + uniform(draw, n, 1, h, w) for n, h, w in ((12, 28, 28), (20, 8, 8), (3, 13, 13))]
    for images, answer in zip(inputs, answers(observe.each(augment_and_keep, inputs), 3), strict=True):
        what = f"a batch of shape {images.shape}"
        assert isinstance(answer, (list, tuple)), f"{what}: the call raised {answer!r}"
        out, after = answers(answer, 2)
        close(after, images, f"{what}: your input was changed; the images after the call", 0, 0)
        (out,) = outputs([out], images, 1, what)
        assert out.dtype == np.float32, f"{what}: float32 images came back as {out.dtype}"
        assert np.abs(out - images).max() > 0.05, f"{what}: nothing was turned or shifted in the whole batch"
        left = out.sum() / images.sum()
        between(left.item(), 0.5, 1.2, f"{what}: brightness of the output over that of the input")


@points(2, hint="Leave the flip out: the label of a mirrored digit would be wrong.")
def test_never_mirrored(observe):
    """No image comes back as its mirror image."""
    images = np.tile(glyph(), (300, 1, 1, 1))
    out = outputs(observe(augment, images, []), images, 1, "300 images of an F")[0, :, 0]
    assert (out != images[:, 0]).any(), "300 images of an F came back unchanged: nothing was turned or shifted"
    own = likeness(out, glyph())
    for other, name in ((glyph()[:, ::-1], "left to right"), (glyph()[::-1], "upside down")):
        mirrored = int((likeness(out, other) >= own).sum())
        assert not mirrored, f"{mirrored} of 300 images look like the F mirrored {name}: a mirrored 2 is no 2"
    assert own.min() > 0.4, f"an F came back that hardly looks like one: correlation {own.min():.2f}"


@points(2, hint="dx and dy from -shift to shift, both ends included; what comes from outside the image is 0.")
def test_offsets(observe):
    """Every offset from -shift to shift appears, none beyond, and empty pixels are 0."""
    dots, columns, white = shifted(observe)
    offsets = centers(dots)
    far = offsets.reshape(-1)[np.abs(offsets).argmax()]
    assert abs(far) <= SHIFT + 0.01, f"shift 2: a dot moved by {far:.2f} pixels"
    # The rarest offset of a right answer has a chance of 1/8 per image (even draws, rounded): 400 miss it below 1e-22.
    may_fail(2e-21)
    for name, moved in (("x", offsets[..., 0]), ("y", offsets[..., 1])):
        counts = {d: int((np.abs(moved - d) <= 0.5).sum()) for d in range(-SHIFT, SHIFT + 1)}
        missing = [d for d, count in counts.items() if not count]
        assert not missing, f"shift 2: offset {missing[0]} never appeared in {name}; offsets of 400 dots: {counts}"
    images = probes()[:DOTS]
    seen = centers(outputs(observe(augment, images, []), images, 1, "default shift of 1")[0, :, 0])
    between(np.abs(seen).max().item(), 0.6, 1.3, "default shift of 1: largest offset of 100 dots")
    tied = np.ptp(offsets[..., 0] - offsets[..., 1]) < 0.5 or np.ptp(offsets.sum(-1)) < 0.5
    assert not tied, "dx and dy always move together: draw two offsets per image"
    wrapped = columns[..., SHIFT + 1 :].max((-2, -1)) > 0.01
    assert not wrapped.any(), (
        f"left pixels reappear at the right in {int(wrapped.sum())} of {wrapped.size} images: pad with zeros"
    )
    # At most 1/16 are not shifted: half of 80 with a chance below 1e-20.
    full = (white.min((-2, -1)) > 0.01).mean()
    assert full < 0.5, f"{full:.0%} of the shifted white images have no empty pixel: pixels from outside must be 0"
    assert white.max() > 0.99, f"a white image came back with a brightest pixel of {white.max():.2f}"


@points(2, hint="`degrees` is in degrees; torch.cos and torch.sin want radians.")
def test_angle_is_limited(observe):
    """The angle stays within ±degrees, and reaches for both ends."""
    # 60 even draws all stay in the inner half of the range with a chance of 1e-18; angles are read to 1.1 degrees.
    may_fail(2e-18)
    for limit, strengths, n, shift in ((10, [], 60, 1), (ANGLE, [0, ANGLE], 300, 0)):
        what = f"{n} barbells, {f'degrees {limit:g}' if strengths else 'default of 10 degrees'}"
        images = turned(observe, strengths, n, what)
        seen = angles(images)
        far = seen[np.abs(seen).argmax()]
        assert abs(far) <= limit + 2.5, f"{what}: one was turned by {far:.0f} degrees; a 6 turned too far is a 9"
        assert abs(far) >= limit / 2, f"{what}: none was turned by more than {abs(far):.1f} degrees"
        # Half of even draws lie in the inner half: 60 leave the limits with a chance below 1e-9.
        may_fail(1e-9)
        inner = (np.abs(seen) < limit / 2).mean().item()
        between(inner, 0.05, 0.9, f"{what}: share of angles below {limit / 2:g} degrees, 0.5 if drawn evenly; share")
        # The center of mass of a barbell lies 14 / 3 pixels left of the middle.
        expected = -14 / 3 * np.stack([np.cos(np.radians(seen)), np.sin(np.radians(seen))], 1)
        away = np.linalg.norm(centers(images) - expected, axis=1).max() - 1.5 * shift
        told = f"{what}, shift {shift}: a barbell was also moved, {away:.1f} pixels too far"
        assert away < 1, f"{told}; turn about the center of the image"


@points(1, hint="Check the arguments first; an angle of 0 and a shift of 0 need no special case.")
def test_zero_strengths(observe, draw):
    """Zero strengths change nothing; negative ones and impossible crops are refused."""
    images = normal(draw, 6, 1, 28, 28)
    still, moved = answers(observe.each(augment, [(images, [0, 0.0]), (images, [3, 0.0])]), 2)
    close(outputs(still, images, 1, "shift 0, degrees 0")[0], images, "shift 0, degrees 0: images", 0, 1e-3)
    changed = np.abs(outputs(moved, images, 1, "shift 3, degrees 0")[0] - images).max()
    assert changed > 0.1, "shift 3: six images all stayed where they were"

    good = [(images, 0, 0.0), (images, 2, 0.0), (images, 0, 30.0)]
    observe.refuses(try_augment, [(images, -1, 0.0), (images, 1, -5.0)], good, ValueError, "images, shift, degrees")
    wide = images[:, :, :10, :12]
    bad = [(wide, 0), (wide, -3), (wide, 11), (wide, 13)]
    observe.refuses(try_crop, bad, [(wide, 10), (wide, 1)], ValueError, "images, crop")


@points(1, hint="Draw N angles and N offsets, not one for the batch.")
def test_own_draws(observe):
    """Each image gets its own draw."""
    dots, _, _ = shifted(observe)
    for call, offsets in enumerate(centers(dots)):
        spread = np.ptp(offsets, axis=0).max()
        assert spread > 0.5, f"call {call}: all digits moved the same way, by {offsets[0].round(2).tolist()}"
    seen = angles(turned(observe, [0, ANGLE], 300, "300 barbells, degrees 25"))
    spread = np.ptp(seen)
    assert spread > ANGLE / 2, f"all digits of a batch turned the same way, by {seen[0]:.1f} degrees (of 25)"


@points(2, hint="After cutting the window, `F.interpolate(window, size=(height, width))`, or pad it with zeros.")
def test_crop_keeps_the_size(observe, draw):
    """Cropped images still fit the MLP, and a crop of the full size is the identity."""
    images = uniform(draw, 64, 1, 28, 28)
    (answer,) = observe.each(crop_for_mlp, [(images, 24)])
    assert isinstance(answer, (list, tuple)), f"crop to 24×24, then an MLP for 28×28: {answer!r}"
    cropped, logits = answers(answer, 2)
    outputs([cropped], images, 1, "crop 24")
    assert shape_of(logits) == (64, 128), f"an MLP behind crop 24 answered {shape_of(logits)}"
    whole = outputs(observe(crop, images, 28), images, 1, "crop 28")[0]
    close(whole, images, "28×28 images, crop 28: the images themselves", 0, 1e-3)

    ramps = np.stack([np.tile(np.arange(1.0, 13), (10, 1)), np.tile(np.arange(1.0, 11)[:, None], (1, 12))])
    ramps = ramps[:, None].astype(np.float32)  # (2, 1, 10, 12): columns 1 to 12, rows 1 to 10
    what = "10×12 images, crop 9"
    out = outputs(observe(crop, ramps, 9, 80), ramps, 80, what)[:, :, 0]
    bright = (out > 0).sum((2, 3))
    wrong = bright[(bright != 81) & (bright != 120)]
    assert not wrong.size, f"{what}: {wrong[:1]} pixels are not 0; a padded window has 81, a resized one 120"
    for name, images, places in (("columns", out[:, 0], 4), ("rows", out[:, 1].transpose(0, 2, 1), 2)):
        low, high = np.where(images > 0, images, 99).min((1, 2)), images.max((1, 2))
        span = (high - low)[np.abs(high - low - 8).argmax()]
        between(
            span.item(), 6.8, 9.2, f"{what}: first to last of the {name} of the window, expected 9 of them; difference"
        )
        middle = np.array([np.sort(image.max(0)[image.max(0) > 0])[[2, -3]] for image in images])
        order = np.array(
            [
                np.argmax(image.max(0) >= b) - np.argmax(image.max(0) >= a)
                for image, (a, b) in zip(images, middle, strict=True)
            ]
        )
        assert (order > 0).all(), f"{what}: the {name} of a window came back in the wrong order"
        # All of 80 calls miss the first or last of 4 places with a chance of 1e-10.
        may_fail(2e-10)
        starts = sorted({int(start) for start in (low - 1).round()})
        want = list(range(places))
        assert starts == want, f"{what}: windows started at {name} {starts} in 80 calls, expected {want}"


@points(1, hint="`torch.randint(2 * shift + 1, ...) - shift` has the mean 0.")
def test_both_directions(observe):
    """On average nothing moves: both directions are alike."""
    dots, _, _ = shifted(observe)
    offsets = centers(dots).reshape(-1, 2).clip(-SHIFT, SHIFT)
    assert np.ptp(offsets), "shift 2: no dot of 400 was moved"
    for name, moved in (("x", offsets[:, 0]), ("y", offsets[:, 1])):
        mean_by_chance(moved, 0, -SHIFT, SHIFT, f"shift 2: mean offset in {name} of 400 dots", 1e-9)
    seen = angles(turned(observe, [0, ANGLE], 300, "300 barbells, degrees 25")).clip(-ANGLE, ANGLE)
    assert np.ptp(seen), "degrees 25: no barbell of 300 was turned"
    mean_by_chance(seen, 0, -ANGLE, ANGLE, "degrees 25: mean angle of 300 barbells", 1e-9)
